"""Alerts as a function of data and date: the rows are moved to what the day calls for.

No timer per alert: after any downtime one evaluation gives the same rows as if it had run each
minute. Several may run at once: the unique key decides who inserts, a row lock who closes or
reopens, and only the winner writes the event.
"""

from django.db import transaction
from django.db.models import Q

from .models import Alert, AlertEvent, AlertRule, AlertState, Policy
from .wanted import FINDERS

SHOWN = ("unit_id", "title", "url", "amount", "program_code")


def evaluate_alerts(today, known_at):
    """Called each minute and at start; running it again changes nothing and writes nothing."""
    policies = {policy.rule: policy for policy in Policy.objects.all()}
    for rule in AlertRule.values:
        evaluate_rule(rule, today, known_at, policies.get(rule))


@transaction.atomic
def evaluate_rule(rule, today, known_at, policy):
    find, why_closed = FINDERS[rule]
    is_off = policy is not None and not policy.is_active
    wanted = {} if is_off else {one.key: one for one in find(today, known_at, policy)}
    days = {due_on for _, due_on in wanted}
    rows = {
        (alert.subject, alert.due_on): alert
        for alert in Alert.objects.filter(Q(state=AlertState.OPEN) | Q(due_on__in=days), rule=rule)
    }
    insert([one for key, one in wanted.items() if key not in rows], rule)
    kept = [(alert, wanted[key]) for key, alert in rows.items() if key in wanted]
    move(
        [alert for alert, _ in kept if alert.state == AlertState.CLOSED],
        AlertState.OPEN,
        lambda alerts: {alert.pk: "lại đúng điều kiện cảnh báo" for alert in alerts},
    )
    refresh(kept)
    gone = [a for key, a in rows.items() if key not in wanted and a.state == AlertState.OPEN]
    move(gone, AlertState.CLOSED, lambda alerts: reasons(alerts, why_closed, today, is_off))


def reasons(alerts, why_closed, today, is_off):
    if is_off:
        return {alert.pk: "quy tắc tạm dừng áp dụng" for alert in alerts}
    return why_closed(alerts, today)


def insert(missing, rule):
    """The unique constraint decides races; whoever made a row gives it its first event."""
    if not missing:
        return
    Alert.objects.bulk_create(
        [
            Alert(
                rule=rule,
                subject=one.subject,
                due_on=one.due_on,
                **{name: getattr(one, name) for name in SHOWN},
            )
            for one in missing
        ],
        ignore_conflicts=True,
    )
    fresh = Alert.objects.filter(rule=rule, events=None)
    AlertEvent.objects.bulk_create(
        [AlertEvent(alert=alert, state=AlertState.OPEN) for alert in fresh.only("pk")]
    )


def move(alerts, state, why):
    """Compare and set: rows that another process has moved meanwhile are left alone."""
    if not alerts:
        return
    by_pk = {alert.pk: alert for alert in alerts}
    old = AlertState.OPEN if state == AlertState.CLOSED else AlertState.CLOSED
    won = list(
        Alert.objects.select_for_update()
        .filter(pk__in=by_pk, state=old)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    Alert.objects.filter(pk__in=won, state=old).update(state=state)
    notes = why([by_pk[pk] for pk in won])
    AlertEvent.objects.bulk_create(
        [AlertEvent(alert_id=pk, state=state, note=notes[pk]) for pk in won]
    )


def refresh(kept):
    """Words and amounts follow the data; that is no event."""
    changed = []
    for alert, one in kept:
        if any(getattr(alert, name) != getattr(one, name) for name in SHOWN):
            for name in SHOWN:
                setattr(alert, name, getattr(one, name))
            changed.append(alert)
    if changed:
        Alert.objects.bulk_update(changed, [name.removesuffix("_id") for name in SHOWN], 200)
