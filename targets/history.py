"""Every revision of a figure as events for the timeline, newest first."""

from core.periods import Period
from core.templatetags.portal import vidate

from .models import Progress
from .wording import number_words


def figure_events(target):
    rows = Progress.objects.filter(
        indicator=target.indicator_id, unit=target.unit_id, period__startswith=target.period[:4]
    ).select_related("recorded_by", "submission")
    return [event(row, target.indicator) for row in rows.order_by("-recorded_at", "-pk")]


def event(row, indicator):
    shown = f"{number_words(row.value)} {indicator.measure_unit}".strip()
    return {
        "at": vidate(row.as_of),
        "what": f"{Period.parse(row.period).label.capitalize()}, lần ghi {row.revision}",
        "new": shown if row.value is not None else row.note,
        "who": str(row.recorded_by or ""),
        "detail": " · ".join(
            filter(
                None,
                [
                    row.note if row.value is not None else "",
                    "theo báo cáo định kỳ" if row.submission_id else "cập nhật trực tiếp",
                    "số chính thức" if row.is_official else "đã được thay hoặc chưa công nhận",
                ],
            )
        ),
        "mark": "now" if row.is_official else "",
    }
