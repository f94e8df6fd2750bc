from django import forms

from core.columns import DATE, Column
from core.forms import ColumnField
from core.periods import Period

from .models import RoundKind
from .sheet import ReportSheet


def periods_near(today):
    """Half-years and years that may be opened now: of last year and of this one."""
    for year in (today.year, today.year - 1):
        yield from (Period(year, "H", 1), Period(year, "H", 2), Period(year))


class OpenRoundForm(forms.Form):
    period = forms.ChoiceField(label="Kỳ báo cáo")
    due_on = ColumnField(
        Column("due_on", "Hạn nộp", DATE),
        help_text="Bỏ trống: 10 ngày sau khi hết kỳ.",
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        periods = list(periods_near(today))
        self.fields["period"].choices = [(str(p), f"Báo cáo {p.label}") for p in periods]
        self.fields["period"].initial = str(max(p for p in periods if p.end <= today))

    @property
    def kind(self):
        is_half = Period.parse(self.cleaned_data["period"]).kind == "H"
        return RoundKind.HALF_YEAR if is_half else RoundKind.YEAR


class ReturnForm(forms.Form):
    """Chosen sections go back with a reason; without a reason nothing goes back."""

    sections = forms.MultipleChoiceField(
        label="Mục phải sửa", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label="Lý do trả lại",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": "Hãy ghi lý do để đơn vị biết cần sửa gì."},
    )

    def __init__(self, *args, sheet: ReportSheet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = [(s.title, s.title) for s in sheet.sections()]


class EditTextForm(forms.Form):
    """The office's own wording of one generated paragraph; empty brings the generated one back."""

    key = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Lời văn", widget=forms.Textarea(attrs={"rows": 6}), required=False, max_length=8000
    )
