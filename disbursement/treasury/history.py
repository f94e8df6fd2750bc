"""What the Treasury said about a project, who matched it, and the reasons given for differences."""

from core.money import format_amount
from core.timeline import MOST, Happening, tells
from jobs.history import of_batch

from ..models import TreasuryLine


@tells("disbursement.TreasuryLine", "disbursement.GapNote")
def treasury_happenings(project):
    lines = TreasuryLine.objects.filter(project=project).select_related("batch")
    notes = project.gap_notes.order_by("-recorded_at", "-pk")[:MOST]
    return [*map(said, lines.order_by("-as_of", "-pk")[:MOST]), *map(explained, notes)]


def said(line):
    is_undone = line.batch.state != "applied"
    how = [
        f"năm kế hoạch {line.plan_year}",
        f"chốt ngày {line.as_of:%d/%m/%Y}",
        f"mã {line.code}" if line.matched_by_id else "",
        "đợt nhập đã hoàn tác" if is_undone else "",
    ]
    return Happening(
        line.matched_at or line.batch.applied_at or line.batch.created_at,
        "Ghép dòng Kho bạc" if line.matched_by_id else "Kho bạc báo lũy kế",
        line.matched_by_id or line.batch.created_by_id,
        new=f"{format_amount(line.cumulative)} đồng",
        detail=" · ".join(filter(None, how)),
        **of_batch(line.batch),
    )


def explained(note):
    gap = format_amount(note.booked - note.reported)
    return Happening(
        note.recorded_at,
        "Giải trình chênh lệch với Kho bạc",
        note.recorded_by_id,
        new=f"{gap} đồng: {note.get_reason_display()}",
        detail=" · ".join(filter(None, [f"chốt ngày {note.as_of:%d/%m/%Y}", note.text])),
    )
