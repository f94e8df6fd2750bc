"""Imports over the API: send a file, look at the batch, apply, undo; the person's own jobs."""

from inspect import signature

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser

from core.api import InvalidBody, ReadOnlyViewSet, StrictSerializer
from core.api_fields import IsoDate, WholeNumber
from core.clock import today
from core.problems import FILE_TOO_LARGE, FILE_WRONG_KIND, Refused
from organizations.permissions import EVERY_PROGRAM, require

from .api_writing import as_typed, verb, wrong
from .imports import (
    IMPORTERS,
    ask_for_applying,
    import_area,
    keep_refused,
    receive,
    undo_batch,
)
from .models import Batch, Job, StoredFile

# Kind of import → the form of its page; the rooms fill it, as they know what an import asks.
UPLOAD_FORMS = {}


class BatchSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    file_name = serializers.CharField(source="file.name")
    sha256 = serializers.CharField(source="file.sha256")
    issues = serializers.JSONField()
    counts = serializers.JSONField()
    can_apply = serializers.BooleanField()

    class Meta:
        model = Batch
        fields = [
            "id",
            "kind",
            "unit",
            "file",
            "file_name",
            "sha256",
            "state",
            "can_apply",
            "counts",
            "issues",
            "created_at",
            "applied_at",
        ]


class UploadBody(StrictSerializer):
    """Tệp và các tham số mà loại nhập đó cần; tham số của loại khác bị từ chối."""

    kind = serializers.CharField(
        max_length=24,
        help_text="tasks, capital, projects, allotments, medium_term, disbursements, vouchers",
    )
    file = serializers.FileField(max_length=255)
    plan = serializers.CharField(max_length=40, required=False, help_text="tasks: mã kế hoạch")
    title = serializers.CharField(max_length=400, required=False, help_text="tasks: tên kế hoạch")
    issued_on = IsoDate(required=False, help_text="tasks: ngày ban hành")
    first_year = WholeNumber(required=False, help_text="tasks: từ năm")
    last_year = WholeNumber(required=False, help_text="tasks: đến năm")
    year = WholeNumber(required=False, help_text="capital, disbursements: năm vốn")
    as_of = IsoDate(required=False, help_text="disbursements: ngày chốt")
    again = serializers.BooleanField(
        required=False, help_text="true: biết tệp này đã được áp dụng và vẫn gửi lại"
    )


class BatchViewSet(ReadOnlyViewSet):
    title = "Đợt nhập từ tệp: đọc, lỗi theo ô, áp dụng, hoàn tác"
    scope = "imports"
    queryset = Batch.objects.select_related("unit", "file")
    serializer_class = BatchSerializer
    filterset_fields = {"kind": ["exact"], "state": ["exact"], "unit__code": ["exact"]}

    @verb(
        "Gửi một tệp để nhập",
        body=UploadBody,
        answer=BatchSerializer,
        status=202,
        detail=False,
        parser_classes=[MultiPartParser],
    )
    def send(self, request):
        """Tệp được giữ, việc đọc làm ở nền: hỏi lại đợt nhập đến khi state khác reading."""
        data = self.body()
        kind, upload = data.pop("kind"), data.pop("file")
        if kind not in UPLOAD_FORMS:
            raise InvalidBody({"kind": [f"Hãy chọn một loại: {', '.join(sorted(UPLOAD_FORMS))}."]})
        require(request.user, IMPORTERS[kind].action, program_code=EVERY_PROGRAM)
        return self.shown(sent_batch(kind, upload, data, request.user), 202)

    @verb("Áp dụng toàn bộ đợt nhập", answer=BatchSerializer)
    def apply(self, request, pk):
        """Ghi tất cả các dòng hoặc không dòng nào; còn ô lỗi thì trả lời 409."""
        return self.step(ask_for_applying)

    @verb("Hoàn tác đợt nhập", answer=BatchSerializer)
    def undo(self, request, pk):
        """Ghi các dòng ngược lại; chỉ với đợt đã áp dụng và loại nhập hoàn tác được."""
        return self.step(undo_batch)

    def step(self, function):
        batch = self.get_object()
        require(self.request.user, IMPORTERS[batch.kind].action, batch.unit, EVERY_PROGRAM)
        self.body()
        function(batch, self.request.user)
        return self.shown(batch)


def sent_batch(kind, upload, data, user):
    """The page's own form decides; what it refuses is kept or not as there."""
    importer = IMPORTERS[kind]
    form_class = UPLOAD_FORMS[kind]
    unknown = set(data) - set(form_class.base_fields)
    if unknown:
        raise InvalidBody({name: [f"Loại “{kind}” không nhận trường này."] for name in unknown})
    asks_today = {"today": today()} if "today" in signature(form_class).parameters else {}
    form = form_class(as_typed(data), {"file": upload}, importer=importer, user=user, **asks_today)
    area = import_area(user, importer)
    sent = {
        "name": upload.name,
        "content": upload.read(),
        "content_type": upload.content_type or "",
        "user": user,
        "unit": area,
    }
    upload.seek(0)
    if not form.is_valid() or not form.refuse_the_same_file(area):
        raise refused_file(form, kind, sent)
    return receive(kind, params=form.params(), **sent)


def refused_file(form, kind, sent):
    codes = {error.code for error in form.errors.as_data().get("file", [])}
    if "too_large" in codes:
        return Refused(FILE_TOO_LARGE, form.errors["file"][0])
    if "wrong_kind" in codes:
        batch = keep_refused(kind, reason=form.errors["file"][0], **sent)
        words = f"{form.errors['file'][0]} Tệp vẫn được giữ ở đợt nhập {batch.pk}."
        return Refused(FILE_WRONG_KIND, words)
    return wrong(form)


class JobSerializer(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "state",
            "attempts",
            "created_at",
            "started_at",
            "finished_at",
            "error",
        ]


class JobViewSet(ReadOnlyViewSet):
    title = "Việc nền do chính người gọi giao"
    scope = "imports"
    queryset = Job.objects.all()
    serializer_class = JobSerializer
    filterset_fields = {"kind": ["exact"], "state": ["exact"]}
    ordering = "-id"

    def readable(self, rows):
        return rows.filter(created_by=self.request.user)


def file_answer(stored):
    """The bytes as they are kept, as a download of no kind: nothing guesses what they are."""
    return FileResponse(
        stored.file.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type="application/octet-stream",
    )


class FileSerializer(serializers.ModelSerializer):
    class Meta:
        model = StoredFile
        fields = ["id", "name", "size", "sha256", "content_type", "created_at"]


class FileViewSet(ReadOnlyViewSet):
    title = "Tệp được giữ của các đơn vị trong phạm vi"
    scope = "imports"
    queryset = StoredFile.objects.all()
    serializer_class = FileSerializer
    filterset_fields = {"sha256": ["exact"]}
    ordering = "-id"

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, title="Tải tệp gốc, đúng từng byte", filterset_fields={})
    def content(self, request, pk):
        stored = get_object_or_404(self.get_queryset(), pk=pk)
        return file_answer(stored)
