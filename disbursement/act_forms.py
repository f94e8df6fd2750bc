"""Typing by hand what changes the ledger: each form checks its boxes and makes one act."""

from django import forms

from core.columns import CODE, DATE, MILLION, MONEY, TEXT, Column
from core.forms import ColumnField
from organizations.models import Unit
from programs.models import Component

from .acts import money_words
from .allotting import GIVEN_BY_HAND, MOMENT_OF, Allot
from .correcting import Correct, ReverseMovement, ReversePayment
from .decisions import ManyDecisions, find_decision, new_decision
from .forms import CHOOSE, year_choices
from .limits import Tree, millions
from .models import (
    VINTAGE,
    EntryKind,
    Funding,
    LedgerEntry,
    Moment,
    Nature,
    PaymentKind,
    Project,
    Source,
)
from .moving import CarryOver, Recover, Transfer

MOST = 10**17


def money_field(label="Số tiền", required=True):
    return ColumnField(
        Column("amount", label, MONEY, required=required, minimum=1, maximum=MOST, unit=MILLION),
        required=required,
    )


def day_field(name, label, required=True):
    return ColumnField(Column(name, label, DATE, required=required), required=required)


def text_field(name, label, maximum=300, required=True, **kwargs):
    column = Column(name, label, TEXT, required=required, maximum=maximum)
    return ColumnField(column, required=required, **kwargs)


class ActForm(forms.Form):
    """`user` bounds what may be chosen, `today` is the day of business, `place` what the page is
    about: a project, a unit, an entry, a payment or a movement."""

    def __init__(self, *args, user, today, place, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.today, self.place = user, today, place

    def touches(self):
        """Units and programmes that the person must be allowed to write for."""
        raise NotImplementedError

    def act(self):
        raise NotImplementedError


class DecisionForm(ActForm):
    """The decision is found by its number; a new one also needs its day."""

    decision_number = text_field("decision_number", "Số quyết định", maximum=60)
    decision_on = day_field("decision_on", "Ngày quyết định", required=False)
    effective_on = day_field("effective_on", "Ngày hiệu lực")
    reason = text_field("reason", "Lý do, ghi chú", required=False)

    abstract = "Giao, điều chỉnh vốn chương trình mục tiêu quốc gia"

    def clean(self):
        data = super().clean()
        number, day = data.get("decision_number"), data.get("decision_on")
        if number and "decision_on" not in self.errors:
            data["decision"] = self._decision(number, day)
        return data

    def _decision(self, number, day):
        try:
            found = find_decision(number, day)
        except ManyDecisions:
            self.add_error("decision_on", f"Có nhiều văn bản số {number}. Hãy ghi thêm ngày.")
            return None
        if found is None and day is None:
            self.add_error(
                "decision_on", f"Chưa có văn bản số {number} trên cổng. Hãy ghi ngày để thêm."
            )
        elif found is None and day > self.today:
            self.add_error("decision_on", "Ngày quyết định chưa đến. Hãy xem lại.")
        elif found is None:
            return new_decision(number, day, self.issuing_unit(), self.abstract)
        return found

    def issuing_unit(self):
        unit = self.place.unit if isinstance(self.place, Project) else self.place
        top = Tree(self.today).path(unit.pk)[-1] if unit else None
        return Unit.objects.get(pk=top) if top else self.user.current_grants()[0].area_unit


def project_by_code(user, code):
    return (
        Project.objects.for_user(user)
        .select_related("unit", "component__program")
        .filter(code=code)
        .first()
    )


def code_field(label):
    return ColumnField(Column("target", label, CODE, required=True, maximum=40))


class EntryForm(DecisionForm):
    """Allot, add, cut or carry in, on a project or on what a unit is assigned."""

    kind = forms.ChoiceField(
        label="Loại bút toán", choices=[(k.value, k.label) for k in GIVEN_BY_HAND]
    )
    component = forms.ModelChoiceField(
        Component.objects.none(),
        label="Nội dung thành phần",
        empty_label=CHOOSE,
        error_messages={"required": "Chưa chọn nội dung thành phần."},
    )
    plan_year = forms.TypedChoiceField(label="Năm kế hoạch", coerce=int)
    source = forms.ChoiceField(label="Nguồn vốn", choices=Source.choices)
    nature = forms.ChoiceField(label="Loại vốn", choices=Nature.choices)
    origin_year = forms.TypedChoiceField(
        label="Năm giao vốn gốc",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="Để trống khi là vốn của chính năm kế hoạch.",
    )
    moment = forms.ChoiceField(
        label="Cắt từ vốn",
        required=False,
        choices=[("", "Không phải cắt giảm"), *Moment.choices],
        help_text="Chỉ chọn khi cắt giảm.",
    )
    funding = forms.ChoiceField(
        label="Trong nước, nước ngoài", choices=Funding.choices, initial=Funding.DOMESTIC
    )
    amount = money_field()

    field_order = [
        "kind", "component", "plan_year", "source", "nature", "origin_year", "moment", "funding",
        "amount", "decision_number", "decision_on", "effective_on", "reason",
    ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        years = year_choices(self.today)
        self.fields["plan_year"].choices = years
        self.fields["plan_year"].initial = self.today.year
        self.fields["origin_year"].choices = [("", "Như năm kế hoạch"), *years]
        if isinstance(self.place, Project):
            del self.fields["component"]
        else:
            rows = Component.objects.order_by("program__order", "order", "code")
            self.fields["component"].queryset = rows

    def clean(self):
        data = super().clean()
        if data.get("kind") == EntryKind.CUT and not data.get("moment"):
            self.add_error("moment", "Cắt giảm phải nói cắt vốn giao đầu năm hay vốn bổ sung.")
        return data

    def touches(self):
        program = self._component().program.code
        return [(self.place.unit if isinstance(self.place, Project) else self.place, program)]

    def _component(self):
        is_project = isinstance(self.place, Project)
        return self.place.component if is_project else self.cleaned_data["component"]

    def act(self):
        data, is_project = self.cleaned_data, isinstance(self.place, Project)
        money = {name: data[name] for name in ("source", "nature", "funding")}
        money["origin_year"] = data["origin_year"] or data["plan_year"]
        money["moment"] = MOMENT_OF.get(data["kind"]) or data["moment"]
        return Allot(
            kind=data["kind"],
            amount=data["amount"],
            plan_year=data["plan_year"],
            money=money,
            decision=data["decision"],
            effective_on=data["effective_on"],
            project=self.place if is_project else None,
            unit=None if is_project else self.place,
            component=None if is_project else data["component"],
            note=data["reason"] or "",
        )


def held_by_project(project):
    """{key of (plan year, vintage): đồng not yet paid} of what a project still holds."""
    planned = project.entries.total_by("plan_year", *VINTAGE)
    paid = project.payments.total_by("plan_year", *VINTAGE)
    left = {key: total - paid.get(key, 0) for key, total in planned.items()}
    return {key: amount for key, amount in sorted(left.items(), reverse=True) if amount > 0}


def held_by_unit(unit):
    """The same of what a unit was assigned, component by component."""
    rows = LedgerEntry.objects.on_rungs().filter(unit=unit)
    sums = rows.total_by("plan_year", *VINTAGE, "component")
    return {key: amount for key, amount in sorted(sums.items(), reverse=True) if amount > 0}


class LineForm(DecisionForm):
    """Acts that take from money held: the line is chosen by name, with what is left of it."""

    line = forms.ChoiceField(label="Nguồn vốn chuyển đi")
    amount = money_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        is_project = isinstance(self.place, Project)
        held = held_by_project(self.place) if is_project else held_by_unit(self.place)
        self.keys = {"/".join(map(str, key)): key for key in held}
        self.fields["line"].choices = [
            (name, f"{money_words(key[0], key[1:6])}: còn {millions(held[key])} triệu đồng")
            for name, key in self.keys.items()
        ]

    def touches(self):
        if isinstance(self.place, Project):
            return [(self.place.unit, self.place.component.program.code)]
        return [(self.place, self._component().program.code)]

    def _component(self):
        return Component.objects.select_related("program").get(pk=self._key()[6])

    def _key(self):
        return self.keys[self.cleaned_data["line"]]

    def facts(self):
        data, key = self.cleaned_data, self._key()
        return {
            "amount": data["amount"],
            "plan_year": key[0],
            "money": dict(zip(VINTAGE, key[1:6], strict=True)),
            "decision": data["decision"],
            "effective_on": data["effective_on"],
            "reason": data["reason"] or "",
        }


class TransferForm(LineForm):
    target = code_field("Mã dự án nhận vốn")
    target_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Đơn vị nhận vốn",
        empty_label=CHOOSE,
        error_messages={"required": "Chưa chọn đơn vị nhận vốn."},
    )
    field_order = [
        "line", "target", "target_unit", "amount", "decision_number", "decision_on",
        "effective_on", "reason",
    ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if isinstance(self.place, Project):
            del self.fields["target_unit"]
        else:
            del self.fields["target"]
            units = Unit.objects.for_user(self.user).exclude(pk=self.place.pk)
            self.fields["target_unit"].queryset = units.order_by("sort_key")

    def clean_target(self):
        found = project_by_code(self.user, self.cleaned_data["target"])
        if found is None:
            raise forms.ValidationError(
                f"Không có công trình mã “{self.cleaned_data['target']}”. Hãy xem lại mã."
            )
        return found

    def _target(self):
        return self.cleaned_data.get("target") or self.cleaned_data["target_unit"]

    def touches(self):
        [(unit, program)] = super().touches()
        target = self._target()
        place = target.unit if isinstance(target, Project) else target
        code = target.component.program.code if isinstance(target, Project) else program
        return [(unit, program), (place, code)]

    def act(self):
        component = None if isinstance(self.place, Project) else self._component()
        return Transfer(self.place, self._target(), component=component, **self.facts())


class CarryOverForm(LineForm):
    field_order = ["line", "amount"]

    def act(self):
        return CarryOver(self.place, **self.facts())


class RecoverForm(LineForm):
    field_order = ["line", "amount"]

    def act(self):
        top = Tree(self.cleaned_data["effective_on"]).path(self.place.unit_id)[-1]
        return Recover(self.place, Unit.objects.get(pk=top), **self.facts())


class CorrectForm(DecisionForm):
    """The entry as it should have been; with the amount empty it is only reversed."""

    source = forms.ChoiceField(label="Nguồn vốn", choices=Source.choices)
    nature = forms.ChoiceField(label="Loại vốn", choices=Nature.choices)
    origin_year = forms.TypedChoiceField(label="Năm giao vốn gốc", coerce=int)
    moment = forms.ChoiceField(label="Thời điểm giao", choices=Moment.choices)
    funding = forms.ChoiceField(label="Trong nước, nước ngoài", choices=Funding.choices)
    amount = money_field("Số tiền đúng", required=False)
    decision_number = text_field("decision_number", "Số quyết định", maximum=60, required=False)
    reason = text_field("reason", "Lý do đính chính", maximum=250)

    field_order = [
        "amount", "source", "nature", "origin_year", "moment", "funding", "decision_number",
        "decision_on", "effective_on", "reason",
    ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.place
        self.fields["origin_year"].choices = year_choices(self.today)
        self.initial |= {name: getattr(row, name) for name in VINTAGE}
        self.initial |= {"amount": abs(row.amount), "effective_on": row.effective_on}
        if row.decision:
            self.initial["decision_number"] = row.decision.number
            self.initial["decision_on"] = row.decision.issued_on

    def issuing_unit(self):
        return self.place.unit

    def touches(self):
        return [(self.place.unit, self.place.component.program.code)]

    def act(self):
        data = self.cleaned_data
        return Correct(
            self.place,
            data["reason"],
            amount=data["amount"],
            money={name: data[name] for name in VINTAGE},
            decision=data.get("decision"),
            effective_on=data["effective_on"],
        )


class ReverseMovementForm(ActForm):
    reason = text_field("reason", "Lý do đảo", maximum=250)

    def touches(self):
        rows = self.place.entries.select_related("unit", "component__program")
        return [(row.unit, row.component.program.code) for row in rows if row.project_id]

    def act(self):
        return ReverseMovement(self.place, self.cleaned_data["reason"])


class ReversePaymentForm(ActForm):
    """With the amount empty the voucher is only taken back."""

    amount = money_field("Số tiền đúng", required=False)
    kind = forms.ChoiceField(
        label="Loại thanh toán",
        choices=[c for c in PaymentKind.choices if c[0] != PaymentKind.CUMULATIVE],
    )
    paid_on = day_field("paid_on", "Ngày thanh toán")
    voucher = text_field("voucher", "Số chứng từ", maximum=60)
    reason = text_field("reason", "Lý do đảo", maximum=250)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = ("kind", "paid_on", "voucher")
        self.initial |= {name: getattr(self.place, name) for name in names}

    def touches(self):
        project = self.place.project
        return [(project.unit, project.component.program.code)]

    def act(self):
        data = self.cleaned_data
        names = ("amount", "kind", "paid_on", "voucher")
        again = {name: data[name] for name in names} if data["amount"] else None
        return ReversePayment(self.place, data["reason"], again)
