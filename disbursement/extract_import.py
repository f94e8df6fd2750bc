"""Import of a Treasury extract: cumulative figures as of a day, kept as differences.

A line (project × vintage) reported as C at day D writes one row dated D with C minus what was
known up to D, and C itself beside it; a difference of 0 is written too, since it says that the
Treasury spoke. When a later extract had already come, the first one after D gets the opposite
difference, so that the totals reported from that day on stay true.
"""

from datetime import date

from django.db.models import Max

from core.columns import CODE, MONEY, Column
from core.planner import refresh_statistics
from core.sheet_guard import EXTRACT
from core.transitions import InvalidTransition
from jobs.imports import Importer, Reading
from organizations.models import Unit

from .models import VINTAGE, LedgerEntry, Payment, PaymentKind, Project
from .sheets import (
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

LINE = ("project__code", *VINTAGE)
KEY = ("code", *VINTAGE)
BLANK = "Dòng của “{}” để trống cả hai cột lũy kế nên không được ghi. Chưa chi thì hãy ghi số 0."


def extract_columns(unit):
    return [
        Column("code", "Mã dự án", CODE, required=True, maximum=40, aliases=("Mã công trình",)),
        SOURCE,
        NATURE,
        ORIGIN,
        MOMENT,
        Column(
            "advance",
            "Tạm ứng lũy kế",
            MONEY,
            minimum=0,
            maximum=MOST_MONEY,
            unit=unit,
            aliases=("Tạm ứng chưa thu hồi lũy kế", "Tạm ứng chưa thu hồi"),
        ),
        Column(
            "volume",
            "Thanh toán KLHT lũy kế",
            MONEY,
            minimum=0,
            maximum=MOST_MONEY,
            unit=unit,
            aliases=("Thanh toán khối lượng hoàn thành lũy kế", "Thanh toán lũy kế"),
        ),
    ]


class ExtractImporter(Importer):
    kind = "disbursements"
    label = "Số liệu giải ngân của Kho bạc"
    action = "disbursement.import"
    limits = EXTRACT
    template = "disbursement/extract_rows.html"
    upload_page = "disbursement:import_disbursements"

    def read(self, book, params, unit) -> Reading:
        sheet, rows, broken, issues = read_rows(book, extract_columns)
        if not (rows or broken):
            return Reading(issues=issues, counts={"read": 0})
        reader = ExtractReader(sheet, params["year"], date.fromisoformat(params["as_of"]), unit)
        for row in broken:
            reader.look_up(row)
        kept = [found for row in rows if (found := reader.row(row))]
        read = len(rows) + len(broken)
        return Reading(kept, [*issues, *reader.faults.issues], counted(kept, read))

    def apply(self, batch, user):
        # Two extracts of one province never compare and write at the same time.
        Unit.objects.select_for_update().get(pk=batch.unit_id)
        rows, day = batch.preview, date.fromisoformat(batch.params["as_of"])
        known = KnownPayments(batch.params["year"], day)
        projects = dict(
            Project.objects.filter(code__in={row["code"] for row in rows}).values_list("code", "pk")
        )
        payments = []
        for row in rows:
            known.compare(row)
            if row["state"] != "unchanged":
                shared = shared_fields(row, projects[row["code"]], batch, user)
                payments += payments_of(row, shared, day, known.next_after(row))
        Payment.objects.bulk_create(payments, batch_size=1000)
        refresh_statistics(Payment)
        return counted(rows, batch.counts["read"])

    def undo(self, batch, user):
        Unit.objects.select_for_update().get(pk=batch.unit_id)
        payments = list(
            batch.payments.filter(reverses=None, reversed_by=None).select_related("project")
        )
        check_undo(payments, batch)
        Payment.objects.bulk_create(reversal_of(payment, user) for payment in payments)

    def success_url(self, batch):
        return f"/von/?nam={batch.params['year']}"


class KnownPayments:
    """What was recorded before, line by line: totals up to the day, reports at and after it."""

    def __init__(self, year, day):
        rows = Payment.objects.for_year(year)
        self.totals = rows.as_of(day).total_by(*LINE)
        reports = rows.filter(
            reported_cumulative__isnull=False, reverses=None, reversed_by=None
        ).order_by("paid_on", "pk")
        self.at_day = _last_of(reports.filter(paid_on=day))
        self.later = {}
        for *key, paid_on, total in reports.filter(paid_on__gt=day).values_list(
            *LINE, "paid_on", "reported_cumulative"
        ):
            held = self.later.setdefault(tuple(key), (paid_on, total))
            # Of several reports for that day the last one holds.
            if held[0] == paid_on:
                self.later[tuple(key)] = (paid_on, total)

    def compare(self, row):
        key = tuple(row[name] for name in KEY)
        row["known"] = self.totals.get(key)
        row["state"] = "created"
        if key in self.at_day:
            is_same = row["known"] == row["cumulative"] == self.at_day[key]
            row["state"] = "unchanged" if is_same else "updated"

    def next_after(self, row):
        """(day, reported total) of the first later report on this line, or None."""
        return self.later.get(tuple(row[name] for name in KEY))


def _last_of(reports):
    return {tuple(key): total for *key, total in reports.values_list(*LINE, "reported_cumulative")}


class ExtractReader:
    """Checks lines against projects and plans of one province; writes nothing."""

    def __init__(self, sheet, year, day, unit):
        self.year, self.faults, self.seen = year, Faults(sheet), {}
        inside = Unit.objects.below(unit, min(day, date(year, 12, 31)))
        self.names = dict(Project.objects.filter(unit__in=inside).values_list("code", "name"))
        self.plans = (
            LedgerEntry.objects.for_year(year).filter(project__isnull=False).total_by(*LINE)
        )
        self.known = KnownPayments(year, day)

    def row(self, row):
        """A JSON-able line, or None when it is wrong; doubts stay as warnings."""
        name = self._name(row)
        if not check_origin(row, self.year, self.faults) or name is None:
            return None
        if row["advance"] is None and row["volume"] is None:
            self.faults.warning(row, "volume", BLANK.format(row["code"]))
            return None
        out = self._values(row, name)
        key = tuple(out[column] for column in KEY)
        if key in self.seen:
            self.faults.error(
                row,
                "code",
                f"Trùng dòng {self.seen[key]}: cùng mã, nguồn, "
                "tính chất, năm gốc và thời điểm giao. Hãy gộp thành một dòng.",
            )
            return None
        self.seen[key] = row.number
        self._doubts(row, out, key)
        return out

    def look_up(self, row):
        """Of a line with wrong cells, whatever can be compared with the records all the same."""
        if row.values.get("code"):
            self._name(row)
        if row.values.get("origin_year"):
            check_origin(row, self.year, self.faults)

    def _name(self, row):
        name = self.names.get(row["code"])
        if name is None:
            self.faults.error(
                row,
                "code",
                f"Không có công trình mã “{row['code']}”. Hãy nhập "
                "danh mục và kế hoạch vốn của công trình trước.",
            )
        return name

    def _values(self, row, name):
        advance, volume = row["advance"] or 0, row["volume"] or 0
        out = {
            "number": row.number,
            "code": row["code"],
            "name": name,
            "advance": advance,
            "volume": volume,
            "cumulative": advance + volume,
        } | vintage_defaults(row, self.year)
        self.known.compare(out)
        return out

    def _doubts(self, row, out, key):
        plan = self.plans.get(key)
        out["plan"], out["is_over_plan"] = plan, out["cumulative"] > (plan or 0)
        place = "volume" if "volume" in row.cells else "code"
        if plan is None and out["cumulative"]:
            self.faults.warning(
                row,
                place,
                f"Công trình “{out['code']}” chưa có kế hoạch vốn ở "
                "nguồn, tính chất, năm gốc này; số Kho bạc vẫn được ghi.",
            )
        elif out["is_over_plan"]:
            self.faults.warning(
                row,
                place,
                f"Kho bạc báo đã chi nhiều hơn kế hoạch của “"
                f"{out['code']}”; số Kho bạc vẫn được ghi và đánh dấu.",
            )
        if out["known"] is not None and out["cumulative"] < out["known"]:
            self.faults.warning(
                row, place, f"Lũy kế của “{out['code']}” thấp hơn số đã ghi đến ngày này."
            )


def counted(rows, read):
    states = [row["state"] for row in rows]
    return {"read": read} | {
        name: states.count(name) for name in ("created", "updated", "unchanged")
    }


def shared_fields(row, project, batch, user):
    return {name: row[name] for name in VINTAGE} | {
        "project_id": project,
        "kind": PaymentKind.CUMULATIVE,
        "batch": batch,
        "plan_year": batch.params["year"],
        "recorded_by": user,
    }


def payments_of(row, shared, day, later):
    """The difference of this day and, when a later report stands, its counterpart there."""
    difference = row["cumulative"] - (row["known"] or 0)
    rows = [
        Payment(
            **shared,
            amount=difference,
            paid_on=day,
            reported_cumulative=row["cumulative"],
            reported_advance=row["advance"],
            is_over_plan=row["is_over_plan"],
        )
    ]
    if later and difference:
        rows.append(
            Payment(**shared, amount=-difference, paid_on=later[0], reported_cumulative=later[1])
        )
    return rows


def reversal_of(payment, user):
    names = ("project_id", "kind", "plan_year", "paid_on", "batch_id", *VINTAGE)
    copied = {name: getattr(payment, name) for name in names}
    return Payment(**copied, amount=-payment.amount, reverses=payment, recorded_by=user)


def check_undo(payments, batch):
    """Refused when a later extract was compared with these figures."""
    if not payments:
        return
    keys = ("project", "plan_year", *VINTAGE)
    mine = {(p.project_id, *(getattr(p, name) for name in keys[1:])) for p in payments}
    later = Payment.objects.filter(
        project__in={p.project_id for p in payments},
        pk__gt=max(p.pk for p in payments),
        reported_cumulative__isnull=False,
        reverses=None,
        reversed_by=None,
    ).exclude(batch=batch)
    if mine & set(later.values_list(*keys)):
        latest = later.aggregate(batch=Max("batch"))["batch"]
        raise InvalidTransition(
            f"Chưa hoàn tác được: đợt nhập {latest} ghi sau đã tính trên số của đợt này. "
            "Hãy hoàn tác đợt sau trước."
        )
