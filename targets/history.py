"""The story of a target: its own fields, and every revision of the figures reached."""

from core.periods import Period
from core.timeline import MOST, Happening, changes, tells

from .models import Progress, Target
from .wording import number_words


@tells("targets.Target", "targets.Progress")
def target_happenings(target):
    return [*changes(Target.history.filter(id=target.pk), "chỉ tiêu"), *figure_happenings(target)]


def figure_happenings(target):
    """Each revision beside the one it took the place of."""
    rows = list(
        Progress.objects.filter(
            indicator=target.indicator_id, unit=target.unit_id, period__startswith=target.period[:4]
        )
        .select_related("submission")
        .order_by("-recorded_at", "-pk")[: MOST + 1]
    )
    before = {(row.period, row.revision): row for row in rows}
    return [
        happening(row, before.get((row.period, row.revision - 1)), target.indicator)
        for row in rows[:MOST]
    ]


def happening(row, older, indicator):
    origin = "theo báo cáo định kỳ" if row.submission_id else "cập nhật trực tiếp"
    standing = "số chính thức" if row.is_official else "đã được thay hoặc chưa công nhận"
    detail = [
        row.note if row.value is not None else "",
        f"đến ngày {row.as_of:%d/%m/%Y}",
        origin,
        standing,
    ]
    return Happening(
        row.recorded_at,
        f"{Period.parse(row.period).label.capitalize()}, lần ghi {row.revision}",
        row.recorded_by_id,
        old=shown(older, indicator) if older else "",
        new=shown(row, indicator),
        detail=" · ".join(filter(None, detail)),
        mark="now" if row.is_official else "",
    )


def shown(row, indicator):
    if row.value is None:
        return row.note
    return f"{number_words(row.value)} {indicator.measure_unit}".strip()
