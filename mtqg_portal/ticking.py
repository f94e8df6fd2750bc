"""Everything that happens by itself, in order; each step is idempotent."""

from alerts.evaluation import evaluate_alerts
from reporting.drafts import build_due_drafts


def tick_all(today, now):
    build_due_drafts(today)
    evaluate_alerts(today, known_at=now)
