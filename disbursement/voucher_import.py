"""Import of the Treasury's vouchers, one payment a row: the other way to learn what was paid.

A voucher is known by its number, project, money and kind: the same again is not written twice, the
same with another amount or day is an error that names both. What the Treasury paid above the plan
is its word and is taken with a mark; an advance cannot be taken back before it was given.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum

from core.columns import CHOICE, CODE, DATE, MONEY, TEXT, Column
from core.money import format_amount
from core.planner import refresh_statistics
from core.sheet_guard import EXTRACT
from core.text import search_key
from core.transitions import InvalidTransition
from jobs.imports import HangsOn, Importer, Reading
from organizations.models import Unit

from .closing import lock_books, refuse_closed
from .extract_import import page_of, spooled, taken
from .models import VINTAGE, Payment, PaymentKind
from .sheets import (
    FUNDING,
    MOMENT,
    MOST_MONEY,
    NATURE,
    ORIGIN,
    SOURCE,
    Faults,
    check_origin,
    read_rows,
    vintage_defaults,
)
from .treasury.posting import LINE, key_of, live, plans_of, reversal_of, typed
from .treasury.said import Names, closed_units

KINDS = [
    (PaymentKind.ADVANCE, "Tạm ứng"),
    (PaymentKind.VOLUME, "Thanh toán"),
    (PaymentKind.RECOVERY, "Thu hồi"),
    (PaymentKind.VOLUME, "Thanh toán khối lượng hoàn thành"),
    (PaymentKind.VOLUME, "TT KLHT"),
    (PaymentKind.RECOVERY, "Thu hồi tạm ứng"),
    (PaymentKind.RECOVERY, "Hoàn ứng"),
]
ADVANCES = (PaymentKind.ADVANCE, PaymentKind.RECOVERY)
SHOWN = 10


def voucher_columns(unit):
    return [
        Column(
            "voucher",
            "Số chứng từ",
            TEXT,
            required=True,
            maximum=60,
            aliases=("Số CT", "Số hiệu chứng từ"),
        ),
        Column(
            "paid_on",
            "Ngày chứng từ",
            DATE,
            required=True,
            aliases=("Ngày thanh toán", "Ngày CT", "Ngày"),
        ),
        Column("code", "Mã dự án", CODE, required=True, maximum=40, aliases=("Mã công trình",)),
        Column(
            "payment_kind",
            "Loại thanh toán",
            CHOICE,
            required=True,
            choices=KINDS,
            aliases=("Loại", "Loại chứng từ"),
        ),
        SOURCE,
        NATURE,
        ORIGIN,
        MOMENT,
        FUNDING,
        Column("amount", "Số tiền", MONEY, required=True, minimum=1, maximum=MOST_MONEY, unit=unit),
        Column("note", "Nội dung", TEXT, maximum=300, aliases=("Diễn giải",)),
    ]


class VoucherImporter(Importer):
    kind = "vouchers"
    label = "Chứng từ thanh toán của Kho bạc"
    action = "disbursement.import"
    about = "Từng chứng từ tạm ứng, thanh toán, thu hồi; dùng thay cho số lũy kế."
    extensions = ("xlsx", "xls")
    limits = EXTRACT
    template = "disbursement/voucher_rows.html"
    upload_page = "disbursement:import_vouchers"
    tells_same_file = True

    def read(self, book, params, unit) -> Reading:
        sheet, rows, broken, issues = read_rows(book, voucher_columns)
        if not (rows or broken):
            return Reading(issues=issues, counts={"read": 0})
        reader = VoucherReader(sheet, params["year"], date.fromisoformat(params["on"]), unit)
        kept = [found for row in rows if (found := taken(reader, row))]
        reader.whole_file(kept)
        read = len(rows) + len(broken)
        return Reading(spooled(kept), [*issues, *reader.faults.issues], counted(kept, read))

    def apply(self, batch, user):
        # Compared again under the lock: another import may have come since the preview.
        lock_books(batch.unit)
        year, rows = batch.params["year"], list(batch.rows())
        closed, books = closed_units(year), Books(year)
        payments = []
        for row in rows:
            if reason := closed.get(row["unit"]):
                raise InvalidTransition(reason)
            if fault := books.fault(row):
                raise InvalidTransition(f"Dòng {row['number']}: {fault}")
            books.take(row)
            if row["state"] == "created":
                payments.append(payment_of(row, batch, user))
        if fault := books.overdrawn():
            raise InvalidTransition(fault.words)
        Payment.objects.bulk_create(payments, batch_size=1000)
        refresh_statistics(Payment)
        return counted(rows, batch.counts["read"])

    def undo(self, batch, user):
        lock_books(batch.unit)
        refuse_closed(batch.unit, batch.params["year"])
        payments = list(live(batch.payments).select_related("project"))
        if hanging := hangs_on(payments):
            words = "; ".join(name for name, _ in hanging[:SHOWN])
            more = f" và {len(hanging) - SHOWN} việc khác" if len(hanging) > SHOWN else ""
            raise HangsOn(
                f"Chưa hoàn tác được vì đã có việc dựa trên đợt này: {words}{more}. "
                "Hãy đảo các việc đó trước.",
                hanging,
            )
        back = [reversal_of(payment, user) for payment in payments]
        Payment.objects.bulk_create(back, batch_size=1000)

    def success_url(self, batch):
        return f"/von/doi-chieu/?nam={batch.params['year']}"

    def template_url(self):
        return "/von/bieu-mau/vouchers/"


def payment_of(row, batch, user):
    sign = -1 if row["kind"] == PaymentKind.RECOVERY else 1
    return Payment(
        project_id=row["project"],
        kind=row["kind"],
        amount=sign * row["amount"],
        paid_on=date.fromisoformat(row["paid_on"]),
        plan_year=batch.params["year"],
        voucher=row["voucher"],
        note=row["note"],
        is_over_plan=row["is_over_plan"],
        batch=batch,
        recorded_by=user,
        **{name: row[name] for name in VINTAGE},
    )


def voucher_key(number, line, kind):
    """One voucher may pay several works or several kinds of money, each once."""
    return (search_key(number), *line, str(kind))


@dataclass(frozen=True)
class Overdrawn:
    row: dict
    words: str


class Books:
    """What is recorded of a year, and what the rows of a file add to it one by one."""

    def __init__(self, year):
        self.vouchers, self.works = {}, defaultdict(set)
        rows = typed(Payment.objects.for_year(year)).exclude(voucher="")
        for *line, kind, number, amount, day, batch in rows.values_list(
            *LINE, "kind", "voucher", "amount", "paid_on", "batch"
        ):
            self.vouchers[voucher_key(number, line, kind)] = (abs(amount), day, batch)
            self.works[search_key(number)].add(line[0])
        said = live(Payment.objects.for_year(year)).filter(reported_cumulative__isnull=False)
        days = said.order_by().values_list(*LINE).annotate(day=Max("paid_on"))
        self.told = {tuple(line): day for *line, day in days}
        self.plans = plans_of(year)
        self.paid = Payment.objects.for_year(year).total_by(*LINE)
        held = Payment.objects.for_year(year).filter(kind__in=ADVANCES).order_by()
        self.advances = {
            tuple(line): total for *line, total in held.values_list(*LINE).annotate(Sum("amount"))
        }
        self.steps = defaultdict(list)

    def fault(self, row):
        """Why the row cannot be written, "" when it can."""
        known = self.vouchers.get(voucher_key(row["voucher"], key_of(row), row["kind"]))
        day = date.fromisoformat(row["paid_on"])
        if known:
            return self._against(row, day, *known)
        told = self.told.get(key_of(row))
        if told and day <= told:
            return (
                f"Số lũy kế của Kho bạc chốt ngày {told:%d/%m/%Y} đã gồm chứng từ ngày "
                f"{day:%d/%m/%Y}. Hãy bỏ dòng này; nếu muốn ghi từng chứng từ thì hoàn tác đợt "
                "nhập số lũy kế trước."
            )
        return ""

    @staticmethod
    def _against(row, day, amount, known_on, batch):
        if (amount, known_on) == (row["amount"], day):
            return ""
        where = f"đợt nhập {batch}" if batch else "chứng từ nhập tay"
        return (
            f"Chứng từ {row['voucher']} đã ghi {format_amount(amount)} đồng ngày "
            f"{known_on:%d/%m/%Y} ({where}), tệp này ghi {format_amount(row['amount'])} đồng ngày "
            f"{day:%d/%m/%Y}. Hãy kiểm tra chứng từ nào đúng."
        )

    def take(self, row):
        """Counts the row in; sets its state and whether the Treasury went above the plan."""
        line = key_of(row)
        is_known = voucher_key(row["voucher"], line, row["kind"]) in self.vouchers
        row["state"] = "unchanged" if is_known else "created"
        if is_known:
            row["is_over_plan"] = False
            return
        signed = -row["amount"] if row["kind"] == PaymentKind.RECOVERY else row["amount"]
        self.paid[line] = self.paid.get(line, 0) + signed
        row["plan"] = self.plans.get(line)
        row["is_over_plan"] = signed > 0 and self.paid[line] > (row["plan"] or 0)
        if row["kind"] in ADVANCES:
            self.steps[line].append((row["paid_on"], signed < 0, row["number"], signed, row))

    def overdrawn(self):
        """The first recovery above the advances then outstanding, in the order of the days."""
        for line, steps in self.steps.items():
            held = self.advances.get(line, 0)
            for *_, signed, row in sorted(steps, key=lambda step: step[:3]):
                if held + signed < 0:
                    return Overdrawn(row, recovery_words(row, held))
                held += signed
        return None


def recovery_words(row, held):
    return (
        f"Chứng từ {row['voucher']} thu hồi {format_amount(row['amount'])} đồng, lớn hơn số tạm "
        f"ứng chưa thu hồi {format_amount(max(held, 0))} đồng."
    )


class VoucherReader:
    """Checks rows against the file itself, the projects and the books; writes nothing."""

    def __init__(self, sheet, year, today, unit):
        self.year, self.today, self.faults = year, today, Faults(sheet)
        self.names = Names(unit, Unit.objects.below(unit, min(today, date(year, 12, 31))))
        self.closed, self.books = closed_units(year), Books(year)
        self.seen, self.cells = {}, {}

    def row(self, row):
        found = self._find(row)
        is_dated = self._check_day(row)
        if not check_origin(row, self.year, self.faults) or found is None or not is_dated:
            return None
        out = self._values(row, *found)
        if not (self._is_new(row, out) and self._fits(row, out)):
            return None
        self.cells[row.number] = row
        return out

    def _find(self, row):
        found = self.names.find(row["code"])
        if found is None:
            where = "ngoài phạm vi của tệp" if self.names.is_elsewhere(row["code"]) else "trên cổng"
            have = "là của đơn vị" if self.names.is_elsewhere(row["code"]) else "chưa có"
            self.faults.error(
                row,
                "code",
                f"Mã “{row['code']}” {have} {where}. Hãy sửa mã, hoặc ghép mã ở trang Đối chiếu "
                "Kho bạc rồi tải lại tệp.",
            )
            return None
        project, name, unit, _ = found
        if reason := self.closed.get(unit):
            self.faults.error(row, "code", reason)
            return None
        return project, name, unit

    def _check_day(self, row):
        day = row["paid_on"]
        if day > self.today:
            self.faults.error(row, "paid_on", "Ngày chứng từ chưa đến. Hãy ghi ngày trên chứng từ.")
        elif day.year < self.year:
            self.faults.error(
                row,
                "paid_on",
                f"Vốn năm {self.year} chưa thể chi ngày {day:%d/%m/%Y}. Hãy xem lại năm kế hoạch.",
            )
        else:
            return True
        return False

    def _values(self, row, project, name, unit):
        return {
            "number": row.number,
            "voucher": row["voucher"],
            "paid_on": row["paid_on"].isoformat(),
            "code": row["code"],
            "name": name,
            "project": project,
            "unit": unit,
            "kind": str(row["payment_kind"]),
            "kind_label": PaymentKind(row["payment_kind"]).label,
            "amount": row["amount"],
            "note": row["note"] or "",
            "plan": None,
        } | vintage_defaults(row, self.year)

    def _is_new(self, row, out):
        """Twice in one file, with the same amount or another, is for a person to settle."""
        key = voucher_key(out["voucher"], key_of(out), out["kind"])
        number, amount = self.seen.setdefault(key, (row.number, out["amount"]))
        if number == row.number:
            return True
        both = (
            f"cùng số tiền {format_amount(amount)} đồng"
            if amount == out["amount"]
            else f"dòng {number} ghi {format_amount(amount)} đồng, dòng này "
            f"{format_amount(out['amount'])} đồng"
        )
        self.faults.error(
            row, "voucher", f"Chứng từ {out['voucher']} trùng dòng {number}: {both}. Hãy bỏ một."
        )
        return False

    def _fits(self, row, out):
        if fault := self.books.fault(out):
            self.faults.error(row, "voucher" if "đã ghi" in fault else "paid_on", fault)
            return False
        others = self.books.works[search_key(out["voucher"])] - {out["project"]}
        if others:
            self.faults.warning(
                row, "voucher", f"Số chứng từ {out['voucher']} đã ghi cho công trình khác."
            )
        self.books.take(out)
        if out["is_over_plan"]:
            self.faults.warning(
                row,
                "amount",
                f"Kho bạc đã chi vượt kế hoạch của “{out['code']}”; chứng từ vẫn được ghi và "
                "đánh dấu.",
            )
        return True

    def whole_file(self, kept):
        if fault := self.books.overdrawn():
            self.faults.error(self.cells[fault.row["number"]], "amount", fault.words)


def hangs_on(payments):
    """Recoveries that would have no advance left, and Treasury figures compared with these."""
    own = {payment.pk for payment in payments}
    lines = defaultdict(int)
    for payment in payments:
        if payment.kind in ADVANCES:
            lines[(payment.plan_year, *key_of(payment))] += payment.amount
    works = {payment.project_id for payment in payments}
    rows = live(Payment.objects.filter(project__in=works)).exclude(pk__in=own)
    found = []
    for row in rows.select_related("project").order_by("pk"):
        key = (row.plan_year, *key_of(row))
        after = [p.pk for p in payments if (p.plan_year, *key_of(p)) == key and p.pk < row.pk]
        if row.kind == PaymentKind.RECOVERY and lines.get(key, 0) > 0:
            words = f"thu hồi tạm ứng {row.voucher} của {row.project.code}"
            found.append((words, page_of(row)))
        elif row.reported_cumulative is not None and after:
            words = f"số Kho bạc ngày {row.paid_on:%d/%m/%Y} của {row.project.code}"
            found.append((words, page_of(row)))
    return found


def counted(rows, read):
    states = [row["state"] for row in rows]
    names = ("created", "updated", "unchanged")
    return {"read": read} | {name: states.count(name) for name in names}
