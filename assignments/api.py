"""Tasks, what was reported on them, and plans; reporting and publishing."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser

from core.api import ReadOnlyViewSet, StrictSerializer
from core.api_fields import IsoDate, WholeNumber
from core.api_rules import StrictJSON
from core.clock import today
from jobs.api import UPLOAD_FORMS, file_answer
from jobs.api_writing import as_typed, valid, verb
from organizations.permissions import EVERY_PROGRAM, require
from programs.api import PlanRows, PlanSerializer

from .access import may_update
from .forms import PlanUploadForm, ProgressForm
from .models import Assignment, AssignmentParty, AssignmentUpdate, Occurrence
from .plans import publish

UPLOAD_FORMS["tasks"] = PlanUploadForm


class PartySerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code", allow_null=True, default=None)

    class Meta:
        model = AssignmentParty
        fields = ["part", "unit", "group"]


class OccurrenceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Occurrence
        fields = ["id", "sequence", "due_on", "waits_for", "done_on"]


class AssignmentSerializer(serializers.ModelSerializer):
    plan = serializers.CharField(source="plan.code")
    program = serializers.CharField(source="program.code", allow_null=True, default=None)
    section = serializers.ListField(child=serializers.CharField())
    stage = serializers.CharField()
    parties = PartySerializer(many=True, read_only=True)
    occurrences = OccurrenceSerializer(many=True, read_only=True)

    class Meta:
        model = Assignment
        fields = [
            "id",
            "plan",
            "section",
            "number",
            "title",
            "program",
            "deadline_text",
            "deadline_kind",
            "percent",
            "stage",
            "parties",
            "occurrences",
        ]


class ProgressBody(StrictSerializer):
    """Một lần báo tiến độ; tệp chứng minh gửi kèm khi nội dung là multipart/form-data."""

    percent = WholeNumber(min_value=0, max_value=100)
    on = IsoDate(help_text="Ngày đạt kết quả, không sau hôm nay")
    note = serializers.CharField(max_length=4000)
    occurrence = WholeNumber(
        required=False, min_value=1, max_value=10**15, help_text="Kỳ hạn, khi nhiệm vụ có nhiều kỳ"
    )
    is_done = serializers.BooleanField(
        required=False, default=False, help_text="true để xác nhận mức 100 đóng kỳ hạn"
    )
    evidence = serializers.FileField(required=False, help_text="PDF, Word, Excel, ảnh, đến 20 MB")


class AssignmentViewSet(ReadOnlyViewSet):
    title = "Nhiệm vụ được giao, kèm kỳ hạn và tình trạng hiện nay"
    scope = "tasks"
    queryset = Assignment.objects.select_related("plan__issuer", "program").prefetch_related(
        "parties__unit", "occurrences"
    )
    serializer_class = AssignmentSerializer
    filterset_fields = {"plan__code": ["exact"], "program__code": ["exact"]}
    order_fields = {"id": "pk", "order": "order"}

    def readable(self, rows):
        return super().readable(rows).with_stage(today())

    @verb(
        "Báo tiến độ nhiệm vụ",
        body=ProgressBody,
        answer=AssignmentSerializer,
        status=201,
        parser_classes=[StrictJSON, MultiPartParser],
    )
    def progress(self, request, pk):
        """Chỉ cơ quan chủ trì báo được; mức 100 phải kèm is_done vì sẽ đóng kỳ hạn."""
        task, user = self.get_object(), request.user
        if not may_update(user, task):
            raise PermissionDenied("Chỉ cơ quan chủ trì được cập nhật nhiệm vụ này.")
        said = self.body()
        files = {"evidence": said.pop("evidence")} if "evidence" in said else {}
        typed = as_typed(said) | ({"is_done": "on"} if said.pop("is_done") else {"is_done": ""})
        form = ProgressForm(typed, files, assignment=task, today=today(), user=user)
        valid(form)
        form.record(task, user)
        return self.shown(task, 201)


class UpdateSerializer(serializers.ModelSerializer):
    evidence_name = serializers.CharField(source="evidence.name", allow_null=True, default=None)
    evidence_sha256 = serializers.CharField(source="evidence.sha256", allow_null=True, default=None)

    class Meta:
        model = AssignmentUpdate
        fields = [
            "id",
            "assignment",
            "occurrence",
            "percent",
            "note",
            "on",
            "at",
            "evidence_name",
            "evidence_sha256",
        ]


class UpdateViewSet(ReadOnlyViewSet):
    title = "Các lần báo tiến độ nhiệm vụ"
    scope = "tasks"
    queryset = AssignmentUpdate.objects.select_related("evidence")
    serializer_class = UpdateSerializer
    filterset_fields = {"assignment": ["exact"], "on": ["gte", "lte"]}
    order_fields = {"id": "pk", "on": "on", "at": "at"}

    def readable(self, rows):
        tasks = Assignment.objects.for_user(self.request.user)
        return rows.filter(assignment__in=tasks.order_by().values("pk"))

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, title="Tải tài liệu chứng minh", filterset_fields={})
    def evidence(self, request, pk):
        found = get_object_or_404(self.get_queryset().exclude(evidence=None), pk=pk)
        return file_answer(found.evidence)


class PlanViewSet(PlanRows):
    @verb("Ban hành kế hoạch", answer=PlanSerializer)
    def publish(self, request, pk):
        """Các cơ quan nhìn thấy nhiệm vụ từ lúc này; không hoàn tác được."""
        plan = self.get_object()
        require(request.user, "plan.publish", plan.issuer, EVERY_PROGRAM)
        self.body()
        publish(plan, request.user)
        return self.shown(plan)
