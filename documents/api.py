"""Issued documents: what is known of them, their kept files, the clerk's number."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from core.api import ReadOnlyViewSet, StrictSerializer
from core.api_fields import IsoDate
from core.transitions import InvalidTransition
from jobs.api import file_answer
from jobs.api_writing import as_typed, valid, verb
from organizations.permissions import require

from .forms import NumberForm
from .models import DocumentFile, Format, IssuedDocument


class DocumentFileSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="file.name")
    size = serializers.IntegerField(source="file.size")
    sha256 = serializers.CharField(source="file.sha256")

    class Meta:
        model = DocumentFile
        fields = ["format", "name", "size", "sha256"]


class DocumentSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    files = DocumentFileSerializer(many=True, read_only=True)

    class Meta:
        model = IssuedDocument
        fields = [
            "id",
            "kind",
            "title",
            "unit",
            "number",
            "issued_on",
            "template_version",
            "created_at",
            "files",
        ]


class NumberBody(StrictSerializer):
    number = serializers.CharField(max_length=60, help_text="Số và ký hiệu, ví dụ 42/BC-BCĐ")
    issued_on = IsoDate()


class DocumentViewSet(ReadOnlyViewSet):
    title = "Văn bản đã chốt, kèm các tệp được giữ"
    scope = "documents"
    queryset = IssuedDocument.objects.select_related("unit").prefetch_related("files__file")
    serializer_class = DocumentSerializer
    filterset_fields = {
        "kind": ["exact"],
        "number": ["exact"],
        "unit__code": ["exact"],
        "issued_on": ["gte", "lte"],
    }
    order_fields = {"id": "pk", "issued_on": "issued_on", "created_at": "created_at"}
    ordering = "-id"

    @extend_schema(
        parameters=[OpenApiParameter("file_format", str, "path", enum=Format.values)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(
        detail=True,
        title="Tải một tệp của văn bản, đúng từng byte",
        url_path="files/(?P<file_format>[a-z]{3,4})",
        filterset_fields={},
    )
    def files(self, request, pk, file_format):
        kept = self.get_object().file_in(file_format)
        if kept is None:
            raise Http404
        return file_answer(kept.file)

    @verb("Ghi số, ngày của văn thư", body=NumberBody, answer=DocumentSerializer)
    def number(self, request, pk):
        """Một lần; nội dung và tệp đã chốt không đổi."""
        document = self.get_object()
        require(request.user, "document.number", document.unit)
        form = NumberForm(as_typed(self.body()))
        if not document.record_number(request.user, **valid(form)):
            raise InvalidTransition("Văn bản đã có số. Số đã ghi không đổi được.")
        return self.shown(document)
