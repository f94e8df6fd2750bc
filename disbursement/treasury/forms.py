"""Forms of the reconciliation pages."""

from django import forms

from core.columns import DATE, TEXT, Column
from core.forms import ColumnField
from organizations.models import Unit
from programs.models import Program

from ..calendar import plan_year_of
from ..forms import year_choices
from ..models import VINTAGE, GapReason, Project
from .gaps import GapState

REASON = Column("reason", "Lý do", TEXT, required=True, maximum=250)
TEXT_COLUMN = Column("text", "Diễn giải", TEXT, maximum=400)
MOST = 10**17


class ReconcileFilter(forms.Form):
    """What the page is narrowed to; every choice stands in the address."""

    q = forms.CharField(label="Tên hoặc mã công trình", required=False, max_length=100)
    trang_thai = forms.ChoiceField(
        label="Trạng thái", required=False, choices=[("", "Mọi trạng thái"), *GapState.choices]
    )
    don_vi = forms.ModelChoiceField(
        Unit.objects.none(), label="Đơn vị", required=False, empty_label="Mọi đơn vị"
    )
    ct = forms.ChoiceField(label="Chương trình", required=False)
    nam = forms.TypedChoiceField(label="Năm kế hoạch", coerce=int, required=False)
    den = ColumnField(Column("den", "Số liệu đến ngày", DATE), required=False)

    def __init__(self, data, *, user, today):
        super().__init__({"nam": plan_year_of(today)} | data)
        self.user, self.today = user, today
        self.fields["don_vi"].queryset = Unit.objects.for_user(user).order_by("sort_key")
        programs = Program.objects.order_by("order").values_list("code", "short_name")
        self.fields["ct"].choices = [("", "Mọi chương trình"), *programs]
        self.fields["nam"].choices = year_choices(today)

    def chosen(self):
        """Values with their defaults; what the address misspells counts as not chosen."""
        self.is_valid()
        data = self.cleaned_data
        return {
            "year": data.get("nam") or plan_year_of(self.today),
            "day": min(data.get("den") or self.today, self.today),
            "unit": data.get("don_vi"),
            "program": data.get("ct", ""),
            "state": data.get("trang_thai", ""),
            "words": data.get("q", ""),
        }


class SeenForm(forms.Form):
    """What the person saw when deciding: another figure by now is refused, not overwritten."""

    difference = forms.IntegerField(
        widget=forms.HiddenInput, min_value=-MOST, max_value=MOST, localize=False
    )


class PostForm(SeenForm):
    reason = ColumnField(REASON)


class ReasonForm(forms.Form):
    reason = ColumnField(REASON)


class ExplainForm(SeenForm):
    year = forms.IntegerField(widget=forms.HiddenInput, min_value=2000, max_value=2100)
    vintage = forms.CharField(widget=forms.HiddenInput, max_length=60)
    reason = forms.ChoiceField(
        label="Lý do chênh lệch", choices=[("", "– Chọn –"), *GapReason.choices]
    )
    text = ColumnField(TEXT_COLUMN, required=False, help_text="Nêu chứng từ, ngày, việc đã làm.")

    def clean_vintage(self):
        parts = self.cleaned_data["vintage"].split("/")
        if len(parts) != len(VINTAGE) or not parts[2].isdecimal():
            raise forms.ValidationError("Nguồn vốn chưa đúng. Hãy tải lại trang.")
        return (*parts[:2], int(parts[2]), *parts[3:])

    def clean(self):
        data = super().clean()
        if data.get("reason") == GapReason.OTHER and not data.get("text"):
            self.add_error("text", "Lý do khác thì cần ghi diễn giải.")
        return data


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Tìm công trình theo tên hoặc mã, không cần dấu", required=False, max_length=100
    )


class MatchForm(forms.Form):
    project = forms.ModelChoiceField(
        Project.objects.none(),
        error_messages={
            "required": "Hãy chọn công trình.",
            "invalid_choice": "Công trình này không thuộc phạm vi của dòng Kho bạc.",
        },
    )

    def __init__(self, data, *, projects):
        super().__init__(data)
        self.fields["project"].queryset = projects


class BulkForm(forms.Form):
    """Several projects at once; `chon` is "project:size" as the page showed it."""

    viec = forms.ChoiceField(
        label="Việc cần làm", choices=[("ghi", "Ghi theo Kho bạc"), ("giai-trinh", "Giải trình")]
    )
    ly_do = forms.ChoiceField(
        label="Lý do chênh lệch",
        required=False,
        choices=[("", "– Chọn –"), *GapReason.choices],
    )
    reason = ColumnField(Column("reason", "Diễn giải", TEXT, maximum=250), required=False)
    nam = forms.IntegerField(widget=forms.HiddenInput, min_value=2000, max_value=2100)
    chon = forms.TypedMultipleChoiceField(
        error_messages={"required": "Hãy chọn ít nhất một công trình."}
    )

    def __init__(self, data=None, *, shown=(), **kwargs):
        super().__init__(data, **kwargs)
        chosen = data.getlist("chon")[:200] if data else shown
        self.fields["chon"].choices = [(value, value) for value in chosen]

    def clean_chon(self):
        pairs = [value.partition(":")[::2] for value in self.cleaned_data["chon"]]
        if not all(pk.isdecimal() and len(pk) < 19 and size.isdecimal() for pk, size in pairs):
            raise forms.ValidationError("Lựa chọn chưa đúng. Hãy tải lại trang.")
        return {int(pk): int(size) for pk, size in pairs}

    def clean(self):
        data = super().clean()
        if data.get("viec") == "giai-trinh" and not data.get("ly_do"):
            self.add_error("ly_do", "Hãy chọn lý do chênh lệch.")
        if data.get("viec") == "ghi" and not data.get("reason"):
            self.add_error("reason", "Hãy ghi lý do ghi theo số Kho bạc.")
        return data
