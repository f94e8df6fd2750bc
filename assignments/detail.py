"""One task as its page shows it: current deadline, parties, what happened, files."""

from django.template.defaultfilters import filesizeformat

from organizations.history import timeline

from .history import evidence_url, task_happenings
from .models import Part


def task_context(task, today):
    occurrences = list(task.occurrences.all())
    updates = list(task.updates.all())
    parties = list(task.parties.all())
    return {
        "task": task,
        "occurrences": [(row, day_state(row, today)) for row in occurrences],
        "percent_text": f"{task.percent} %",
        "days": (task.next_due - today).days if task.next_due else None,
        "leads": [party for party in parties if party.part == Part.LEAD],
        "others": [party for party in parties if party.part == Part.COORDINATE],
        "events": timeline(task_happenings(task, updates)),
        "files": [file_of(update) for update in updates if update.evidence],
        "last_update": updates[0] if updates else None,
    }


def day_state(row, today):
    """In words: done on, days left or over, or what it waits for."""
    if row.done_on:
        return f"hoàn thành ngày {row.done_on:%d/%m/%Y}"
    if row.due_on is None:
        return f"chờ: {row.waits_for}" if row.waits_for else "chưa có ngày"
    days = (row.due_on - today).days
    if days == 0:
        return "hôm nay là hạn"
    return f"còn {days} ngày" if days > 0 else f"quá {-days} ngày"


def file_of(update):
    stored = update.evidence
    return {
        "url": evidence_url(update),
        "name": stored.name,
        "meta": f"{filesizeformat(stored.size)} · {update.on:%d/%m/%Y}",
    }
