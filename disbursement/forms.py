"""Forms of the money pages: filters, uploads, a project, a voucher, a reason."""

from django import forms

from core.columns import CODE, DATE, MILLION, MONEY, TEXT, Column
from core.forms import ColumnField
from jobs.forms import UploadForm
from organizations.models import Unit
from programs.models import Component

from .calendar import plan_year_of
from .models import VINTAGE, Funding, Moment, Nature, PaymentKind, Project, ProjectKind, Source

CHOOSE = "– Chọn –"
FIRST_YEAR = 2021


def year_choices(day):
    return [(year, str(year)) for year in range(day.year + 1, FIRST_YEAR - 1, -1)]


class CapitalUploadForm(UploadForm):
    year = forms.TypedChoiceField(label="Năm kế hoạch", coerce=int)

    field_order = ["year", "file"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["year"].choices = year_choices(today)
        self.fields["year"].initial = today.year

    def params(self):
        return {"year": self.cleaned_data["year"], "sent_on": self.today.isoformat()}


class ListUploadForm(UploadForm):
    """A list that belongs to no single plan year."""

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def params(self):
        return {"sent_on": self.today.isoformat()}


class ExtractUploadForm(UploadForm):
    as_of = ColumnField(
        Column("as_of", "Số liệu chốt đến ngày", DATE, required=True),
        help_text="Ngày Kho bạc chốt số lũy kế, ví dụ 30/6/2023.",
    )
    year = forms.TypedChoiceField(
        label="Năm kế hoạch",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="Để trống để lấy theo ngày chốt; tháng 01 là năm kế hoạch trước.",
    )

    field_order = ["as_of", "year", "file"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["year"].choices = [("", "Theo ngày chốt"), *year_choices(today)]

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day > self.today:
            raise forms.ValidationError("Ngày chốt chưa đến. Hãy ghi ngày của số liệu.")
        return day

    def params(self):
        day = self.cleaned_data["as_of"]
        year = self.cleaned_data["year"] or plan_year_of(day)
        return {"as_of": day.isoformat(), "year": year}


class VoucherUploadForm(UploadForm):
    year = forms.TypedChoiceField(label="Năm kế hoạch", coerce=int)

    field_order = ["year", "file"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["year"].choices = year_choices(today)
        self.fields["year"].initial = plan_year_of(today)

    def params(self):
        return {"year": self.cleaned_data["year"], "on": self.today.isoformat()}


class DifficultyForm(forms.ModelForm):
    class Meta:
        model = Project
        fields = ["difficulty"]
        widgets = {"difficulty": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"difficulty": "Nêu nguyên nhân cụ thể và ngày dự kiến giải ngân."}


class ProjectForm(forms.ModelForm):
    code = ColumnField(Column("code", "Mã dự án", CODE, required=True, maximum=40))
    name = ColumnField(
        Column("name", "Tên công trình, hoạt động", TEXT, required=True, maximum=300)
    )
    total_investment = ColumnField(
        Column("total_investment", "Tổng mức đầu tư", MONEY, minimum=0, unit=MILLION),
        required=False,
    )

    class Meta:
        model = Project
        fields = ["code", "name", "kind", "unit", "owner", "component", "total_investment"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = Unit.objects.for_user(user).order_by("sort_key")
        self.fields["unit"].queryset = units
        self.fields["owner"].queryset = units
        self.fields["component"].queryset = Component.objects.order_by(
            "program__order", "order", "code"
        )
        for name in ("unit", "owner", "component"):
            self.fields[name].empty_label = CHOOSE
        self.fields["kind"].choices = [("", CHOOSE), *ProjectKind.choices]

    def clean_code(self):
        code = self.cleaned_data["code"]
        if Project.objects.filter(code=code).exists():
            raise forms.ValidationError(f"Mã “{code}” đã dùng cho công trình khác.")
        return code


class PaymentForm(forms.Form):
    """One voucher; the vintage is chosen among those the project holds."""

    vintage = forms.ChoiceField(label="Nguồn vốn được chi")
    kind = forms.ChoiceField(
        label="Loại thanh toán",
        choices=[c for c in PaymentKind.choices if c[0] != PaymentKind.CUMULATIVE],
    )
    amount = ColumnField(Column("amount", "Số tiền", MONEY, required=True, minimum=1, unit=MILLION))
    paid_on = ColumnField(Column("paid_on", "Ngày thanh toán", DATE, required=True))
    voucher = ColumnField(Column("voucher", "Số chứng từ", TEXT, required=True, maximum=60))

    def __init__(self, *args, vintages, year, today, **kwargs):
        super().__init__(*args, **kwargs)
        # Named, not counted: money allotted while the form is open must not shift the choice.
        self.keys = {"/".join(map(str, key)): key for key in vintages}
        self.year, self.today = year, today
        self.fields["vintage"].choices = [
            (name, vintage_label(key)) for name, key in self.keys.items()
        ]

    def clean_vintage(self):
        return dict(zip(VINTAGE, self.keys[self.cleaned_data["vintage"]], strict=True))

    def clean_paid_on(self):
        day = self.cleaned_data["paid_on"]
        if day > self.today:
            raise forms.ValidationError("Ngày thanh toán chưa đến. Hãy ghi ngày trên chứng từ.")
        if day.year < self.year:
            raise forms.ValidationError(
                f"Vốn năm {self.year} chưa thể chi ngày này. Hãy xem lại năm trên chứng từ."
            )
        return day


def vintage_label(key):
    source, nature, origin, moment, funding = key
    foreign = f", {Funding(funding).label.lower()}" if funding == Funding.FOREIGN else ""
    return (
        f"{Source(source).label}, {Nature(nature).label.lower()}, năm gốc {origin}, "
        f"{Moment(moment).label}{foreign}"
    )
