"""Invariants of the accounts: the chain of security events holds from its first row to its head."""

from .models import SecurityEvent

SHOWN = 20


def integrity_checks():
    broken = [f"dòng {number}" for number in SecurityEvent.objects.broken_rows()]
    checked = SecurityEvent.objects.count()
    return [
        {
            "name": "security_events_chain_holds",
            "ok": not broken,
            "checked": checked,
            "broken": broken[:SHOWN],
        }
    ]
