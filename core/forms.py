"""Django form field over a column spec, so that typing and importing meet the same check."""

from typing import Any

from django import forms

from .columns import CHOICE, DATE, Column, ColumnDoubt, ColumnError

# What stands behind a field's name in the name of its question "which of the two is meant?".
ANSWER = "-reading"


class Answered:
    """A box whose question has been answered holds the clear wording from then on."""

    column: Column

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = data.get(name)
        answer = data.get(name + ANSWER, "")
        return self.column.settled(typed, answer) if answer else typed


class TypedInput(Answered, forms.TextInput):
    pass


class TypedArea(Answered, forms.Textarea):
    pass


class PickList(forms.CheckboxSelectMultiple):
    """Several of a long list: what is chosen stays in sight (components/pick_list.html)."""


class ColumnField(forms.Field):
    def __init__(self, column: Column, **kwargs: Any):
        self.column = column
        kwargs.setdefault("label", column.label)
        kwargs.setdefault("required", column.required)
        widget = kwargs.pop("widget", None) or self._widget(column)
        if isinstance(widget, forms.Textarea):
            widget = TypedArea(attrs=widget.attrs)
        if isinstance(widget, Answered):
            widget.column = column
        super().__init__(widget=widget, **kwargs)

    @staticmethod
    def _widget(column: Column) -> forms.Widget:
        if column.kind is CHOICE:
            return forms.Select(choices=[("", "– Chọn –"), *column.options()])
        mode = {"inputmode": "decimal"} if column.is_number else {}
        if column.kind is DATE:
            mode = {"placeholder": "ngày/tháng/năm"}
        return TypedInput(attrs=mode)

    def prepare_value(self, value: Any) -> Any:
        """A stored value is shown as it would be typed; what was typed is shown again as it was."""
        is_typed = value is None or isinstance(value, str) or self.column.kind is CHOICE
        return value if is_typed else self.column.display(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.column.check(data) != self.column.check(self.prepare_value(initial)))
        except ColumnError:
            return True

    def clean(self, value: Any) -> Any:
        """An empty required field gets the column's own message, naming the column."""
        try:
            checked = self.column.check(value)
        except ColumnDoubt as doubt:
            asked = {"readings": doubt.readings}
            raise forms.ValidationError(escaped(doubt), code="ask", params=asked) from None
        except ColumnError as error:
            raise forms.ValidationError(str(error), code="invalid") from None
        if checked is None and self.required:
            raise forms.ValidationError(f"Chưa nhập “{self.column.label}”.", code="required")
        self.run_validators(checked)
        return checked


def escaped(message: Exception) -> str:
    """As a message with parameters, where a per cent sign would ask for one."""
    return str(message).replace("%", "%%")
