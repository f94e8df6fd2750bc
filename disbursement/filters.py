"""What the money pages are narrowed to: every choice stands in the address."""

from datetime import date, datetime, time

from django import forms
from django.utils import timezone

from core.columns import DATE, Column
from core.forms import ColumnField
from programs.models import Component, Program

from .calendar import plan_year_of
from .figures import Denominator
from .forms import year_choices
from .models import Funding, Nature, Source

# Field of the page -> field of a vintage.
OF_VINTAGE = {
    "tinh_chat": "nature",
    "nguon": "source",
    "goc": "origin_year",
    "von": "funding",
}
PLAIN = {"nam", "mau_so", "xem"}


def named(over: str, year: int) -> str:
    """A denominator with its year, as a rate must name it."""
    return Denominator(over).label.replace("kế hoạch năm", f"kế hoạch năm {year}")


class MoneyFilter(forms.Form):
    """Programme, component and the axes of a vintage."""

    ct = forms.ChoiceField(label="Chương trình", required=False)
    tinh_chat = forms.ChoiceField(
        label="Loại vốn",
        required=False,
        choices=[("", "Đầu tư và sự nghiệp"), *Nature.choices],
    )
    nam = forms.TypedChoiceField(label="Năm kế hoạch", coerce=int, required=False)
    nguon = forms.ChoiceField(
        label="Nguồn", required=False, choices=[("", "Mọi nguồn"), *Source.choices]
    )
    tp = forms.ChoiceField(label="Nội dung thành phần", required=False)
    von = forms.ChoiceField(
        label="Trong nước, nước ngoài",
        required=False,
        choices=[("", "Cả hai"), *Funding.choices],
    )
    goc = forms.TypedChoiceField(
        label="Năm giao vốn gốc", coerce=int, required=False, empty_value=None
    )
    den = ColumnField(Column("den", "Số liệu đến ngày", DATE), required=False)

    # What the address leaves out is shown as chosen, not as the first of a list.
    shown: dict[str, str] = {}

    def __init__(self, data, *, today):
        super().__init__({"nam": plan_year_of(today)} | self.shown | data)
        self.today = today
        programs = Program.objects.order_by("order").values_list("code", "short_name")
        self.fields["ct"].choices = [("", "Mọi chương trình"), *programs]
        self.fields["tp"].choices = [("", "Mọi thành phần"), *component_choices(data.get("ct"))]
        self.fields["nam"].choices = year_choices(today)
        self.fields["goc"].choices = [("", "Mọi năm"), *year_choices(today)]

    def chosen(self):
        """Values with their defaults; what the address misspells counts as not chosen."""
        self.is_valid()
        data = self.cleaned_data
        return {
            "year": data.get("nam") or plan_year_of(self.today),
            "program": data.get("ct", ""),
            "component": data.get("tp", ""),
            "day": data.get("den"),
            "vintage": {name: data[field] for field, name in OF_VINTAGE.items() if data.get(field)},
        }

    def active(self, query):
        """[(label, address without it)] of what is narrowed, for the chips above a list."""
        self.is_valid()
        out = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value in (None, "") or name in PLAIN:
                continue
            rest = query.copy()
            rest.pop(name, None)
            rest.pop("page", None)
            words = f"{field.label}: {shown_as(field, value)}"
            out.append({"label": words, "remove_url": f"?{rest.urlencode()}"})
        return out


def component_choices(program):
    """Of the chosen programme only: the three trees together are too long to choose from."""
    if not program:
        return []
    found = Component.objects.filter(program__code=program).order_by("order", "code")
    return [(code, f"{code} {name}"[:90]) for code, name in found.values_list("code", "name")]


def shown_as(field, value):
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return dict(getattr(field, "choices", [])).get(value, value)


class OverviewFilter(MoneyFilter):
    """What the envelope page shows."""

    mau_so = forms.ChoiceField(label="Mẫu số của tỷ lệ", required=False)
    xem = forms.ChoiceField(
        required=False, choices=[("", ""), ("giao", "")], widget=forms.HiddenInput
    )
    field_order = ("ct", "tinh_chat", "nam", "mau_so")
    shown = {"mau_so": Denominator.WITH_CARRY.value}

    def __init__(self, data, *, today):
        super().__init__(data, today=today)
        year = super().chosen()["year"]
        self.fields["mau_so"].choices = [
            (value, capital(named(value, year))) for value in Denominator.values
        ]
        self.full_clean()

    def chosen(self):
        chosen = super().chosen()
        chosen["over"] = self.cleaned_data.get("mau_so") or Denominator.WITH_CARRY
        chosen["view"] = self.cleaned_data.get("xem", "")
        return chosen


def capital(words):
    return words[:1].upper() + words[1:]


class StatementFilter(MoneyFilter):
    """From a day to a day, as known now or as known at a moment."""

    tu = ColumnField(Column("tu", "Từ ngày", DATE), required=False)
    biet = ColumnField(Column("biet", "Như đã biết đến ngày", DATE), required=False)
    gio = forms.TimeField(
        label="Lúc (giờ:phút)",
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TextInput(attrs={"placeholder": "23:59", "size": 5}),
        error_messages={"invalid": "Hãy ghi giờ như 17:00."},
    )
    field_order = ("tu", "den", "biet", "gio", "nam", "ct")

    def clean(self):
        said = super().clean()
        first, last = said.get("tu"), said.get("den")
        if first and last and first > last:
            self.add_error("tu", "Từ ngày không thể sau đến ngày. Hãy đổi một trong hai ngày.")
        if said.get("gio") and not said.get("biet"):
            self.add_error("biet", "Chưa có ngày của giờ này. Hãy ghi ngày, hoặc bỏ giờ.")
        return said

    def chosen(self):
        chosen = super().chosen()
        data = self.cleaned_data
        moment = None
        if data.get("biet"):
            minute = data.get("gio") or time(23, 59)
            whole = datetime.combine(data["biet"], minute.replace(second=59, microsecond=999_999))
            moment = timezone.make_aware(whole)
        return chosen | {"first": data.get("tu"), "known_at": moment}
