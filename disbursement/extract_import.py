"""Import of a Treasury extract: cumulative figures as of a day, each kept as a TreasuryLine.

A line (project × vintage) reported as C at day D writes one payment dated D with C minus what was
known up to D, and C itself beside it; a difference of 0 is written too, since it says that the
Treasury spoke. When a later extract had already come, the first one after D gets the opposite
difference, so that the totals reported from that day on stay true (ADR 9). A line with vouchers
typed beside it is not posted, and a code nobody knows waits for a person (ADR 27).
"""

from datetime import date

from core.column_rows import Issue
from core.columns import CODE, MONEY, TEXT, Column
from core.planner import refresh_statistics
from core.sheet_guard import EXTRACT
from jobs.imports import HangsOn, Importer, Reading
from jobs.staged import Spool
from organizations.models import Unit

from .closing import lock_books, refuse_closed
from .models import VINTAGE, Payment, TreasuryLine
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
from .treasury.posting import (
    CREATED,
    HELD,
    UNCHANGED,
    UPDATED,
    WAITING,
    KnownPayments,
    key_of,
    later_reports,
    live,
    payments_of,
    plans_of,
    reversal_of,
)
from .treasury.said import WRONG_UNIT, Names, SaidBefore, closed_units

SHOWN = 10
STATES = (CREATED, UPDATED, UNCHANGED)
BLANK = "Dòng của “{}” để trống cả hai cột lũy kế nên không được ghi. Chưa chi thì hãy ghi số 0."
UNKNOWN = (
    "Chưa có công trình mã “{}”. Dòng được giữ và chờ ghép ở trang Đối chiếu Kho bạc; chưa tính "
    "vào số giải ngân."
)
ELSEWHERE = "Mã “{}” là của đơn vị ngoài phạm vi của tệp này. Hãy bỏ dòng này hoặc kiểm tra lại mã."
TWICE = (
    "Trùng dòng {}: cùng công trình, nguồn, tính chất, năm gốc và thời điểm giao. "
    "Hãy gộp thành một dòng."
)


def extract_columns(unit):
    return [
        Column("code", "Mã dự án", CODE, required=True, maximum=40, aliases=("Mã công trình",)),
        Column(
            "name",
            "Tên công trình",
            TEXT,
            maximum=300,
            aliases=("Tên dự án", "Tên công trình, hoạt động"),
        ),
        SOURCE,
        NATURE,
        ORIGIN,
        MOMENT,
        FUNDING,
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
    about = "Số lũy kế đến một ngày của từng công trình, từng nguồn vốn."
    extensions = ("xlsx", "xls")
    limits = EXTRACT
    template = "disbursement/extract_rows.html"
    upload_page = "disbursement:import_disbursements"
    tells_same_file = True

    def read(self, book, params, unit) -> Reading:
        sheet, rows, broken, issues = read_rows(book, extract_columns)
        if not (rows or broken):
            return Reading(issues=issues, counts={"read": 0})
        reader = ExtractReader(sheet, params["year"], date.fromisoformat(params["as_of"]), unit)
        for row in broken:
            reader.look_up(row)
        kept = [found for row in rows if (found := taken(reader, row))]
        read = len(rows) + len(broken)
        found = [*issues, *reader.of_the_file(), *reader.faults.issues]
        return Reading(spooled(kept), found, counted(kept, read))

    def apply(self, batch, user):
        # Two extracts of one province never compare and write at the same time.
        lock_books(batch.unit)
        refuse_closed(batch.unit, batch.params["year"])
        rows, day = list(batch.rows()), date.fromisoformat(batch.params["as_of"])
        year = batch.params["year"]
        known, plans = KnownPayments(year, day), plans_of(year)
        lines = [line_of(row, batch, day) for row in rows]
        TreasuryLine.objects.bulk_create(lines, batch_size=1000)
        payments = []
        for row, line in zip(rows, lines, strict=True):
            known.compare(row)
            if row["state"] in (CREATED, UPDATED):
                is_over = row["cumulative"] > (plans.get(key_of(row)) or 0)
                payments += payments_of(line, known, user=user, is_over_plan=is_over)
        Payment.objects.bulk_create(payments, batch_size=1000)
        refresh_statistics(Payment)
        refresh_statistics(TreasuryLine)
        return counted(rows, batch.counts["read"])

    def undo(self, batch, user):
        lock_books(batch.unit)
        refuse_closed(batch.unit, batch.params["year"])
        payments = list(live(batch.payments).select_related("project"))
        check_undo(payments, batch)
        Payment.objects.bulk_create(reversal_of(payment, user) for payment in payments)

    def success_url(self, batch):
        return f"/von/doi-chieu/?nam={batch.params['year']}"

    def template_url(self):
        return "/von/bieu-mau/disbursements/"


def line_of(row, batch, day):
    """The line exactly as the Treasury said it."""
    return TreasuryLine(
        batch=batch,
        unit_id=batch.unit_id,
        number=row["number"],
        as_of=day,
        plan_year=batch.params["year"],
        code=row["code"],
        name=row["said_name"],
        advance=row["said_advance"],
        volume=row["said_volume"],
        cumulative=row["cumulative"],
        project_id=row["project"],
        match=row["match"],
        **{name: row[name] for name in VINTAGE},
    )


class ExtractReader:
    """Checks lines against projects, plans and earlier extracts of one province; writes nothing."""

    def __init__(self, sheet, year, day, unit):
        self.year, self.day, self.faults, self.seen = year, day, Faults(sheet), {}
        self.names = Names(unit, Unit.objects.below(unit, min(day, date(year, 12, 31))))
        self.plans, self.closed = plans_of(year), closed_units(year)
        self.known, self.said = KnownPayments(year, day), SaidBefore(unit, year, day)
        self.unit = unit

    def of_the_file(self):
        """What concerns the file as a whole and no single cell."""
        latest = self.said.latest
        if latest and latest > self.day:
            yield Issue(
                "warning",
                self.faults.sheet.name,
                "",
                f"Đã có số Kho bạc chốt ngày {latest:%d/%m/%Y}, sau ngày {self.day:%d/%m/%Y} của "
                "tệp này. Số của ngày sau được giữ nguyên.",
            )

    def row(self, row):
        """A JSON-able line, or None when it is wrong; doubts stay as warnings."""
        found = self._find(row)
        if not check_origin(row, self.year, self.faults) or found is None:
            return None
        if row["advance"] is None and row["volume"] is None:
            self.faults.warning(row, "volume", BLANK.format(row["code"]))
            return None
        out = self._values(row, *found)
        key = (out["project"] or out["code"], *(out[name] for name in VINTAGE))
        if key in self.seen:
            self.faults.error(row, "code", TWICE.format(self.seen[key]))
            return None
        self.seen[key] = row.number
        self._doubts(row, out)
        return out

    def look_up(self, row):
        """Of a line with wrong cells, whatever can be compared with the records all the same."""
        if row.values.get("code"):
            self._find(row)
        if row.values.get("origin_year"):
            check_origin(row, self.year, self.faults)

    def _find(self, row):
        """(project, name, how it was matched); None when the line cannot be kept."""
        found = self.names.find(row["code"])
        if found is None and self.names.is_elsewhere(row["code"]):
            self.faults.error(row, "code", ELSEWHERE.format(row["code"]))
            return None
        if found is None:
            self.faults.warning(row, "code", UNKNOWN.format(row["code"]))
            return None, "", ""
        project, name, unit, match = found
        if reason := self.closed.get(unit):
            self.faults.error(row, "code", reason)
            return None
        return project, name, match

    def _values(self, row, project, name, match):
        advance, volume = row["advance"], row["volume"]
        out = {
            "number": row.number,
            "code": row["code"],
            "name": name or row["name"] or "",
            "said_name": row["name"] or "",
            "project": project,
            "match": match,
            "advance": advance or 0,
            "volume": volume or 0,
            "said_advance": advance,
            "said_volume": volume,
            "cumulative": (advance or 0) + (volume or 0),
        } | vintage_defaults(row, self.year)
        self.known.compare(out)
        out["plan"] = self.plans.get(key_of(out))
        out["is_over_plan"] = bool(project) and out["cumulative"] > (out["plan"] or 0)
        return out

    def _doubts(self, row, out):
        place = "volume" if "volume" in row.cells else "code"
        for words in filter(None, [self._plan_doubt(out), *self._said_doubts(out)]):
            self.faults.warning(row, place, words)

    def _plan_doubt(self, out):
        if not out["is_over_plan"]:
            return ""
        if out["plan"] is None:
            return (
                f"Công trình “{out['code']}” chưa có kế hoạch vốn ở nguồn, tính chất, năm gốc "
                "này; số Kho bạc vẫn được ghi."
            )
        if out["cumulative"] > WRONG_UNIT * out["plan"]:
            return (
                f"Lũy kế của “{out['code']}” lớn gấp hàng nghìn lần kế hoạch. Hãy xem lại đơn vị "
                "tính của tệp trước khi áp dụng."
            )
        return (
            f"Kho bạc báo đã chi nhiều hơn kế hoạch của “{out['code']}”; số Kho bạc vẫn được ghi "
            "và đánh dấu."
        )

    def _said_doubts(self, out):
        """Against what the Treasury itself said before, else against the books."""
        key, code, total = (out["code"], *key_of(out)[1:]), out["code"], out["cumulative"]
        same, before = self.said.same_day.get(key), self.said.previous.get(key, out["known"])
        if same is not None and same != total:
            yield f"Tệp trước cùng ngày chốt báo số khác cho “{code}”; số của tệp này thay số đó."
        if before is None:
            return
        if total and before > WRONG_UNIT * total:
            yield (
                f"Lũy kế của “{code}” nhỏ hơn số trước hàng nghìn lần. Hãy xem lại đơn vị tính "
                "của tệp trước khi áp dụng."
            )
        elif total < before:
            yield f"Lũy kế của “{code}” thấp hơn số đã ghi trước đó."
        elif before and total > WRONG_UNIT * before:
            yield (
                f"Lũy kế của “{code}” lớn hơn số trước hàng nghìn lần. Hãy xem lại đơn vị tính "
                "của tệp trước khi áp dụng."
            )


def counted(rows, read):
    states = [row["state"] for row in rows]
    waits = {name: states.count(name) for name in (HELD, WAITING) if name in states}
    return {"read": read} | {name: states.count(name) for name in STATES} | waits


def check_undo(payments, batch):
    """Refused while somebody has posted on its lines, or a later extract was compared with them."""
    posted = live(Payment.objects).filter(treasury_line__batch=batch, batch=None)
    found = list(posted.select_related("project")[:SHOWN])
    if codes := [one.project.code for one in found]:
        raise HangsOn(
            f"Chưa hoàn tác được: đã ghi theo số Kho bạc của đợt này cho {', '.join(codes)}. "
            "Hãy đảo các bút toán đó ở trang Đối chiếu Kho bạc trước.",
            [(f"{one.project.code}: {one.project.name}", page_of(one)) for one in found],
        )
    later = later_reports(payments)
    if later:
        raise HangsOn(
            f"Chưa hoàn tác được: {name_of(later[-1])} ghi sau đã tính trên số của đợt này. "
            "Hãy hoàn tác đợt sau trước.",
            [(f"{one.project.code}: {name_of(one)}", page_of(one)) for one in later[:SHOWN]],
        )


def page_of(payment):
    return f"/von/doi-chieu/cong-trinh/{payment.project_id}/?nam={payment.plan_year}"


def taken(reader, row):
    """The row with what is said about it, so that doubtful rows can be looked at first."""
    start = len(reader.faults.issues)
    out = reader.row(row)
    said = [[issue.severity, issue.message] for issue in reader.faults.issues[start:]]
    return out | {"faults": said} if out and said else out


def spooled(rows):
    """Outside memory and preview: a province's extract has tens of thousands of rows."""
    spool = Spool()
    for row in rows:
        spool.add(row)
    return spool


def name_of(payment):
    if payment.batch_id:
        return f"đợt nhập {payment.batch_id}"
    return f"bút toán ghi theo Kho bạc ngày {payment.paid_on:%d/%m/%Y} của {payment.project.code}"
