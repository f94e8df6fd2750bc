"""Imports the appendix of a plan from a file; JSON on stdout."""

from datetime import date

from assignments.preview import CONTRACT
from jobs.import_command import MAIN_KEYS, ImportCommand, batch_counts

EPILOG = (
    "Bảng cần các cột (thứ tự bất kỳ, tìm theo tên): TT; Nội dung, nhiệm vụ; Cơ quan chủ trì; "
    "Cơ quan phối hợp; Thời hạn. Dòng đề mục: I, I.1, a), b.1 … Mỗi nhiệm vụ được nhận theo "
    "(đường dẫn mục, số). Mã kế hoạch chưa có thì tạo kế hoạch dự thảo. "
    "Mã thoát: 0 xong, 1 bị từ chối (xem issues), 2 sai cách gọi."
)


class Command(ImportCommand):
    help = "Nhập phụ lục phân công nhiệm vụ của một kế hoạch (.docx, .xlsx, .tsv, .txt)."
    kind = "tasks"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.epilog = EPILOG
        parser.add_argument("--plan", required=True, help="mã kế hoạch")
        parser.add_argument("--title", default="", help="tên kế hoạch, khi mã chưa có")
        parser.add_argument("--from", dest="starts_on", type=_start, help="năm hoặc ngày bắt đầu")
        parser.add_argument("--to", dest="ends_on", type=_end, help="năm hoặc ngày kết thúc")

    def params(self, options):
        days = {"from": options["starts_on"], "to": options["ends_on"]}
        return {"plan": options["plan"], "title": options["title"]} | {
            key: day.isoformat() for key, day in days.items() if day
        }

    def result(self, batch, reading, is_applied):
        counts = batch_counts(batch, reading)
        return {
            "rows": [{key: row[key] for key in CONTRACT + ADDED} for row in reading.rows],
            "issues": [issue_json(issue) for issue in reading.issues],
            "applied": is_applied,
            **{key: counts.get(key, 0) for key in MAIN_KEYS},
            "batch": batch.pk if batch else None,
        }


ADDED = ("section_title", "lead_units", "coordinating_units", "program", "status")


def issue_json(issue):
    where = " ".join(filter(None, (issue.sheet, issue.cell)))
    return {"severity": issue.severity, "where": where, "message": issue.message}


def _start(text):
    return date(int(text), 1, 1) if text.isdigit() else date.fromisoformat(text)


def _end(text):
    return date(int(text), 12, 31) if text.isdigit() else date.fromisoformat(text)


_start.__name__ = _end.__name__ = "năm hoặc ngày YYYY-MM-DD"
