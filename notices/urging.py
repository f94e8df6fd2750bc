"""Urging a unit about something late: higher rooms say what is late, this room sends it once.

A room registers a composer for its kind of subject, from AppConfig.ready:

    @urge_about("alert")
    def about_alert(pk, user, today):
        alert = get_object_or_404(Alert.objects.for_user(user), pk=pk)
        return Urge(unit=alert.unit, subject=…, body=…, url=…)
"""

from dataclasses import dataclass

from django.http import Http404

from organizations.models import Unit
from organizations.permissions import require

from .models import Notice, NoticeKind

COMPOSERS = {}


@dataclass(frozen=True)
class Urge:
    """What is late, in words for the unit that must act."""

    unit: Unit
    subject: str
    body: str
    url: str = ""


def urge_about(topic):
    def register(function):
        COMPOSERS[topic] = function
        return function

    return register


def send_urge(topic, user, today):
    """(notice, is_new) for a topic like "alert:12"; once per topic and day."""
    name, _, key = topic.partition(":")
    if name not in COMPOSERS or not key.isdecimal():
        raise Http404
    urge = COMPOSERS[name](int(key), user, today)
    require(user, "notice.urge", urge.unit)
    return Notice.objects.send(
        key=f"urge-{name}-{int(key)}-{today.isoformat()}",
        unit=urge.unit,
        kind=NoticeKind.URGE,
        subject=urge.subject[:300],
        body=urge.body,
        url=urge.url,
        sender=user,
    )
