"""Everything that happens by itself, in order; each step is idempotent."""

import logging

from alerts.evaluation import evaluate_alerts
from documents.issuing import ask_again_for_pdf
from jobs.once import forget_old_answers
from notices.outbox import move_mail
from reporting.drafts import build_due_drafts

from .sessions import forget_ended_sessions

log = logging.getLogger(__name__)


def tick_all(today, now):
    """A step that fails does not hold up the others; the failure is raised at the end."""
    failures = []
    steps = (
        lambda: build_due_drafts(today),
        lambda: evaluate_alerts(today, known_at=now),
        ask_again_for_pdf,
        lambda: forget_old_answers(now),
        lambda: forget_ended_sessions(now),
        # Last: a slow mail server holds up nothing but mail.
        lambda: move_mail(now),
    )
    for step in steps:
        try:
            step()
        except Exception as error:
            log.exception("a step of the tick failed")
            failures.append(error)
    if failures:
        raise failures[0]
