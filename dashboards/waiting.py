"""What waits for a person: decisions, reviews, notices; each with where to go."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from documents.models import IssuedDocument
from notices.models import Notice
from organizations.permissions import can
from reporting.models import Consolidated, Report

MOST = 100


@dataclass(frozen=True)
class Waiting:
    title: str
    url: str
    tag: str
    tone: str = "warn"
    note: str = ""


def waiting_for(user: Any) -> list[Waiting]:
    """Decisions first, then reviews, numbers to give, and what was not read yet."""
    found: list[Waiting] = []
    if can(user, "report.approve_consolidated"):
        found += to_approve(user)
    if can(user, "report.review"):
        found += to_review(user)
    if can(user, "document.number"):
        found += to_number(user)
    return found + unread(user)


def to_approve(user):
    rows = Consolidated.objects.for_user(user).filter(approved_at=None, built_at__isnull=False)
    return [
        Waiting(
            str(row),
            reverse("reporting:consolidated", args=[row.pk]),
            "Chờ duyệt",
            note=f"dự thảo tổng hợp lúc {localtime(row.built_at):%H:%M %d/%m/%Y}",
        )
        for row in rows.select_related("round")[:MOST]
    ]


def to_review(user):
    rows = Report.objects.for_user(user).awaiting_review()
    if user.home_unit:
        rows = rows.filter(obligation__reviewer=user.home_unit)
    rows = rows.select_related("obligation__unit", "obligation__round")
    return [
        Waiting(
            f"{row.obligation.unit}: {row.obligation.round}",
            reverse("reporting:review", args=[row.obligation_id]),
            "Chờ xem xét",
            note=f"mã biên nhận {row.receipt}",
        )
        for row in rows[:MOST]
    ]


def to_number(user):
    rows = IssuedDocument.objects.for_user(user).filter(number="")
    return [
        Waiting(
            row.title,
            reverse("documents:detail", args=[row.pk]),
            "Chờ cấp số",
            note=f"chốt ngày {localtime(row.created_at):%d/%m/%Y}",
        )
        for row in rows[:MOST]
    ]


def unread(user):
    rows = Notice.objects.addressed_to(user).filter(read_at=None)
    return [
        Waiting(
            row.subject,
            reverse("notices:list"),
            row.get_kind_display(),
            "info",
            f"{localtime(row.created_at):%d/%m/%Y}",
        )
        for row in rows[:MOST]
    ]
