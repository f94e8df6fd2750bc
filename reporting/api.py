"""Rounds, what is owed, reports and the consolidated report, with all their steps."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api import InvalidBody, NoBody, ReadOnlyViewSet, StrictSerializer
from core.api_fields import IsoDate, WholeNumber
from core.clock import today
from core.problems import NO_CELLS, NOT_NOW, SAVED_FIRST, Refused
from jobs.api_writing import as_typed, valid, verb, wrong
from notices.models import NoticeKind
from organizations.permissions import require

from .drafts import approve, ask_for_build, edit_text
from .forms import EditTextForm, OpenRoundForm, ReturnForm
from .models import SENT_BEFORE, Consolidated, Obligation, OwnReport, Report, Round
from .publishing import accept_report, submit_report, why_not_now
from .rounds import open_round, the_province
from .sheet import build_sheet
from .views.consolidated import paragraph_rows
from .views.filling import report_of, storable
from .views.reviewing import tell


class RoundSerializer(serializers.ModelSerializer):
    class Meta:
        model = Round
        fields = ["id", "kind", "period", "opened_on", "due_on", "figures_on", "money_on"]


class OpenRoundBody(StrictSerializer):
    period = serializers.CharField(max_length=8, help_text="Ví dụ 2023-H1 hoặc 2023")
    due_on = IsoDate(required=False, help_text="Bỏ trống: 10 ngày sau khi hết kỳ")


class RoundViewSet(ReadOnlyViewSet):
    title = "Kỳ báo cáo"
    scope = "reports"
    queryset = Round.objects.all()
    serializer_class = RoundSerializer
    filterset_fields = {"kind": ["exact"], "period": ["exact"]}
    order_fields = {"id": "pk", "due_on": "due_on"}

    def readable(self, rows):
        """A round is known to whoever may read what somebody owes in it."""
        owed = Obligation.objects.for_user(self.request.user)
        return rows.filter(pk__in=owed.order_by().values("round"))

    @verb("Mở một kỳ báo cáo", body=OpenRoundBody, answer=RoundSerializer, status=201, detail=False)
    def open(self, request):
        """Giao nghĩa vụ báo cáo cho các đơn vị; mở lần nữa chỉ thêm phần còn thiếu."""
        require(request.user, "round.open", the_province())
        form = OpenRoundForm(as_typed(self.body()), today=today())
        data = valid(form)
        opened, _ = open_round(
            form.kind, data["period"], today=today(), user=request.user, due_on=data["due_on"]
        )
        return self.shown(opened, 201)


class ObligationSerializer(serializers.ModelSerializer):
    round = serializers.IntegerField(source="round_id")
    kind = serializers.CharField(source="round.kind")
    period = serializers.CharField(source="round.period")
    unit = serializers.CharField(source="unit.code")
    reviewer = serializers.CharField(source="reviewer.code")
    stage = serializers.CharField()
    report = serializers.IntegerField(source="report.pk", allow_null=True, default=None)
    state = serializers.CharField(source="report.state", allow_null=True, default=None)
    version = serializers.IntegerField(source="report.version", allow_null=True, default=None)
    receipt = serializers.CharField(source="report.receipt", allow_null=True, default=None)

    class Meta:
        model = Obligation
        fields = [
            "id",
            "round",
            "kind",
            "period",
            "unit",
            "reviewer",
            "exempt_reason",
            "due_on",
            "done_on",
            "stage",
            "report",
            "state",
            "version",
            "receipt",
        ]


class CellSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField(source="column.kind")
    required = serializers.BooleanField(source="column.required")
    typed = serializers.CharField(source="raw", allow_blank=True)
    error = serializers.CharField(allow_blank=True)


class SheetSerializer(serializers.Serializer):
    version = serializers.IntegerField(help_text="Gửi lại khi lưu hoặc nộp")
    state = serializers.CharField()
    cells = CellSerializer(many=True)


class DraftBody(StrictSerializer):
    """Các ô như gõ trên trang: chữ, số kiểu Việt Nam, tiền theo triệu đồng."""

    version = WholeNumber(min_value=0, max_value=10**9)
    cells = serializers.DictField(
        child=serializers.CharField(max_length=20_000, allow_blank=True, trim_whitespace=False)
    )


class SubmitBody(StrictSerializer):
    version = WholeNumber(min_value=0, max_value=10**9)


class ObligationViewSet(ReadOnlyViewSet):
    title = "Nghĩa vụ báo cáo của các đơn vị trong phạm vi"
    scope = "reports"
    queryset = Obligation.objects.select_related("round", "unit", "reviewer", "report")
    serializer_class = ObligationSerializer
    filterset_fields = {
        "round": ["exact"],
        "unit__code": ["exact"],
        "report__state": ["exact"],
        "due_on": ["gte", "lte"],
    }
    order_fields = {"id": "pk", "due_on": "due_on"}

    def readable(self, rows):
        return super().readable(rows).with_stage(today())

    @extend_schema(responses=SheetSerializer)
    @action(detail=True, title="Các ô của báo cáo, với nội dung đã lưu", filterset_fields={})
    def sheet(self, request, pk):
        report = report_of(self.get_object())
        return sheet_answer(report, build_sheet(report))

    @verb("Lưu nháp báo cáo", body=DraftBody, answer=SheetSerializer)
    def draft(self, request, pk):
        """Giữ nguyên văn đã gõ, kể cả ô lỗi. Người khác đã lưu trước thì trả lời 409."""
        report, data = self.mine(), self.body()
        sheet = build_sheet(report)
        unknown = set(data["cells"]) - {cell.name for cell in sheet.cells()}
        if unknown:
            raise InvalidBody({f"cells.{name}": ["Báo cáo không có ô này."] for name in unknown})
        if not data["cells"]:
            raise Refused(NO_CELLS)
        typed = sheet.typed() | {name: storable(text) for name, text in data["cells"].items()}
        if not report.save_draft(request.user, typed, version=data["version"]):
            raise Refused(SAVED_FIRST if report.is_open else NOT_NOW)
        return sheet_answer(report, build_sheet(report))

    @verb("Nộp báo cáo", body=SubmitBody, answer=ObligationSerializer)
    def submit(self, request, pk):
        """Nộp bản nháp của đúng lần lưu đó; còn ô lỗi thì trả lời 422 với mọi ô."""
        report, version = self.mine(), self.body()["version"]
        if report.version != version:
            raise Refused(SAVED_FIRST)
        if refusal := why_not_now(report, today()):
            raise Refused(NOT_NOW, refusal)
        sheet = build_sheet(report)
        if not sheet.check():
            raise InvalidBody({f"cells.{cell.name}": [cell.error] for cell in sheet.errors})
        submit_report(report, sheet, request.user, on=today())
        return self.shown(report.obligation)

    def mine(self):
        """The person's own open report; one already sent is not written to."""
        obligation = self.get_object()
        require(self.request.user, "report.fill", obligation.unit)
        report, _ = Report.objects.get_or_create(obligation=obligation)
        if not report.is_open:
            raise Refused(NOT_NOW, SENT_BEFORE)
        return report


def sheet_answer(report, sheet):
    sheet.check()
    facts = {"version": report.version, "state": report.state, "cells": list(sheet.cells())}
    return Response(SheetSerializer(facts).data)


class ReportSerializer(serializers.ModelSerializer):
    """The state alone: what a draft says is nobody's figure."""

    kind = serializers.CharField(source="obligation.round.kind")
    period = serializers.CharField(source="obligation.round.period")
    unit = serializers.CharField(source="obligation.unit.code")
    reviewer = serializers.CharField(source="obligation.reviewer.code")
    due_on = serializers.DateField(source="obligation.due_on")
    first_submitted_on = serializers.DateField(source="obligation.done_on", allow_null=True)

    class Meta:
        model = Report
        fields = [
            "id",
            "kind",
            "period",
            "unit",
            "reviewer",
            "state",
            "revision",
            "receipt",
            "due_on",
            "first_submitted_on",
        ]


class ReturnBody(StrictSerializer):
    reason = serializers.CharField(max_length=2000)
    sections = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, max_length=20
    )


class ReportViewSet(ReadOnlyViewSet):
    title = "Tình trạng báo cáo định kỳ"
    scope = "reports"
    queryset = Report.objects.select_related(
        "obligation__round", "obligation__unit", "obligation__reviewer"
    )
    serializer_class = ReportSerializer
    filterset_fields = {
        "state": ["exact"],
        "obligation__round__period": ["exact"],
        "obligation__unit__code": ["exact"],
    }
    order_fields = {"id": "pk", "due_on": "obligation__due_on"}

    @verb("Chấp nhận báo cáo", answer=ReportSerializer, needs="review")
    def accept(self, request, pk):
        """Số liệu đã nộp thành số chính thức và kỳ của đơn vị bị khóa."""
        report = self.reviewed(NoBody)
        with transaction.atomic(), own_is_forbidden():
            accept_report(report, request.user, on=today())
            subject = f"{report.round}: đã được chấp nhận"
            tell(report, NoticeKind.ACCEPTED, subject, request.user)
        return self.shown(report)

    @verb(
        "Trả lại báo cáo",
        body=ReturnBody,
        answer=ReportSerializer,
        needs="review",
        url_path="return",
    )
    def give_back(self, request, pk):
        """Kèm lý do; đơn vị sửa rồi nộp lại."""
        report = self.reviewed()
        said = valid(ReturnForm(as_typed(self.body()), sheet=build_sheet(report)))
        with transaction.atomic(), own_is_forbidden():
            report.give_back(request.user, on=today(), **said)
            subject = f"{report.round}: bị trả lại"
            tell(report, NoticeKind.RETURNED, subject, request.user, said["reason"])
        return self.shown(report)

    def reviewed(self, body=None):
        report = self.get_object()
        require(self.request.user, "report.review", report.obligation.reviewer)
        if body:
            self.body()
        return report


class own_is_forbidden:
    """Reviewing one's own report is a 403 with the reason."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, OwnReport):
            raise PermissionDenied(str(error)) from None


class ConsolidatedSerializer(serializers.ModelSerializer):
    period = serializers.CharField(source="round.period")
    committee = serializers.CharField(source="committee.name")
    unit = serializers.CharField(source="committee.unit.code")
    is_approved = serializers.BooleanField()

    class Meta:
        model = Consolidated
        fields = [
            "id",
            "round",
            "period",
            "committee",
            "unit",
            "built_at",
            "is_approved",
            "approved_at",
            "document",
        ]


class ConsolidatedFigures(serializers.Serializer):
    figures = serializers.JSONField(help_text="Số liệu tổng hợp, tiền theo đồng")
    edited_text = serializers.JSONField(help_text="Đoạn văn cơ quan thường trực đã sửa")


class TextBody(StrictSerializer):
    key = serializers.CharField(max_length=60, help_text="Khóa của đoạn")
    text = serializers.CharField(
        max_length=8000, allow_blank=True, help_text="Trống: lấy lại đoạn do hệ thống viết"
    )


class ConsolidatedViewSet(ReadOnlyViewSet):
    title = "Báo cáo tổng hợp của Ban Chỉ đạo"
    scope = "reports"
    queryset = Consolidated.objects.select_related("round", "committee__unit")
    serializer_class = ConsolidatedSerializer
    filterset_fields = {"round": ["exact"], "round__period": ["exact"]}

    @extend_schema(responses=ConsolidatedFigures)
    @action(detail=True, title="Số liệu và đoạn văn đã sửa", filterset_fields={})
    def figures(self, request, pk):
        return Response(ConsolidatedFigures(self.get_object()).data)

    @verb("Tổng hợp lại dự thảo", answer=ConsolidatedSerializer, status=202)
    def rebuild(self, request, pk):
        """Việc làm ở nền; xem lại built_at."""
        draft = self.get_object()
        require(request.user, "report.consolidate", draft.committee.unit)
        self.body()
        ask_for_build(draft, by_hand=timezone.now().isoformat(timespec="seconds"))
        return self.shown(draft, 202)

    @verb("Sửa một đoạn văn", body=TextBody, answer=ConsolidatedSerializer, url_path="edit-text")
    def reword(self, request, pk):
        """Báo cáo đã duyệt thì không sửa được."""
        draft = self.get_object()
        require(request.user, "report.consolidate", draft.committee.unit)
        form = EditTextForm(as_typed(self.body()))
        data = valid(form)
        if data["key"] not in {row["key"] for row in paragraph_rows(draft)}:
            form.add_error("key", "Báo cáo không có đoạn này.")
            raise wrong(form)
        edit_text(draft, user=request.user, **data)
        return self.shown(draft)

    @verb("Duyệt báo cáo tổng hợp", answer=ConsolidatedSerializer, needs="review")
    def approve(self, request, pk):
        """Chốt nội dung thành văn bản; có số liệu mới hơn bản dự thảo thì trả lời 409."""
        draft = self.get_object()
        require(request.user, "report.approve_consolidated", draft.committee.unit)
        self.body()
        approve(draft, request.user)
        return self.shown(draft)
