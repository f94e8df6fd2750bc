"""One box over everything a person may read; diacritics never matter."""

from dataclasses import dataclass

from django.urls import reverse

from assignments.models import Assignment
from core.text import search_key
from disbursement.models import Project
from documents.models import IssuedDocument
from organizations.models import Unit
from targets.models import Target

MOST = 20


@dataclass(frozen=True)
class Hit:
    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    hits: list[Hit]

    @property
    def is_cut(self):
        return len(self.hits) == MOST


def search_all(user, text):
    """Groups with at least one hit, at most twenty hits each."""
    words = search_key(text).split()
    if not words:
        return []
    groups = [
        Group("Đơn vị", units(user, words)),
        Group("Công trình, hoạt động", projects(user, words)),
        Group("Nhiệm vụ", assignments(user, text)),
        Group("Văn bản", documents(user, words)),
        Group("Chỉ tiêu", targets(user, words)),
    ]
    return [group for group in groups if group.hits]


def first_matching(rows, words):
    """Of (pk, texts …) rows the first keys whose texts hold every word."""
    found = []
    for pk, *texts in rows.iterator():
        key = search_key(" ".join(texts))
        if all(word in key for word in words):
            found.append(pk)
            if len(found) == MOST:
                break
    return found


def units(user, words):
    rows = Unit.objects.for_user(user)
    for word in words:
        rows = rows.filter(search_key__contains=word)
    return [
        Hit(unit.name, reverse("organizations:detail", args=[unit.code]), unit.code)
        for unit in rows[:MOST]
    ]


def projects(user, words):
    found = first_matching(
        Project.objects.for_user(user).order_by("code").values_list("pk", "code", "name"), words
    )
    return [
        Hit(row.name, reverse("disbursement:project", args=[row.pk]), f"{row.code}, {row.unit}")
        for row in Project.objects.filter(pk__in=found).select_related("unit")
    ]


def assignments(user, text):
    rows = Assignment.objects.for_user(user).matching(text)
    return [
        Hit(row.title, reverse("assignments:detail", args=[row.pk]), row.place)
        for row in rows[:MOST]
    ]


def documents(user, words):
    rows = IssuedDocument.objects.for_user(user)
    found = first_matching(rows.values_list("pk", "number", "title"), words)
    return [
        Hit(row.title, reverse("documents:detail", args=[row.pk]), row.number)
        for row in IssuedDocument.objects.filter(pk__in=found)
    ]


def targets(user, words):
    rows = Target.objects.for_user(user).values_list("pk", "wording", "indicator__name", "period")
    found = first_matching(rows.order_by("-period", "order"), words)
    return [
        Hit(row.wording, reverse("targets:detail", args=[row.pk]), f"{row.unit}, {row.period}")
        for row in Target.objects.filter(pk__in=found).select_related("unit")
    ]
