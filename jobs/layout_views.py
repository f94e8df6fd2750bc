"""The page "Ghép cột": which column of the file is which, and what its money is counted in."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from core.account_unit import WORDS, example
from core.transitions import InvalidTransition
from organizations.permissions import EVERY_PROGRAM, require

from .imports import IMPORTERS, lay_out_batch
from .models import Batch, BatchState

NOTHING = [("", "– Không dùng –")]


class LayoutForm(forms.Form):
    """`cot-N`: what column N of the file is; `dvt-NAME`: the unit of a column of money."""

    def __init__(self, data, *, table):
        super().__init__(data)
        self.table = table
        placed = {c["place"]: c["name"] for c in table["columns"] if c["place"] is not None}
        chosen = set(data.values()) if data else set(placed.values())
        choices = NOTHING + [
            (c["name"], f"{c['label']}{' (bắt buộc)' if c['required'] else ''}")
            for c in table["columns"]
        ]
        for title in table["titles"]:
            self.fields[f"cot-{title['index']}"] = forms.ChoiceField(
                label=f"Cột {title['letters']}",
                choices=choices,
                required=False,
                initial=placed.get(title["index"], ""),
            )
        for column in self.money():
            self.fields[f"dvt-{column['name']}"] = forms.TypedChoiceField(
                label=f"Đơn vị tính của “{column['label']}”",
                choices=unit_choices(column),
                coerce=int,
                empty_value=None,
                required=column["name"] in chosen,
                error_messages={
                    "required": f"Hãy chọn đơn vị tính của “{column['label']}”.",
                },
                widget=forms.RadioSelect,
                initial=column.get("unit"),
                help_text=self.help_of(column),
            )

    def money(self):
        return [c for c in self.table["columns"] if c["is_money"]]

    def help_of(self, column):
        if column.get("known_by") or not column.get("guess"):
            return ""
        return f"Tệp không ghi đơn vị tính. Theo độ lớn, có lẽ là {WORDS[column['guess']]}."

    def titles(self):
        """Each header of the file with its samples and its box."""
        return [(title, self[f"cot-{title['index']}"]) for title in self.table["titles"]]

    def units(self):
        return [f for f in self.all_units() if f.field.required]

    def other_units(self):
        """Of columns the file does not seem to have; needed once one is chosen above."""
        return [f for f in self.all_units() if not f.field.required]

    def all_units(self):
        return [self[f"dvt-{column['name']}"] for column in self.money()]

    def clean(self):
        said = self.cleaned_data
        places = {}
        for title in self.table["titles"]:
            name = said.get(f"cot-{title['index']}")
            if name in places:
                self.add_error(f"cot-{title['index']}", "Cột này đã được ghép ở trên.")
            elif name:
                places[name] = title["index"]
        for column in self.table["columns"]:
            if column["required"] and column["name"] not in places:
                self.add_error(None, f"Chưa ghép cột “{column['label']}”.")
        said["places"] = places
        return said

    def layout(self):
        places = self.cleaned_data["places"]
        return {
            **{key: self.table[key] for key in ("sheet", "header", "height", "signature")},
            "titles": [title["title"] for title in self.table["titles"]],
            "places": places,
            "units": {
                column["name"]: self.cleaned_data[f"dvt-{column['name']}"]
                for column in self.money()
                if column["name"] in places
            },
        }


def unit_choices(column):
    """Each unit with what the first figure of the column would be."""
    sample = number_of(column.get("sample", "1250"))
    return [(factor, f"{word}: {example(sample, factor)}") for factor, word in WORDS.items()]


def number_of(text):
    try:
        number = Decimal(text)
    except InvalidOperation:
        return 1250
    return int(number) if number == number.to_integral_value() else number


class LayoutView(View):
    """Asked about a file whose columns or units nobody knows; may be changed until applied."""

    def found(self, request, pk):
        batch = get_object_or_404(Batch.objects.for_user(request.user), pk=pk)
        require(request.user, IMPORTERS[batch.kind].action, batch.unit, EVERY_PROGRAM)
        if not batch.params.get("table"):
            raise Http404
        return batch

    def get(self, request, pk):
        batch = self.found(request, pk)
        return self.page(request, batch, LayoutForm(None, table=batch.params["table"]))

    def post(self, request, pk):
        batch = self.found(request, pk)
        form = LayoutForm(request.POST, table=batch.params["table"])
        if not form.is_valid():
            return self.page(request, batch, form, status=422)
        try:
            lay_out_batch(batch, request.user, form.layout())
        except InvalidTransition as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Đã nhớ cách ghép cột. Tệp đang được kiểm tra.")
        return redirect("jobs:batch", pk=pk)

    def page(self, request, batch, form, status=200):
        context = {
            "batch": batch,
            "form": form,
            "importer": IMPORTERS[batch.kind],
            "is_open": batch.state in (BatchState.MAPPING, BatchState.PREVIEW),
        }
        return render(request, "jobs/batch_layout.html", context, status=status)
