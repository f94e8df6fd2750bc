from django import forms

from core.columns import DATE, Column
from core.forms import ColumnField

from .models import RoundKind
from .sheet import ReportSheet


class OpenRoundForm(forms.Form):
    kind = forms.ChoiceField(label="Loại báo cáo", choices=RoundKind)
    period = forms.CharField(
        label="Kỳ", max_length=8, help_text="Viết 2023-H1 cho 6 tháng đầu năm, 2023 cho cả năm."
    )
    due_on = ColumnField(
        Column("due_on", "Hạn nộp", DATE),
        help_text="Bỏ trống: 10 ngày sau khi hết kỳ.",
    )


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
