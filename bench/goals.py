"""Goals measured inside one process on one database; prints a JSON list. Run by `bench`."""

import io
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import django

django.setup()

import xlsxwriter  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from core.sheets import read_book  # noqa: E402
from disbursement.calendar import zero_projects  # noqa: E402
from disbursement.extract_import import ExtractImporter  # noqa: E402
from disbursement.models import CalendarRule, Payment, Project, RuleKind  # noqa: E402
from jobs.models import Batch, StoredFile  # noqa: E402
from organizations.models import Unit, User  # noqa: E402

from .growth import grow  # noqa: E402
from .racing import Goal, race  # noqa: E402

RULE_DAY = date(2023, 6, 30)
PAGES = ("/", "/nhiem-vu/", "/von/", "/bao-cao/", "/canh-bao/", "/chi-tieu/")
HEAD = (
    *("Mã dự án", "Nguồn vốn", "Tính chất", "Năm gốc", "Thời điểm giao"),
    *("Tạm ứng lũy kế (triệu đồng)", "Thanh toán KLHT lũy kế (triệu đồng)"),
)
VINTAGES = [(source, nature) for source in ("NSTW", "NST") for nature in ("ĐTPT", "SN")]
HEAVY = ("weasyprint", "openpyxl", "docx", "fontTools", "xlsxwriter", "celery")


def client() -> Client:
    signed_in = Client()
    signed_in.force_login(User.objects.get(username="mau.thuongtruc"))
    return signed_in


# P2: queries do not grow with rows


def queries_of(pages: tuple[str, ...]) -> dict[str, tuple[int, float]]:
    """{page: (queries, seconds in the database)}, warmed up."""
    web, out = client(), {}
    for page in pages:
        web.get(page)
        with CaptureQueriesContext(connection) as asked:
            answer = web.get(page)
        if answer.status_code != 200:
            raise SystemExit(f"{page} answered {answer.status_code}")
        seconds = sum(float(query["time"]) for query in asked.captured_queries)
        out[page] = (len(asked), seconds)
    return out


def constant_queries(times: int) -> list[Goal]:
    before = queries_of(PAGES)
    rows = grow(times)
    after = queries_of(PAGES)
    return [
        Goal(
            "P2",
            f"{page}: truy vấn thêm khi ×{times} dòng",
            f"{before[page][0]} truy vấn",
            after[page][0] - before[page][0],
            0,
            is_exact=True,
            note=f"thời gian CSDL {before[page][1]:.3f} → {after[page][1]:.3f} giây; "
            f"{rows['disbursement.Payment']} thanh toán",
        )
        for page in PAGES
    ]


# P5: import


def write_extract(path: Path, codes: list[str], turn: int) -> None:
    """Other amounts each turn, so that nothing that remembers answers can help."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Kho bạc")
        sheet.write_row(0, 0, HEAD)
        line = 0
        for code in codes:
            for source, nature in VINTAGES:
                line += 1
                amount = (line * 7 + turn * 13) % 900 + 1
                row = (code, source, nature, 2023, "Đầu năm", amount, amount + turn)
                sheet.write_row(line, 0, row)


def import_whole(path: Path, unit: Unit, user: User) -> int:
    """Guard, child, every check of the room, comparison with what is known, writing."""
    importer, params = ExtractImporter(), {"year": 2023, "as_of": "2023-06-30", "unit": "million"}
    with transaction.atomic():
        reading = importer.read(read_book(path, "xlsx", importer.limits), params, unit)
        stored = StoredFile.objects.store(path.name, path.read_bytes(), unit=unit)
        batch = Batch.objects.create(
            kind="disbursements",
            unit=unit,
            file=stored,
            params=params,
            preview=reading.rows,
            counts=reading.counts,
            created_by=user,
        )
        importer.apply(batch, user)
        written = batch.payments.count()
        transaction.set_rollback(True)
    return written


def read_and_copy(path: Path) -> int:
    """The floor: the same guard and child, then the bare rows into a bare table."""
    rows = read_book(path, "xlsx", ExtractImporter.limits).sheets[0].rows[1:]
    marks = ", ".join(["%s"] * len(HEAD))
    columns = ", ".join(f"c{place} text" for place in range(len(HEAD)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE floor_rows ({columns})")
        if connection.vendor == "postgresql":
            text = "\n".join("\t".join(str(value) for value in row) for row in rows)
            cursor.cursor.copy_expert("COPY floor_rows FROM STDIN", io.StringIO(text))
        else:
            texts = [[str(value) for value in row] for row in rows]
            cursor.executemany(f"INSERT INTO floor_rows VALUES ({marks})", texts)
        transaction.set_rollback(True)
    return len(rows)


def importing(rows: int, rounds: int) -> list[Goal]:
    province, user = Unit.objects.get(kind="province"), User.objects.get(username="mau.khobac")
    model = Project.objects.order_by("pk").first()
    assert model is not None
    codes = [f"DO{number:05}" for number in range(rows // len(VINTAGES))]
    facts = {"name": "Công trình đo", "kind": model.kind, "component_id": model.component_id}
    Project.objects.bulk_create(
        Project(code=code, unit_id=model.unit_id, **facts) for code in codes
    )
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{turn}.xlsx" for turn in range(rounds + 1)]
        for turn, path in enumerate(files):
            write_extract(path, codes, turn)
        if import_whole(files[0], province, user) < rows:
            raise SystemExit("the import left rows out")
        medians = race(
            {
                "import": lambda turn: import_whole(files[turn], province, user),
                "floor": lambda turn: read_and_copy(files[turn]),
            },
            rounds,
        )
    Project.objects.filter(code__in=codes).delete()
    floor = "kiểm tra tệp + tiến trình con đọc bảng + " + (
        "COPY" if connection.vendor == "postgresql" else "executemany"
    )
    ratio = round(medians["import"] / medians["floor"], 3)
    note = f"{rows} dòng: {medians['import']:.2f} / {medians['floor']:.2f} giây"
    return [Goal("P5", "nhập số Kho bạc: đọc, kiểm tra, so, ghi", floor, ratio, 3.0, note=note)]


# P10: the rule of 30/6

ANTI_JOIN = """
SELECT p.id, p.code, u.name, e.plan FROM disbursement_project p
JOIN organizations_unit u ON u.id = p.unit_id
JOIN (SELECT project_id, SUM(amount) AS plan FROM disbursement_ledgerentry
      WHERE plan_year = %s AND origin_year = %s AND moment = 'start' AND effective_on <= %s
      AND project_id IS NOT NULL GROUP BY project_id) e ON e.project_id = p.id
LEFT JOIN (SELECT project_id, SUM(amount) AS paid FROM disbursement_payment
      WHERE plan_year = %s AND origin_year = %s AND moment = 'start' AND paid_on <= %s
      GROUP BY project_id) d ON d.project_id = p.id
WHERE e.plan > 0 AND COALESCE(d.paid, 0) <= 0 ORDER BY u.sort_key, p.code
"""


def raw_rule(rule: CalendarRule, day: date) -> list:
    year = rule.plan_year
    with connection.cursor() as cursor:
        cursor.execute(ANTI_JOIN, [year, year, day, year, year, day])
        return cursor.fetchall()


def rules(rounds: int) -> list[Goal]:
    rule = CalendarRule.objects.get(kind=RuleKind.ZERO_REVIEW, plan_year=2023)
    found, raw = list(zero_projects(rule, RULE_DAY)), raw_rule(rule, RULE_DAY)
    if {project.pk for project in found} != {row[0] for row in raw}:
        raise SystemExit("rule and raw SQL find different projects")
    with CaptureQueriesContext(connection) as asked:
        list(zero_projects(rule, RULE_DAY))
    days = [date(2023, 6, 30 - turn % 25) for turn in range(rounds + 1)]
    medians = race(
        {
            "rule": lambda turn: list(zero_projects(rule, days[turn])),
            "raw": lambda turn: raw_rule(rule, days[turn]),
        },
        rounds,
    )
    ratio = round(medians["rule"] / medians["raw"], 3)
    note = f"{len(found)} công trình, {Payment.objects.count()} thanh toán"
    return [
        Goal("P10", "rà soát vốn 0 % ngày 30/6", "SQL viết tay", ratio, 4.2, note=note),
        Goal("P10", "câu lệnh cho một quy tắc", "1", len(asked), 1, is_exact=True),
    ]


# P13: the API's list


def api_list(rounds: int) -> list[Goal]:
    web = client()
    size = len(
        json.loads(web.get("/api/v1/payments/?limit=200&plan_year=2023").content).get("results", [])
    )
    fields = ("id", "project__code", "kind", "source", "nature", "plan_year", "origin_year")
    fields += ("moment", "amount", "paid_on", "voucher")
    user = User.objects.get(username="mau.thuongtruc")

    def floor(turn: int) -> str:
        seen = Payment.objects.for_user(user).filter(plan_year=2023 - turn % 2).values(*fields)
        return json.dumps(list(seen.order_by("pk")[:size]), default=str)

    def api(turn: int) -> None:
        answer = web.get(f"/api/v1/payments/?limit=200&plan_year={2023 - turn % 2}")
        if answer.status_code != 200:
            raise SystemExit(f"the API answered {answer.status_code}")

    medians = race(
        {
            "api": api,
            "floor": floor,
        },
        rounds,
    )
    ratio = round(medians["api"] / medians["floor"], 3)
    note = f"trang {size} dòng, cả khung HTTP và phiên: {medians['api'] * 1000:.1f} mili giây"
    return [Goal("P13", "một trang danh sách API", "values() + json", ratio, 6, note=note)]


# P15: cold start

BARE = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS={apps!r}, DATABASES={{"default": {{
    "ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
    AUTH_USER_MODEL="auth.User", USE_TZ=True)
django.setup()
"""
AFTER_FIRST = f"""
import sys, django
django.setup()
from django.test import Client
assert Client().get("/healthz").status_code == 200
assert Client().get("/dang-nhap/").status_code == 200
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def python(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout


def cold_start(rounds: int) -> list[Goal]:
    apps = [name for name in django.conf.settings.INSTALLED_APPS if name.startswith("django.")]
    medians = race(
        {
            "product": lambda turn: python("import django; django.setup()"),
            "bare": lambda turn: python(BARE.format(apps=apps)),
        },
        rounds,
    )
    loaded = json.loads(python(AFTER_FIRST).splitlines()[-1].replace("'", '"'))
    ratio = round(medians["product"] / medians["bare"], 3)
    note = f"{medians['product'] * 1000:.0f} / {medians['bare'] * 1000:.0f} mili giây"
    listed = ", ".join(loaded) or "không có"
    return [
        Goal("P15", "khởi động nguội của cổng", "Django trần", ratio, 3.2, note=note),
        Goal(
            "P15",
            "thư viện nặng đã nạp sau trang đầu",
            "0",
            len(loaded),
            1,
            note=listed,
            is_exact=True,
        ),
    ]


def measure(size: str) -> list[Goal]:
    full = size == "full"
    rounds = 7 if full else 3
    goals = [
        *importing(20_000 if full else 2_000, rounds),
        *rules(rounds * 3),
        *api_list(rounds * 3),
        *(cold_start(rounds) if connection.vendor == "sqlite" else []),
        *constant_queries(10 if full else 3),
    ]
    return goals


if __name__ == "__main__":
    size = os.environ.get("BENCH_SIZE", "small")
    print(json.dumps([goal.as_row() for goal in measure(size)], ensure_ascii=False))
