"""Forms of what frames the money: closed years, medium term, counterpart, contracts, arrears."""

from django import forms

from core.columns import CODE, DECIMAL, INTEGER, MILLION, MONEY, TEXT, Column
from core.forms import ColumnField
from organizations.models import Unit
from programs.models import Program

from .act_forms import DecisionForm, day_field, text_field
from .closing import why_closed
from .forms import CHOOSE, year_choices
from .models import (
    ConstructionArrears,
    Contract,
    CounterpartRule,
    MediumTermEntry,
    Nature,
    Project,
    Source,
)

MOST = 10**17


def million_field(name, label, minimum=0, required=False):
    column = Column(
        name, label, MONEY, required=required, minimum=minimum, maximum=MOST, unit=MILLION
    )
    return ColumnField(column, required=required)


class CloseYearForm(forms.Form):
    plan_year = forms.TypedChoiceField(label="Năm kế hoạch", coerce=int)
    reason = text_field("reason", "Lý do khóa sổ")

    def __init__(self, *args, today, unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.unit = unit
        self.fields["plan_year"].choices = year_choices(today)
        self.fields["plan_year"].initial = today.year - 1

    def clean_plan_year(self):
        year = self.cleaned_data["plan_year"]
        if closed := why_closed(self.unit, year):
            raise forms.ValidationError(closed)
        return year


class ReopenYearForm(forms.Form):
    reason = text_field("reason", "Lý do mở lại sổ")


class ProjectKeysForm(forms.ModelForm):
    """What the accountant and the Treasury know a project by, and its money as a whole."""

    name = ColumnField(
        Column("name", "Tên công trình, hoạt động", TEXT, required=True, maximum=300)
    )
    total_investment = million_field("total_investment", "Tổng mức đầu tư")
    paid_before = million_field("paid_before", "Lũy kế giải ngân trước khi theo dõi trên cổng")
    paid_before_year = ColumnField(
        Column("paid_before_year", "Lũy kế ấy đến hết năm", INTEGER, minimum=2000, maximum=2100),
        required=False,
    )
    settled_amount = million_field("settled_amount", "Giá trị quyết toán")

    class Meta:
        model = Project
        fields = [
            "name",
            "owner",
            "budget_unit_code",
            "target_program_code",
            "chapter",
            "category",
            "item",
            "total_investment",
            "paid_before",
            "paid_before_year",
            "settled_amount",
        ]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Unit.objects.for_user(user).order_by("sort_key")
        self.fields["owner"].empty_label = CHOOSE

    def clean(self):
        data = super().clean()
        known = [data.get(name) is not None for name in ("paid_before", "paid_before_year")]
        if any(known) and not all(known):
            missing = "paid_before" if known[1] else "paid_before_year"
            self.add_error(missing, "Lũy kế các năm trước phải ghi cả số tiền và năm.")
        whole, settled = data.get("total_investment"), data.get("settled_amount")
        if whole is not None and settled is not None and settled > whole:
            self.add_error("settled_amount", "Giá trị quyết toán lớn hơn tổng mức đầu tư.")
        return data


class ArrearsForm(forms.ModelForm):
    amount = million_field("amount", "Số nợ đọng", required=True)
    as_of = day_field("as_of", "Tính đến ngày")
    note = text_field("note", "Ghi chú", required=False)

    class Meta:
        model = ConstructionArrears
        fields = ["amount", "as_of", "note"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_as_of(self):
        if self.cleaned_data["as_of"] > self.today:
            raise forms.ValidationError("Ngày này chưa đến. Hãy ghi ngày của số nợ đã xác nhận.")
        return self.cleaned_data["as_of"]

    def clean_note(self):
        return self.cleaned_data["note"] or ""


class ContractForm(forms.ModelForm):
    number = text_field("number", "Số hợp đồng", maximum=60)
    contractor = text_field("contractor", "Nhà thầu", maximum=200)
    signed_on = day_field("signed_on", "Ngày ký")
    due_on = day_field("due_on", "Ngày hoàn thành theo hợp đồng", required=False)
    amount = million_field("amount", "Giá trị hợp đồng", minimum=1, required=True)

    class Meta:
        model = Contract
        fields = ["number", "contractor", "signed_on", "due_on", "amount"]

    def clean_number(self):
        number = self.cleaned_data["number"]
        others = Contract.objects.filter(project=self.instance.project_id, number=number)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(f"Công trình đã có hợp đồng số {number}. Hãy sửa dòng ấy.")
        return number

    def clean(self):
        data = super().clean()
        signed, due = data.get("signed_on"), data.get("due_on")
        if signed and due and due < signed:
            self.add_error("due_on", "Ngày hoàn thành phải từ ngày ký trở đi.")
        return data


class MediumTermForm(DecisionForm):
    """A row of the plan; less money is typed as a row that takes away."""

    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Đơn vị",
        empty_label=CHOOSE,
        error_messages={"required": "Chưa chọn đơn vị."},
    )
    program = forms.ModelChoiceField(
        Program.objects.order_by("order"),
        label="Chương trình",
        empty_label=CHOOSE,
        error_messages={"required": "Chưa chọn chương trình."},
    )
    project_code = ColumnField(
        Column("project_code", "Mã dự án", CODE, maximum=40),
        required=False,
        help_text="Để trống khi là kế hoạch của cả chương trình.",
    )
    source = forms.ChoiceField(
        label="Nguồn vốn", required=False, choices=[("", "Mọi nguồn"), *Source.choices]
    )
    nature = forms.ChoiceField(
        label="Loại vốn", required=False, choices=[("", "Đầu tư và sự nghiệp"), *Nature.choices]
    )
    first_year = forms.TypedChoiceField(label="Từ năm", coerce=int)
    last_year = forms.TypedChoiceField(label="Đến năm", coerce=int)
    change = forms.ChoiceField(
        label="Là", choices=[("more", "Giao, bổ sung"), ("less", "Điều chỉnh giảm")]
    )
    amount = million_field("amount", "Số tiền", minimum=1, required=True)

    field_order = [
        "unit", "program", "project_code", "source", "nature", "first_year", "last_year",
        "change", "amount", "decision_number", "decision_on", "effective_on", "reason",
    ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.for_user(self.user).order_by("sort_key")
        years = [(year, str(year)) for year in range(2021, self.today.year + 11)]
        first = self.today.year - (self.today.year - 1) % 5
        for name, initial in (("first_year", first), ("last_year", first + 4)):
            self.fields[name].choices = years
            self.fields[name].initial = initial

    def clean(self):
        data = super().clean()
        if data.get("first_year", 0) > data.get("last_year", 9999):
            self.add_error("last_year", "Năm cuối phải từ năm đầu trở đi.")
        code = data.get("project_code")
        if code:
            data["project"] = self._project(code, data.get("program"))
        day = data.get("effective_on")
        if day and day > self.today:
            self.add_error("effective_on", "Ngày hiệu lực chưa đến. Hãy xem lại.")
        return data

    def _project(self, code, program):
        found = Project.objects.for_user(self.user).filter(code=code).first()
        if found is None:
            self.add_error("project_code", f"Không có công trình mã “{code}”. Hãy xem lại mã.")
        elif program and found.component.program_id != program.pk:
            self.add_error("project_code", f"{found} thuộc chương trình khác. Hãy xem lại.")
        return found

    def row(self):
        data = self.cleaned_data
        names = ("unit", "program", "source", "nature", "first_year", "last_year", "decision")
        return MediumTermEntry(
            project=data.get("project"),
            amount=data["amount"] if data["change"] == "more" else -data["amount"],
            effective_on=data["effective_on"],
            note=data["reason"] or "",
            **{name: data[name] for name in names},
        )


class CounterpartForm(forms.ModelForm):
    share = ColumnField(
        Column(
            "share",
            "Tỷ lệ đối ứng tối thiểu",
            DECIMAL,
            required=True,
            minimum=0,
            maximum=1000,
            measure="%",
        ),
        help_text="Phần trăm vốn ngân sách trung ương, nhiều nhất hai chữ số lẻ; ví dụ 12,5.",
    )

    class Meta:
        model = CounterpartRule
        fields = ["program", "plan_year"]

    def __init__(self, *args, unit, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.unit = unit
        self.fields["plan_year"] = forms.TypedChoiceField(
            label="Năm kế hoạch", coerce=int, choices=year_choices(today), initial=today.year
        )
        self.fields["program"].queryset = Program.objects.order_by("order")
        self.fields["program"].empty_label = CHOOSE

    def clean_share(self):
        whole = self.cleaned_data["share"] * 100
        if whole != int(whole):
            raise forms.ValidationError("Tỷ lệ có nhiều nhất hai chữ số sau dấu phẩy.")
        return int(whole)

    def keep(self):
        """One rule a programme and year: stating it again changes it, its history stays."""
        data = self.cleaned_data
        rule, _ = CounterpartRule.objects.update_or_create(
            unit=self.instance.unit,
            program=data["program"],
            plan_year=data["plan_year"],
            defaults={"required_share": data["share"]},
        )
        return rule

    def validate_unique(self):
        """Not a fault here: `keep` changes the rule that stands."""
