"""Indicators, targets and results; entering a result and writing a target down."""

from django.core.exceptions import PermissionDenied
from rest_framework import serializers

from core.api import InvalidBody, ReadOnlyViewSet, StrictSerializer
from core.api_fields import IsoDate, PlainDecimal, WholeNumber
from core.clock import today
from jobs.api_writing import as_typed, valid, verb
from organizations.models import Unit
from organizations.permissions import can, require
from programs.models import Program

from .forms import FIRST_YEAR, ProgressForm, TargetForm, value_column
from .models import Indicator, Operator, Progress, Target
from .views import enter, is_from_ledger, save


class IndicatorSerializer(serializers.ModelSerializer):
    programs = serializers.SlugRelatedField("code", many=True, read_only=True)
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)

    class Meta:
        model = Indicator
        fields = [
            "id",
            "code",
            "name",
            "measure_unit",
            "decimals",
            "aggregation",
            "direction",
            "parent",
            "programs",
        ]


class IndicatorViewSet(ReadOnlyViewSet):
    title = "Danh mục chỉ số"
    scope = "catalog"
    queryset = Indicator.objects.select_related("parent").prefetch_related("programs")
    serializer_class = IndicatorSerializer
    filterset_fields = {"code": ["exact"], "programs__code": ["exact"]}
    order_fields = {"id": "pk", "code": "code"}

    def readable(self, rows):
        """A catalogue, open to everybody who holds any right."""
        return rows if self.request.user.reading_grants() else rows.none()


class TargetSerializer(serializers.ModelSerializer):
    indicator = serializers.CharField(source="indicator.code")
    program = serializers.CharField(source="program.code")
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = Target
        fields = [
            "id",
            "indicator",
            "program",
            "unit",
            "period",
            "wording",
            "operator",
            "value",
            "base",
            "cumulative",
            "share",
            "due_text",
            "due_on",
        ]


class ProgressSerializer(serializers.ModelSerializer):
    indicator = serializers.CharField(source="indicator.code")
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = Progress
        fields = [
            "id",
            "indicator",
            "unit",
            "period",
            "value",
            "note",
            "as_of",
            "revision",
            "recorded_at",
        ]


class ResultBody(StrictSerializer):
    """Một kết quả, tính từ đầu năm đến ngày ghi."""

    period = serializers.CharField(max_length=8, help_text="Ví dụ 2023-06, 2023-Q2, 2023-H1, 2023")
    as_of = IsoDate(help_text="Số liệu đến ngày")
    value = PlainDecimal(max_digits=18, decimal_places=4, required=False)
    note = serializers.CharField(max_length=400, required=False, allow_blank=True)


class NewTargetBody(StrictSerializer):
    unit = serializers.CharField(max_length=32, help_text="Mã đơn vị được giao")
    period = serializers.CharField(max_length=8, help_text="Năm, ví dụ 2023")
    program = serializers.CharField(max_length=32, help_text="Mã chương trình")
    indicator = serializers.CharField(max_length=40, help_text="Mã chỉ số")
    wording = serializers.CharField(max_length=400)
    operator = serializers.ChoiceField(Operator.choices)
    value = PlainDecimal(max_digits=18, decimal_places=4, required=False)
    base = PlainDecimal(max_digits=18, decimal_places=4, required=False)
    cumulative = PlainDecimal(max_digits=18, decimal_places=4, required=False)
    share = PlainDecimal(max_digits=7, decimal_places=2, required=False)
    due_text = serializers.CharField(max_length=120, required=False, allow_blank=True)
    due_on = IsoDate(required=False)
    order = WholeNumber(min_value=0, max_value=32767, default=0)


class EditTargetBody(NewTargetBody):
    """Nội dung mới của cả chỉ tiêu; đơn vị và năm không đổi được."""

    unit = None
    period = None


class TargetViewSet(ReadOnlyViewSet):
    title = "Chỉ tiêu giao"
    scope = "targets"
    queryset = Target.objects.select_related("indicator", "program", "unit")
    serializer_class = TargetSerializer
    filterset_fields = {
        "period": ["exact"],
        "program__code": ["exact"],
        "unit__code": ["exact"],
        "indicator__code": ["exact"],
    }
    order_fields = {"id": "pk", "due_on": "due_on", "unit": "unit__code"}

    @verb("Ghi kết quả của chỉ tiêu", body=ResultBody, answer=ProgressSerializer, status=201)
    def progress(self, request, pk):
        """Ghi thêm một lần, lần trước vẫn được giữ. Số được ghi là số chính thức của kỳ."""
        target = self.get_object()
        require(request.user, "progress.enter", target.unit, target.program.code)
        if is_from_ledger(target):
            raise PermissionDenied("Số liệu của chỉ tiêu này lấy từ sổ vốn, không nhập ở đây.")
        data = self.body()
        typed = as_typed(data)
        if "value" in data:
            typed["value"] = value_column(target.indicator).display(data["value"])
        figures = valid(ProgressForm(typed, target=target, today=today()))
        enter(target, request.user, figures)
        row = Progress.objects.official().get(
            indicator=target.indicator, unit=target.unit, period=str(figures["period"])
        )
        return self.answer(ProgressSerializer, row, 201)

    @verb("Thêm chỉ tiêu", body=NewTargetBody, answer=TargetSerializer, status=201, detail=False)
    def add(self, request):
        """Chỉ đơn vị trong phạm vi được giao chỉ tiêu; năm từ 2021 đến năm sau."""
        data = self.body()
        code, period = data.pop("unit"), data.pop("period")
        units = Unit.objects.for_user(request.user).valid_on(today())
        require(request.user, "target.edit")
        unit = units.filter(code=code).first()
        if unit is None:
            raise InvalidBody({"unit": ["Không có đơn vị này trong phạm vi của bạn."]})
        require(request.user, "target.edit", unit)
        if period not in [str(year) for year in range(FIRST_YEAR, today().year + 2)]:
            raise InvalidBody({"period": ["Hãy ghi một năm, từ 2021 đến năm sau."]})
        return self.written(Target(unit=unit, period=period), data, 201)

    @verb("Sửa chỉ tiêu", body=EditTargetBody, answer=TargetSerializer)
    def edit(self, request, pk):
        """Ghi lại cả chỉ tiêu; trường để trống là không có."""
        target = self.get_object()
        require(request.user, "target.edit", target.unit, target.program.code)
        return self.written(target, self.body(), 200)

    def written(self, target, data, status):
        user = self.request.user
        programs = [
            program.pk
            for program in Program.objects.valid_on(today())
            if can(user, "target.edit", target.unit, program.code)
        ]
        form = TargetForm(
            typed_target(data), instance=target, programs=Program.objects.filter(pk__in=programs)
        )
        valid(form)
        save(form, user)
        return self.shown(form.instance, status)


NUMBERS = ("value", "base", "cumulative", "share")


def typed_target(data):
    """Codes become the keys of the form's choices, numbers the way they are typed there."""
    typed = as_typed(data)
    for name, model in (("program", Program), ("indicator", Indicator)):
        found = model.objects.filter(code=data[name]).first()
        typed[name] = str(found.pk) if found else "0"
    for name in NUMBERS:
        if name in data:
            typed[name] = TargetForm.base_fields[name].column.display(data[name])
    return typed


class ProgressViewSet(ReadOnlyViewSet):
    title = "Kết quả thực hiện chỉ tiêu (chỉ số liệu chính thức)"
    scope = "targets"
    queryset = Progress.objects.official().select_related("indicator", "unit")
    serializer_class = ProgressSerializer
    filterset_fields = {
        "period": ["exact"],
        "unit__code": ["exact"],
        "indicator__code": ["exact"],
    }
    order_fields = {"id": "pk", "as_of": "as_of", "recorded_at": "recorded_at"}
