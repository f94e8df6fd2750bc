"""The committee's plans with their tasks, read by the same reader as an officer's file."""

from datetime import date
from pathlib import Path

from django.db.models import F

from assignments.appendix import read_appendix
from assignments.leads import Directory
from assignments.models import Occurrence, Part
from assignments.preview import Subjects, preview_row
from assignments.writing import PlanWriter
from core.sheets import Book, read_text
from programs.models import PlanState, WorkPlan

DATA = Path(__file__).parent / "data"

PLANS = (
    ("86/KH-BCĐ", "Triển khai thực hiện các chương trình mục tiêu quốc gia giai đoạn 2021-2025",
     "plan2022", "tasks_2022.tsv", (date(2021, 1, 1), date(2025, 12, 31))),
    ("12/KH-BCĐ", "Thực hiện các chương trình mục tiêu quốc gia năm 2023",
     "plan2023", "tasks_2023.tsv", (date(2023, 1, 1), date(2023, 12, 31))),
)  # fmt: skip

# (last section, number) -> steps (percent, day, what was done); the rest has not been reported on
PROGRESS = {
    ("I.1", "1"): [
        (60, "2022-08-30", "Đã lấy ý kiến các sở, huyện"),
        (100, "2022-09-22", "HĐND tỉnh đã thông qua nghị quyết"),
    ],
    ("I.1", "2"): [(100, "2022-12-09", "HĐND tỉnh đã thông qua nghị quyết")],
    ("I.1", "3"): [
        (70, "2022-12-15", "Chờ hướng dẫn về mẫu hồ sơ"),
        (100, "2023-03-14", "Đã trình kỳ họp chuyên đề"),
    ],
    ("I.1", "4"): [(100, "2022-09-22", "HĐND tỉnh đã thông qua nghị quyết")],
    ("a)", "1"): [(100, "2022-09-12", "UBND tỉnh đã ban hành quyết định phân cấp")],
    ("a)", "2"): [
        (80, "2022-06-28", "Đã trình dự thảo"),
        (100, "2022-07-11", "Ban hành kế hoạch, chậm do chờ giao vốn"),
    ],
    ("a)", "3"): [(30, "2023-05-20", "Đã dự thảo, chờ hướng dẫn của Trung ương")],
    ("a)", "5"): [(100, "2022-12-20", "Ban hành 24 bộ thiết kế mẫu")],
    ("a)", "6"): [(75, "2023-04-10", "Đã lấy ý kiến, đang hoàn thiện dự thảo")],
    ("a)", "7"): [(40, "2023-05-05", "Đang dự thảo quy định")],
    ("a)", "8"): [(100, "2022-12-28", "Ban hành hướng dẫn thanh toán")],
    ("b.1", "1"): [
        (100, "2022-09-28", "Ban hành kế hoạch giai đoạn"),
        (100, "2023-03-28", "Ban hành kế hoạch năm 2023"),
    ],
    ("b.1", "2"): [(100, "2023-03-20", "Ban hành kế hoạch OCOP năm 2023")],
    ("b.1", "3"): [(100, "2022-08-15", "Ban hành bộ tiêu chí xã")],
    ("b.1", "5"): [(60, "2023-02-16", "Dự thảo lần 2, chưa thống nhất về quy hoạch chi tiết")],
    ("b.1", "6"): [(100, "2022-10-18", "Ban hành muộn vì lấy ý kiến bổ sung")],
    ("b.1", "7"): [(50, "2022-12-01", "Đang thí điểm 2 thôn")],
    ("b.2", "8"): [
        (100, "2022-09-20", "Ban hành kế hoạch giai đoạn"),
        (100, "2023-04-06", "Ban hành kế hoạch năm 2023"),
    ],
    ("II", "1"): [(50, "2023-06-15", "Duy trì chuyên mục hằng tuần trên báo, đài")],
    ("III", "1"): [(100, "2022-12-25", "Đã báo cáo Ban Chỉ đạo")],
    ("III", "2"): [(100, "2022-09-15", "Ban hành kế hoạch kiểm tra")],
    ("III", "3"): [(100, "2022-09-26", "Ban hành kế hoạch kiểm tra")],
    ("III", "4"): [(20, "2022-11-10", "Chưa bố trí được kinh phí")],
}
PROGRESS_2023 = {
    ("I", "1"): [(100, "2023-03-30", "Cả ba chương trình đã có hướng dẫn")],
    ("I", "2"): [(40, "2023-06-30", "Đã có danh sách từ số liệu Kho bạc ngày 30/6")],
    ("II", "1"): [(100, "2023-03-24", "Hoàn thành sau hạn 10 ngày do hai huyện giao chậm")],
    ("III.1", "1"): [(20, "2023-06-20", "Nhận 5 hồ sơ")],
    ("III.1", "2"): [(60, "2023-06-26", "Đã dự thảo hướng dẫn")],
    ("III.3", "4"): [(50, "2023-06-22", "Mới có số liệu của 3 trên 5 huyện")],
}


def build_plans(province, people):
    plans = [write_plan(province, people["thuongtruc"], *plan) for plan in PLANS]
    for plan, progress in zip(plans, (PROGRESS, PROGRESS_2023), strict=True):
        close_before_issue(plan)
        report_progress(plan, progress, people)


def write_plan(province, author, code, title, document, file_name, span):
    plan = WorkPlan.objects.create(
        code=code,
        title=title,
        issuer=province.unit,
        starts_on=span[0],
        ends_on=span[1],
        state=PlanState.PUBLISHED,
        document=province.documents[document],
        created_by=author,
    )
    book = Book([read_text((DATA / file_name).read_text(encoding="utf-8"))])
    directory, subjects, writer = Directory(*span), Subjects(*span), PlanWriter(plan, None)
    for order, task in enumerate(read_appendix(book).tasks, start=1):
        writer.write(preview_row(task, directory, span, subjects), order)
    return plan


def close_before_issue(plan):
    """Days of a recurring task that lay before the plan was issued are nobody's debt."""
    Occurrence.objects.filter(assignment__plan=plan, due_on__lt=plan.document.issued_on).update(
        done_on=F("due_on")
    )


def report_progress(plan, progress, people):
    for task in plan.assignments.prefetch_related("parties__unit", "occurrences"):
        for percent, day, note in progress.get((task.section[-1], task.number), ()):
            on = date.fromisoformat(day)
            task.record_progress(
                actor_for(task, people),
                percent=percent,
                note=note,
                on=on,
                occurrence=open_occurrence(task, on),
            )


def open_occurrence(task, on):
    """The earliest open day of a task that has several."""
    waiting = task.occurrences.filter(done_on=None).order_by("due_on", "sequence")
    return waiting.first() if task.occurrences.count() > 1 else None


def actor_for(task, people):
    """Somebody of the leading agency who has an account, else the standing agency."""
    leads = {
        party.unit.code for party in task.parties.all() if party.part == Part.LEAD and party.unit
    }
    accounts = {"VPDPNTM": "ntm", "SXD": "soxd"}
    return people[next((accounts[code] for code in leads if code in accounts), "thuongtruc")]
