"""Which projects a Treasury's line may mean: proposals that only a person can confirm."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.text import search_key
from organizations.models import Unit

from ..models import LedgerEntry, Project

# Words that every second project bears say nothing about which one is meant.
COMMON = set(
    re.findall(
        r"\w+",
        "xay dung cong trinh du an nang cap sua chua cai tao duong tuyen xa huyen thon ban lang "
        "ho tro mua sam dau tu va cho cac den tai",
    )
)
LOOKED_AT, SHOWN = 60, 8
LEAST = 45


@dataclass(frozen=True)
class Candidate:
    project: Project
    score: int
    reasons: tuple[str, ...]
    plan: int | None = None


def projects_in(line, user):
    """Works of the sender's province that the person may read."""
    day = line.as_of
    inside = Unit.objects.below(line.unit, day)
    return Project.objects.for_user(user).filter(unit__in=inside)


def candidates_for(line, user, wanted=""):
    """The nearest by name and code, or what the person searches for; three queries."""
    rows = projects_in(line, user).values_list("pk", "code", "name")
    scored = searched(rows, wanted) if wanted else near(rows, line)
    best = sorted(scored, key=lambda one: (-one[0], one[1]))[:SHOWN]
    found = Project.objects.select_related("unit", "component").in_bulk([pk for _, pk in best])
    plans = plans_beside(line, found)
    return [candidate(line, found[pk], score, plans.get(pk)) for score, pk in best if pk in found]


def searched(rows, wanted):
    words = search_key(wanted).split()
    for pk, code, name in rows:
        key = f"{search_key(code)} {search_key(name)}"
        if all(word in key for word in words):
            yield likeness(search_key(wanted), key), pk


def near(rows, line):
    """First those that share the rarest words, then by likeness of the whole name."""
    name, code = search_key(line.name), search_key(line.code)
    telling = set(name.split()) - COMMON
    shared = []
    for pk, own_code, own_name in rows:
        key = search_key(own_name)
        common = len(telling.intersection(key.split()))
        near_code = likeness(code, search_key(own_code)) if own_code[:3] == line.code[:3] else 0
        if common or near_code >= 80:
            shared.append((common, near_code, pk, key))
    shared.sort(key=lambda one: (-one[0], -one[1]))
    for _, near_code, pk, key in shared[:LOOKED_AT]:
        score = max(likeness(name, key) if name else 0, near_code)
        if score >= LEAST:
            yield score, pk


def likeness(one, other):
    """0 to 100, order of words and small slips allowed."""
    straight = SequenceMatcher(None, one, other, autojunk=False).ratio()
    sorted_words = SequenceMatcher(
        None, " ".join(sorted(one.split())), " ".join(sorted(other.split())), autojunk=False
    ).ratio()
    return int(max(straight, sorted_words) * 100)


def plans_beside(line, projects):
    """{project: plan of the same source and nature}: the amount that supports a proposal."""
    entries = LedgerEntry.objects.for_year(line.plan_year).filter(
        project__in=projects, source=line.source, nature=line.nature
    )
    return entries.total_by("project")


def candidate(line, project, score, plan):
    return Candidate(project, score, tuple(reasons_for(line, project, score, plan)), plan)


def reasons_for(line, project, score, plan):
    if project.code.casefold() == line.code.casefold():
        yield "trùng mã"
    yield f"tên giống {score} %"
    if search_key(project.unit.name) in search_key(line.name):
        yield "cùng địa bàn"
    if plan is not None and line.cumulative <= plan:
        yield "số đã chi nằm trong kế hoạch"
