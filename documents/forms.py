from django import forms

from core.columns import DATE, Column
from core.forms import ColumnField

from .models import DocumentKind


class DocumentFilter(forms.Form):
    q = forms.CharField(label="Tên, số văn bản", required=False, max_length=100)
    loai = forms.ChoiceField(
        label="Loại văn bản", required=False, choices=[("", "Mọi loại"), *DocumentKind.choices]
    )


class NumberForm(forms.Form):
    """What the clerk writes into the register, once."""

    number = forms.CharField(
        label="Số, ký hiệu", max_length=60, help_text="Ghi đủ ký hiệu, như 42/BC-BCĐ."
    )
    issued_on = ColumnField(Column("issued_on", "Ngày ban hành", DATE, required=True))

    def clean_number(self):
        return " ".join(self.cleaned_data["number"].split())
