"""Money at a province's size and at ten times it, on PostgreSQL; prints a JSON list of goals.

20,000 projects, 200,000 entries, 480,000 payments (small: a tenth), the same places and people;
then ten times as many rows. Run by `bench`.
"""

import io
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date

import django

django.setup()

import xlsxwriter  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from core.planner import refresh_statistics  # noqa: E402
from disbursement import register  # noqa: E402
from disbursement.cells import cell_faults, rebuild_cells  # noqa: E402
from disbursement.models import LedgerEntry, MoneyCell, Payment, Project  # noqa: E402
from organizations.models import User  # noqa: E402

from .racing import Goal, race  # noqa: E402

YEAR, DAY = 2023, date(2023, 6, 30)
PROJECTS = """
INSERT INTO disbursement_project (code, name, search_key, kind, unit_id, component_id,
  budget_unit_code, target_program_code, chapter, category, item, difficulty)
SELECT 'DO' || lpad(n::text, 7, '0'), 'Công trình đo số ' || n || ' thôn ' || n %% 997,
  'do' || lpad(n::text, 7, '0') || ' cong trinh do so ' || n || ' thon ' || n %% 997, 'works',
  (%(units)s)[1 + n %% array_length(%(units)s, 1)],
  (%(components)s)[1 + n %% array_length(%(components)s, 1)], '', '', '', '', '', ''
FROM generate_series(%(first)s, %(last)s) n
"""
STOCK = (
    """(ARRAY['central', 'province'])[1 + k %% 2], 'investment', 2023, 2023, 'start', 'domestic'"""
)
ENTRIES = f"""
INSERT INTO disbursement_ledgerentry (kind, project_id, unit_id, component_id, source, nature,
  plan_year, origin_year, moment, funding, amount, effective_on, recorded_at, note)
SELECT 'allotment', p.id, p.unit_id, p.component_id, {STOCK}, (1 + (p.id + k) %% 900) * 1000000,
  date '2023-01-03' + (k * 15), now(), ''
FROM disbursement_project p, generate_series(1, 10) k WHERE p.code BETWEEN %(from)s AND %(to)s
"""
PAYMENTS = f"""
INSERT INTO disbursement_payment (kind, project_id, source, nature, plan_year, origin_year, moment,
  funding, amount, paid_on, recorded_at, voucher, note, is_over_plan)
SELECT 'volume', p.id, {STOCK}, (1 + (p.id * 7 + k) %% 300) * 100000,
  date '2023-01-10' + (k * 7), now(), 'CT' || p.id || '-' || k, '', false
FROM disbursement_project p, generate_series(1, 24) k WHERE p.code BETWEEN %(from)s AND %(to)s
"""


def fill(first: int, last: int) -> None:
    model = Project.objects.exclude(code__startswith="DO")
    names = {"from": f"DO{first:07}", "to": f"DO{last:07}"}
    values = {
        "first": first,
        "last": last,
        "units": list(model.values_list("unit", flat=True).distinct()),
        "components": list(model.values_list("component", flat=True).distinct()),
    }
    with connection.cursor() as cursor:
        cursor.execute(PROJECTS, values)
        refresh_statistics(Project)
        cursor.execute(ENTRIES, names)
        cursor.execute(PAYMENTS, names)
    refresh_statistics(LedgerEntry, Payment)
    rebuild_cells()
    refresh_statistics(MoneyCell)


def officer() -> User:
    return User.objects.get(username="mau.thuongtruc")


def median_of(job: Callable[[int], object], rounds: int) -> float:
    times = []
    for turn in range(rounds + 1):
        begun = time.perf_counter()
        job(turn)
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])


# The tree: what the database does for one page


def tree_page(rounds: int) -> tuple[int, float]:
    """(queries, median seconds in the database) of the province's page."""
    web, spent, count = Client(), [], 0
    web.force_login(officer())
    for _ in range(rounds + 1):
        with CaptureQueriesContext(connection) as asked:
            if web.get("/von/").status_code != 200:
                raise SystemExit("/von/ did not answer")
        spent.append(sum(float(query["time"]) for query in asked.captured_queries))
        count = len(asked)
    return count, statistics.median(spent[1:])


# P12: the list


def list_jobs() -> dict[str, Callable[[int], object]]:
    user = officer()

    def page(**asked: str) -> object:
        form = register.RegisterFilter(asked, user=user, today=DAY)
        projects = form.narrow(Project.objects.for_user(user))
        return register.register_page(projects, form.year, DAY, user, asked)

    program = Project.objects.values_list("component__program__code", flat=True).first()
    return {
        "trang giữa danh sách": lambda turn: page(sau=f"DO{1500 + turn:07}"),
        "trang đầu có lọc": lambda turn: page(ct=str(program)),
        # One answer at either size: what grows is the table, not the page.
        "tìm một công trình": lambda turn: page(q=f"cong trinh DO{1500 + turn:07}"),
    }


# P11: one payment with its roll-up


def saved_payment(rounds: int) -> tuple[float, dict[str, float]]:
    project = Project.objects.select_related("unit").get(code="DO0000001")
    cell = MoneyCell.objects.filter(paid_rows__gt=0).first()
    assert cell is not None
    facts = {"kind": "volume", "source": "central", "nature": "investment", "moment": "start"}

    def save(turn: int) -> None:
        Payment.objects.create(
            project=project, plan_year=YEAR, origin_year=YEAR, amount=turn + 1, paid_on=DAY, **facts
        )

    def bare(turn: int) -> None:
        MoneyCell.objects.filter(pk=cell.pk).update(paid=F("paid") + 0 * turn)

    medians = race({"save": save, "bare": bare}, rounds)
    return round(medians["save"] / medians["bare"], 3), medians


# P6: the list as a workbook


def bare_export() -> None:
    """The floor: the same rows from the database, written by xlsxwriter with one border."""
    out, user = io.BytesIO(), officer()
    projects = Project.objects.for_user(user).order_by("code")
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet, look = book.add_worksheet(), book.add_format({"border": 1})
        for row, values in enumerate(register.register_rows(projects, YEAR, DAY, user)):
            for place, value in enumerate(values):
                sheet.write(row, place, value, look)


def whole_export() -> None:
    user = officer()
    register.register_workbook(Project.objects.for_user(user), YEAR, DAY, user)


EXPORT = """
import resource, sys
sys.argv = ["bench"]
from bench import money
money.whole_export()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def export_memory() -> int:
    """Kilobytes at the peak of a process that makes the whole workbook."""
    done = subprocess.run([sys.executable, "-c", EXPORT], check=True, stdout=subprocess.PIPE)
    return int(done.stdout.split()[-1])


def measure(size: str) -> list[Goal]:
    count, rounds = (20_000, 7) if size == "full" else (2_000, 5)
    fill(1, count)
    tree, lists = tree_page(rounds), {k: median_of(v, rounds) for k, v in list_jobs().items()}
    ratio, medians = saved_payment(rounds * 20)
    export = race({"export": lambda _: whole_export(), "floor": lambda _: bare_export()}, rounds)
    memory = export_memory()
    faults = cell_faults()[1]
    fill(count + 1, count * 10)
    tree_after = tree_page(rounds)
    lists_after = {k: median_of(v, rounds) for k, v in list_jobs().items()}
    ratio_after, medians_after = saved_payment(rounds * 20)
    memory_after = export_memory()
    faults += cell_faults()[1]
    rows = f"{count:,} → {count * 10:,} công trình".replace(",", ".")
    limits = {"trang giữa danh sách": 1.2, "trang đầu có lọc": 2.5, "tìm một công trình": 2.0}
    return [
        Goal("P2", "cây vốn: truy vấn thêm khi ×10 dòng", str(tree[0]), tree_after[0] - tree[0], 0,
             is_exact=True, note=rows),
        Goal("P2", "cây vốn: thời gian CSDL khi ×10 dòng", "1×", round(tree_after[1] / tree[1], 3),
             1.2, note=f"{tree[1] * 1000:.0f} → {tree_after[1] * 1000:.0f} mili giây; {rows}"),
        *(
            Goal("P12", f"{name}, ×10 dòng", "1×", round(lists_after[name] / lists[name], 3),
                 limits[name],
                 note=f"{lists[name] * 1000:.1f} → {lists_after[name] * 1000:.1f} mili giây")
            for name in lists
        ),
        Goal("P11", "ghi một thanh toán kèm ô tổng hợp", "UPDATE một ô", ratio, 3.0,
             note=f"{medians['save'] * 1000:.2f} / {medians['bare'] * 1000:.2f} mili giây"),
        Goal("P11", "ghi một thanh toán, ×10 dòng", "1×",
             round(medians_after["save"] / medians["save"], 3), 1.3, note=f"tỉ số {ratio_after}"),
        Goal("P11", "ô tổng hợp khác dòng gốc", "0", len(faults), 0, is_exact=True),
        Goal("P6", "xuất danh sách ra Excel", "cùng SQL + xlsxwriter",
             round(export["export"] / export["floor"], 3), 1.15,
             note=f"{count} dòng: {export['export']:.2f} giây"),
        Goal("P6", "bộ nhớ khi xuất, ×10 dòng", "1×", round(memory_after / memory, 3), 1.2,
             note=f"{memory // 1024} → {memory_after // 1024} MB"),
    ]  # fmt: skip


if __name__ == "__main__":
    size = os.environ.get("BENCH_SIZE", "small")
    print(json.dumps([goal.as_row() for goal in measure(size)], ensure_ascii=False))
