"""Works, ledger, payments and the money calendar; paying, explaining, adding works."""

from datetime import date

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api import ReadOnlyViewSet, StrictSerializer
from core.api_fields import IsoDate, KnownAt, WholeNumber
from core.clock import today
from jobs.api import UPLOAD_FORMS
from jobs.api_writing import as_typed, valid, verb, wrong
from organizations.models import Unit
from organizations.permissions import require
from programs.models import Component

from .calendar import evaluate
from .figures import grouped, open_books
from .forms import (
    CapitalUploadForm,
    DifficultyForm,
    ExtractUploadForm,
    ListUploadForm,
    PaymentForm,
    ProjectForm,
    vintage_label,
)
from .models import CalendarRule, LedgerEntry, Payment, PaymentKind, Project, ProjectKind
from .project_page import vintages_of
from .views import may_change, may_explain_delay, paid, save_difficulty

UPLOAD_FORMS["capital"] = CapitalUploadForm
UPLOAD_FORMS["allotments"] = CapitalUploadForm
UPLOAD_FORMS["projects"] = ListUploadForm
UPLOAD_FORMS["medium_term"] = ListUploadForm
UPLOAD_FORMS["disbursements"] = ExtractUploadForm
PAID_BY_HAND = [choice for choice in PaymentKind.choices if choice[0] != PaymentKind.CUMULATIVE]


class ProjectSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    owner = serializers.CharField(source="owner.code", allow_null=True, default=None)
    component = serializers.CharField(source="component.code")
    program = serializers.CharField(source="component.program.code")

    class Meta:
        model = Project
        fields = [
            "id",
            "code",
            "name",
            "kind",
            "unit",
            "owner",
            "component",
            "program",
            "total_investment",
            "difficulty",
        ]


class FigureQuery(serializers.Serializer):
    plan_year = WholeNumber(min_value=2000, max_value=2100)
    as_of = IsoDate(required=False)


class ProjectFigureSerializer(serializers.Serializer):
    """Whole đồng; null where nothing is known."""

    project = serializers.CharField()
    unit = serializers.CharField()
    planned = serializers.IntegerField(allow_null=True)
    carried = serializers.IntegerField(allow_null=True)
    to_spend = serializers.IntegerField(allow_null=True)
    paid = serializers.IntegerField(allow_null=True)
    remaining = serializers.IntegerField(allow_null=True)
    rate = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)


class VintageSerializer(serializers.Serializer):
    vintage = serializers.CharField(help_text="Gửi nguyên văn khi ghi thanh toán")
    label = serializers.CharField()
    to_spend = serializers.IntegerField(allow_null=True)
    paid = serializers.IntegerField(allow_null=True)


class PaymentBody(StrictSerializer):
    """Một chứng từ; số tiền là số nguyên đồng."""

    vintage = serializers.CharField(max_length=60, help_text="Một giá trị của vintages")
    kind = serializers.ChoiceField(PAID_BY_HAND)
    amount = WholeNumber(min_value=1, max_value=10**17, help_text="đồng")
    paid_on = IsoDate()
    voucher = serializers.CharField(max_length=60)


class ExplainBody(StrictSerializer):
    difficulty = serializers.CharField(max_length=400, allow_blank=True)


class ProjectBody(StrictSerializer):
    """Công trình, hoạt động mới; tổng mức đầu tư là số nguyên đồng."""

    code = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(ProjectKind.choices)
    unit = serializers.CharField(max_length=32, help_text="Mã địa bàn, đơn vị")
    owner = serializers.CharField(max_length=32, required=False, help_text="Mã chủ đầu tư")
    component = serializers.CharField(max_length=32, help_text="Mã nội dung thành phần")
    total_investment = WholeNumber(required=False, min_value=0, max_value=10**17, help_text="đồng")


class ProjectViewSet(ReadOnlyViewSet):
    title = "Công trình, hoạt động"
    scope = "money"
    queryset = Project.objects.select_related("unit", "owner", "component__program")
    serializer_class = ProjectSerializer
    filterset_fields = {
        "code": ["exact"],
        "kind": ["exact"],
        "unit__code": ["exact"],
        "component__program__code": ["exact"],
    }
    order_fields = {"id": "pk", "code": "code"}

    @extend_schema(parameters=[FigureQuery], responses=ProjectFigureSerializer(many=True))
    @action(
        detail=False,
        title="Kế hoạch, giải ngân, còn lại của từng công trình (đồng)",
        serializer_class=ProjectFigureSerializer,
        filterset_fields={},
        query_class=FigureQuery,
    )
    def figures(self, request):
        """Plan and payments of a plan year up to a day (today when not given)."""
        query = self.query()
        year, as_of = query["plan_year"], query.get("as_of", today())
        with_entries = LedgerEntry.objects.filter(plan_year=year).values("project")
        rows = self.get_queryset().filter(pk__in=with_entries)
        lines = project_lines(self.paginate_queryset(rows), year, as_of, request.user)
        return self.get_paginated_response(ProjectFigureSerializer(lines, many=True).data)

    @extend_schema(responses=VintageSerializer(many=True))
    @action(detail=True, title="Nguồn vốn được chi của một công trình", pagination_class=None)
    def vintages(self, request, pk):
        _, held = vintages_of(self.get_object(), today())
        rows = [
            {
                "vintage": "/".join(map(str, key)),
                "label": vintage_label(key),
                "to_spend": figure.to_spend,
                "paid": figure.paid,
            }
            for key, figure in held.items()
        ]
        return Response(VintageSerializer(rows, many=True).data)

    @verb("Ghi một chứng từ thanh toán", body=PaymentBody, answer=ProjectSerializer, status=201)
    def pay(self, request, pk):
        """Không vượt số còn được chi; chứng từ đã ghi thì không ghi lần nữa."""
        project = self.get_object()
        if not may_change(request.user, project, "disbursement.import", "project.edit"):
            raise PermissionDenied("Chức danh hiện giữ không có quyền làm việc này.")
        data = self.body()
        typed = as_typed(data)
        typed["amount"] = PaymentForm.base_fields["amount"].column.display(data["amount"])
        year, held = vintages_of(project, today())
        form = PaymentForm(typed, vintages=held, year=year, today=today())
        valid(form)
        if not paid(project, form, year, request.user):
            raise wrong(form)
        return self.shown(project, 201)

    @verb("Nêu vướng mắc của công trình", body=ExplainBody, answer=ProjectSerializer)
    def explain(self, request, pk):
        """Thay nội dung đã nêu; nội dung trước được ghi lại trong nhật ký."""
        project = self.get_object()
        if not may_explain_delay(request.user, project):
            raise PermissionDenied("Chức danh hiện giữ không có quyền làm việc này.")
        said = valid(DifficultyForm(self.body(), instance=project))
        save_difficulty(project.pk, said["difficulty"], request.user)
        return self.shown(project)

    @verb("Thêm công trình", body=ProjectBody, answer=ProjectSerializer, status=201, detail=False)
    def add(self, request):
        """Chỉ trên địa bàn mà chức danh có quyền sửa công trình."""
        require(request.user, "project.edit")
        form = ProjectForm(typed_project(self.body(), request.user), user=request.user)
        said = valid(form)
        require(request.user, "project.edit", said["unit"], said["component"].program.code)
        return self.shown(form.save(), 201)


def typed_project(data, user):
    """Codes become the keys of the form's choices; what is out of reach is no choice."""
    typed = as_typed(data)
    units = Unit.objects.for_user(user)
    for name, rows in (("unit", units), ("owner", units), ("component", Component.objects)):
        if name in typed:
            found = rows.filter(code=typed[name]).first()
            typed[name] = str(found.pk) if found else "0"
    column = ProjectForm.base_fields["total_investment"].column
    typed["total_investment"] = column.display(data.get("total_investment"))
    return typed


def project_lines(projects, plan_year: int, as_of: date, user) -> list[dict]:
    books = open_books(plan_year, as_of, user=user).where(project__in=[p.pk for p in projects])
    figures = grouped(books, "project")
    return [figure_line(project, figures.get(project.pk)) for project in projects]


def figure_line(project, figure):
    names = ("planned", "carried", "to_spend", "paid", "remaining")
    values = {name: getattr(figure, name, None) for name in names}
    rate = figure.rate() if figure else None
    return {"project": project.code, "unit": project.unit.code, **values, "rate": rate}


class LedgerEntrySerializer(serializers.ModelSerializer):
    project = serializers.CharField(source="project.code", allow_null=True, default=None)
    unit = serializers.CharField(source="unit.code")
    component = serializers.CharField(source="component.code")
    decision = serializers.CharField(source="decision.number", allow_null=True, default=None)

    class Meta:
        model = LedgerEntry
        fields = [
            "id",
            "kind",
            "project",
            "unit",
            "component",
            "source",
            "nature",
            "plan_year",
            "origin_year",
            "moment",
            "amount",
            "decision",
            "effective_on",
            "recorded_at",
            "reverses",
            "note",
        ]


class LedgerEntryViewSet(ReadOnlyViewSet):
    title = "Bút toán vốn (đồng)"
    scope = "money"
    order_fields = {"id": "pk", "effective_on": "effective_on", "recorded_at": "recorded_at"}
    queryset = LedgerEntry.objects.select_related("project", "unit", "component", "decision")
    serializer_class = LedgerEntrySerializer
    filterset_fields = {
        "plan_year": ["exact"],
        "kind": ["exact"],
        "source": ["exact"],
        "nature": ["exact"],
        "unit__code": ["exact"],
        "project__code": ["exact"],
        "effective_on": ["gte", "lte"],
    }


class PaymentSerializer(serializers.ModelSerializer):
    project = serializers.CharField(source="project.code")
    unit = serializers.CharField(source="project.unit.code")

    class Meta:
        model = Payment
        fields = [
            "id",
            "kind",
            "project",
            "unit",
            "source",
            "nature",
            "plan_year",
            "origin_year",
            "moment",
            "amount",
            "reported_cumulative",
            "reported_advance",
            "paid_on",
            "voucher",
            "recorded_at",
            "reverses",
            "is_over_plan",
        ]


class PaymentViewSet(ReadOnlyViewSet):
    title = "Thanh toán, giải ngân (đồng)"
    scope = "money"
    order_fields = {"id": "pk", "paid_on": "paid_on", "recorded_at": "recorded_at"}
    queryset = Payment.objects.select_related("project__unit")
    serializer_class = PaymentSerializer
    filterset_fields = {
        "plan_year": ["exact"],
        "kind": ["exact"],
        "source": ["exact"],
        "nature": ["exact"],
        "project__unit__code": ["exact"],
        "project__code": ["exact"],
        "paid_on": ["gte", "lte"],
    }


class RuleSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    legal_basis = serializers.CharField(source="legal_basis.number", allow_null=True, default=None)

    class Meta:
        model = CalendarRule
        fields = [
            "id",
            "unit",
            "plan_year",
            "kind",
            "wording",
            "last_day",
            "warn_days",
            "legal_basis",
        ]


class FindingQuery(serializers.Serializer):
    as_of = IsoDate(required=False)
    known_at = KnownAt(required=False)


class FoundItemSerializer(serializers.Serializer):
    project = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    unit = serializers.CharField()
    district = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    plan = serializers.IntegerField(allow_null=True)
    paid = serializers.IntegerField(allow_null=True)
    remaining = serializers.IntegerField(allow_null=True)


class FoundSerializer(serializers.Serializer):
    last_day = serializers.DateField()
    stage = serializers.CharField()
    is_evaluated = serializers.BooleanField()
    remaining = serializers.IntegerField(allow_null=True)
    items = FoundItemSerializer(many=True)


class RuleViewSet(ReadOnlyViewSet):
    title = "Mốc lịch vốn của tỉnh"
    scope = "money"
    queryset = CalendarRule.objects.select_related("unit", "legal_basis")
    serializer_class = RuleSerializer
    filterset_fields = {"plan_year": ["exact"], "kind": ["exact"]}
    order_fields = {"id": "pk", "last_day": "last_day"}

    def readable(self, rows):
        """The days are the whole province's; what they find is cut to the person's scope."""
        return rows if self.request.user.reading_grants() else rows.none()

    @extend_schema(parameters=[FindingQuery], responses=FoundSerializer)
    @action(
        detail=True,
        title="Điều mà một mốc tìm thấy vào một ngày, như đã biết vào một lúc (đồng)",
        filterset_fields={},
        query_class=FindingQuery,
    )
    def findings(self, request, pk):
        query = self.query()
        found = evaluate(
            self.get_object(), query.get("as_of", today()), query.get("known_at"), request.user
        )
        return Response(FoundSerializer(found).data)
