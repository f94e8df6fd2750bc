"""Movements, medium-term plans, counterpart rules, arrears, contracts, closed years; moving money,
reversing a movement, stating arrears."""

from django.http import Http404
from rest_framework import serializers

from core.api import ReadOnlyViewSet, StrictSerializer
from core.api_fields import IsoDate, WholeNumber
from core.clock import today
from jobs.api_writing import as_typed, valid, verb, wrong
from organizations.permissions import can, require

from ..act_forms import ReverseMovementForm, TransferForm, project_by_code
from ..frame_forms import ArrearsForm
from ..limits import MoneyRefused
from ..models import (
    ConstructionArrears,
    Contract,
    CounterpartRule,
    MediumTermEntry,
    Movement,
    YearClosing,
)
from ..views import may_explain_delay

MOST = 10**17
CODE = "project.code"


def code_of(path, **kwargs):
    return serializers.CharField(source=path, **kwargs)


class MovementSerializer(serializers.ModelSerializer):
    """Các vế của lần điều chỉnh đọc ở ledger-entries."""

    unit = code_of("unit.code")
    decision = code_of("decision.number")

    class Meta:
        model = Movement
        fields = ["id", "kind", "unit", "decision", "effective_on", "reason", "recorded_at"]


class TransferBody(StrictSerializer):
    """Từ công trình này sang công trình kia trong một chương trình; số tiền là số nguyên đồng."""

    project = serializers.CharField(max_length=40, help_text="Mã công trình chuyển đi")
    target = serializers.CharField(max_length=40, help_text="Mã công trình nhận")
    line = serializers.CharField(
        max_length=80, help_text="Năm kế hoạch, rồi một giá trị của vintages: 2023/central/…"
    )
    amount = WholeNumber(min_value=1, max_value=MOST, help_text="đồng")
    decision = serializers.CharField(max_length=60, help_text="Số quyết định")
    decided_on = IsoDate(required=False, help_text="Bắt buộc khi văn bản chưa có trên cổng")
    effective_on = IsoDate()
    reason = serializers.CharField(max_length=300, required=False)
    is_checked = serializers.BooleanField(
        required=False, default=False, help_text="Đã kiểm tra điều cổng hỏi lại"
    )


class ReverseBody(StrictSerializer):
    reason = serializers.CharField(max_length=250)


class MovementViewSet(ReadOnlyViewSet):
    title = "Điều chuyển, chuyển nguồn, thu hồi vốn"
    scope = "money"
    queryset = Movement.objects.select_related("unit", "decision")
    serializer_class = MovementSerializer
    filterset_fields = {"kind": ["exact"], "unit__code": ["exact"], "effective_on": ["gte", "lte"]}

    @verb(
        "Điều chuyển vốn giữa hai công trình",
        body=TransferBody,
        answer=MovementSerializer,
        status=201,
        detail=False,
    )
    def transfer(self, request):
        """Như trang Điều chuyển vốn: đủ số dư, trong năm kế hoạch, một quyết định cho hai vế."""
        require(request.user, "entry.write")
        body = self.body()
        source = project_by_code(request.user, body["project"])
        if source is None:
            raise Http404
        form = TransferForm(typed_transfer(body), user=request.user, today=today(), place=source)
        posting = booked(request, form, body["is_checked"])
        return self.shown(posting.movement, 201)

    @verb("Đảo cả lần điều chỉnh", body=ReverseBody, answer=MovementSerializer)
    def reverse(self, request, pk):
        """Mọi vế được đảo cùng lúc; vốn đã chi thì không đảo được."""
        movement = self.get_object()
        require(request.user, "entry.write", movement.unit)
        form = ReverseMovementForm(self.body(), user=request.user, today=today(), place=movement)
        booked(request, form)
        return self.shown(movement)


def typed_transfer(body):
    typed = as_typed({name: value for name, value in body.items() if name != "is_checked"})
    typed["amount"] = TransferForm.base_fields["amount"].column.display(body["amount"])
    typed["decision_number"] = typed.pop("decision")
    typed["decision_on"] = typed.pop("decided_on", "")
    return typed


def booked(request, form, is_checked=True):
    """The act of the page's form, its refusals under the names of the body."""
    names = {"decision_number": "decision", "decision_on": "decided_on"}
    valid(form, names)
    for unit, program in form.touches():
        require(request.user, "entry.write", unit, program)
    act = form.act()
    if act.question and not is_checked:
        form.add_error(None, act.question)
        raise wrong(form, names)
    try:
        return act.book(user=request.user, today=today())
    except MoneyRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        raise wrong(form, names) from None


class MediumTermSerializer(serializers.ModelSerializer):
    unit = code_of("unit.code")
    program = code_of("program.code")
    project = code_of(CODE, allow_null=True, default=None)
    decision = code_of("decision.number", allow_null=True, default=None)

    class Meta:
        model = MediumTermEntry
        fields = [
            *("id", "unit", "program", "project", "source", "nature", "first_year", "last_year"),
            *("amount", "decision", "effective_on", "recorded_at", "note"),
        ]


class MediumTermViewSet(ReadOnlyViewSet):
    title = "Kế hoạch trung hạn (đồng)"
    scope = "money"
    queryset = MediumTermEntry.objects.select_related("unit", "program", "project", "decision")
    serializer_class = MediumTermSerializer
    filterset_fields = {
        "program__code": ["exact"],
        "unit__code": ["exact"],
        "project__code": ["exact"],
        "first_year": ["exact"],
    }


class CounterpartSerializer(serializers.ModelSerializer):
    unit = code_of("unit.code")
    program = code_of("program.code")

    class Meta:
        model = CounterpartRule
        fields = ["id", "unit", "program", "plan_year", "required_share"]


class CounterpartViewSet(ReadOnlyViewSet):
    title = "Mức vốn đối ứng (phần vạn vốn ngân sách trung ương)"
    scope = "money"
    queryset = CounterpartRule.objects.select_related("unit", "program")
    serializer_class = CounterpartSerializer
    filterset_fields = {"plan_year": ["exact"], "program__code": ["exact"]}


class ArrearsSerializer(serializers.ModelSerializer):
    project = code_of(CODE)
    unit = code_of("project.unit.code")

    class Meta:
        model = ConstructionArrears
        fields = ["id", "project", "unit", "as_of", "amount", "note", "recorded_at"]


class ArrearsBody(StrictSerializer):
    """Số nợ đã xác nhận đến một ngày; hết nợ thì ghi 0."""

    project = serializers.CharField(max_length=40, help_text="Mã công trình")
    as_of = IsoDate()
    amount = WholeNumber(min_value=0, max_value=MOST, help_text="đồng")
    note = serializers.CharField(max_length=300, required=False)


class ArrearsViewSet(ReadOnlyViewSet):
    title = "Nợ đọng xây dựng cơ bản (đồng)"
    scope = "money"
    queryset = ConstructionArrears.objects.select_related("project__unit")
    serializer_class = ArrearsSerializer
    filterset_fields = {
        "project__code": ["exact"],
        "project__unit__code": ["exact"],
        "as_of": ["gte", "lte"],
    }

    @verb(
        "Ghi nợ đọng của một công trình",
        body=ArrearsBody,
        answer=ArrearsSerializer,
        status=201,
        detail=False,
    )
    def state(self, request):
        """Dòng cũ được giữ; dòng có ngày sau cùng là số đang tính."""
        if not can(request.user, "project.edit"):
            require(request.user, "project.explain")
        body = self.body()
        project = project_by_code(request.user, body.pop("project"))
        if project is None:
            raise Http404
        if not may_explain_delay(request.user, project):
            require(request.user, "project.explain", project.unit)
        typed = as_typed(body)
        typed["amount"] = ArrearsForm.base_fields["amount"].column.display(body["amount"])
        form = ArrearsForm(typed, today=today())
        valid(form)
        form.instance.project, form.instance.recorded_by = project, request.user
        return self.shown(form.save(), 201)


class ContractSerializer(serializers.ModelSerializer):
    project = code_of(CODE)

    class Meta:
        model = Contract
        fields = ["id", "project", "number", "contractor", "signed_on", "due_on", "amount"]


class ContractViewSet(ReadOnlyViewSet):
    title = "Hợp đồng của công trình (đồng)"
    scope = "money"
    queryset = Contract.objects.select_related("project")
    serializer_class = ContractSerializer
    filterset_fields = {"project__code": ["exact"]}


class ClosingSerializer(serializers.ModelSerializer):
    unit = code_of("unit.code")

    class Meta:
        model = YearClosing
        fields = [
            "id",
            "unit",
            "plan_year",
            "reason",
            "closed_at",
            "reopened_reason",
            "reopened_at",
        ]


class ClosingViewSet(ReadOnlyViewSet):
    title = "Khóa sổ năm kế hoạch"
    scope = "money"
    queryset = YearClosing.objects.select_related("unit")
    serializer_class = ClosingSerializer
    filterset_fields = {"plan_year": ["exact"]}
