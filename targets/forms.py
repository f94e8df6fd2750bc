"""Choosing what to look at, entering a figure, writing down a target."""

from datetime import timedelta

from django import forms

from core.columns import DATE, DECIMAL, INTEGER, TEXT, Column
from core.forms import ColumnField
from core.periods import Period
from organizations.models import Unit
from periods.models import why_locked
from programs.models import Program

from .models import NUMERIC, Indicator, Operator, Target

FIRST_YEAR = 2021
LATE_DAYS = 31
MOST_ORDER = 32_767
# What the column of figures holds: fourteen digits before the comma.
LARGEST_FIGURE = 10**14 - 1


class ChoiceForm(forms.Form):
    """Year, unit and programme of the list; an unknown value falls back to all."""

    chuong_trinh = forms.ModelChoiceField(
        Program.objects.none(),
        to_field_name="code",
        required=False,
        label="Chương trình",
        empty_label="Tất cả chương trình",
    )
    don_vi = forms.ModelChoiceField(
        Unit.objects.none(),
        to_field_name="code",
        required=False,
        label="Đơn vị",
        empty_label=None,
    )
    nam = forms.TypedChoiceField(coerce=int, required=False, label="Năm")

    def __init__(self, *args, units, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["don_vi"].queryset = units
        self.fields["chuong_trinh"].queryset = Program.objects.valid_on(today)
        years = range(today.year, FIRST_YEAR - 1, -1)
        self.fields["nam"].choices = [(year, f"Năm {year}") for year in years]


def entry_periods(year, today):
    """Periods of the year that have begun, the shortest and latest first."""
    codes = [f"{year}-{month:02d}" for month in range(1, 13)]
    codes += [f"{year}-Q{quarter}" for quarter in range(1, 5)]
    codes += [f"{year}-H1", f"{year}-H2", str(year)]
    begun = [period for period in map(Period.parse, codes) if period.start <= today]
    return sorted(begun, key=lambda period: (period.months, -period.part))


def last_whole(periods, today):
    """The period most likely meant: the latest month that is over."""
    return next((period for period in periods if period.end <= today), periods[0])


class ProgressForm(forms.Form):
    """One figure of a unit for a period, counted from the start of the year."""

    def __init__(self, *args, target, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.target, self.today = target, today
        periods = entry_periods(int(target.period[:4]), today)
        self.fields["period"] = forms.ChoiceField(
            label="Kỳ",
            choices=[(period.code, period.label) for period in periods],
            initial=last_whole(periods, today).code,
        )
        if target.is_numeric:
            self.fields["value"] = ColumnField(value_column(target.indicator))
        self.fields["as_of"] = ColumnField(
            Column("as_of", "Số liệu đến ngày", DATE, required=True, maximum=today),
            initial=f"{today:%d/%m/%Y}",
        )
        note = Column("note", "Ghi chú", TEXT, required=not target.is_numeric, maximum=400)
        if not target.is_numeric:
            note = Column("note", "Kết quả bằng lời", TEXT, required=True, maximum=400)
        self.fields["note"] = ColumnField(note, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self):
        cleaned = super().clean()
        if {"period", "as_of"} <= cleaned.keys():
            self._check_day(Period.parse(cleaned["period"]), cleaned["as_of"])
            reason = why_locked(self.target.unit, cleaned["period"], self.today)
            if reason:
                self.add_error("period", f"{reason}. Hãy đề nghị cơ quan thường trực mở lại kỳ.")
        return cleaned

    def _check_day(self, period, as_of):
        if not period.start <= as_of <= period.end + timedelta(days=LATE_DAYS):
            self.add_error(
                "as_of",
                f"Ngày {as_of:%d/%m/%Y} không thuộc {period.label}. Hãy chọn lại kỳ hoặc ngày.",
            )


def value_column(indicator):
    kind = DECIMAL if indicator.decimals else INTEGER
    label = "Thực hiện từ đầu năm"
    return Column(
        "value",
        label,
        kind,
        required=True,
        minimum=0,
        maximum=LARGEST_FIGURE,
        measure=indicator.measure_unit,
    )


def number_field(name, label):
    return ColumnField(Column(name, label, DECIMAL), required=False)


class TargetForm(forms.ModelForm):
    """The wording stays as in the plan; a number is needed only where there is one."""

    value = number_field("value", "Giá trị")
    base = number_field("base", "Số đầu kỳ")
    cumulative = number_field("cumulative", "Lũy kế phải đạt")
    share = number_field("share", "Tỷ lệ phải đạt (%)")
    due_on = ColumnField(Column("due_on", "Thời hạn", DATE), help_text="ngày/tháng/năm")
    order = ColumnField(
        Column("order", "Thứ tự", INTEGER, required=True, minimum=0, maximum=MOST_ORDER), initial=0
    )

    class Meta:
        model = Target
        fields = [
            "program",
            "indicator",
            "wording",
            "operator",
            "value",
            "base",
            "cumulative",
            "share",
            "due_text",
            "due_on",
            "document",
            "order",
        ]
        widgets = {"wording": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, programs, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("program", "indicator", "document"):
            self.fields[name].empty_label = "– Chọn –"
        self.fields["program"].queryset = programs
        self.fields["indicator"].queryset = Indicator.objects.filter(
            programs__in=programs
        ).distinct()
        self.fields["operator"].help_text = "“trên” không gồm chính giá trị đó; “ít nhất” có gồm"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("operator") in NUMERIC and cleaned.get("value") is None:
            self.add_error("value", "Chỉ tiêu định lượng phải có giá trị. Hãy nhập một số.")
        if cleaned.get("operator") in (Operator.MILESTONE, Operator.QUALITATIVE):
            cleaned["value"] = None
        program, indicator = cleaned.get("program"), cleaned.get("indicator")
        if program and indicator and not indicator.programs.filter(pk=program.pk).exists():
            self.add_error("indicator", "Chỉ số này không thuộc chương trình đã chọn.")
        elif program and indicator and self._is_taken(program, indicator):
            self.add_error("indicator", "Đơn vị đã có chỉ tiêu này trong năm. Hãy sửa chỉ tiêu đó.")
        return cleaned

    def _is_taken(self, program, indicator):
        """Unit and period are not on the form, so the model's own check would skip them."""
        own = self.instance
        same = Target.objects.filter(
            program=program, indicator=indicator, unit=own.unit, period=own.period
        )
        return same.exclude(pk=own.pk).exists()
