"""Rebuilds the dated closure from the dated tree and the lineage.

A province has at most some 4,000 units on four levels, so the whole is rebuilt at each event.
"""

from collections import defaultdict
from datetime import date

from django.db import transaction

from .models import Unit, UnitLineage, UnitParent, UnitScope, Via

FOREVER = date.max


def overlap(first, second):
    """The common span of two (from, to) pairs, or None; `to` is exclusive."""
    start, end = max(first[0], second[0]), min(first[1], second[1])
    return (start, end) if start < end else None


@transaction.atomic
def rebuild_closure():
    """Replaces every UnitScope row; returns how many there are now."""
    # Two rebuilds at once would leave every row twice: the second waits here.
    Unit.objects.select_for_update().order_by("pk").first()
    spans = {u.pk: (u.valid_from, u.valid_to or FOREVER) for u in Unit.objects.all()}
    parents = defaultdict(list)
    for link in UnitParent.objects.all():
        span = (link.valid_from, link.valid_to or FOREVER)
        parents[link.unit_id].append((link.parent_id, span))
    rows = [scope(pk, pk, span, Via.TREE) for pk, span in spans.items()]
    for pk, span in spans.items():
        rows += [scope(a, pk, s, Via.TREE) for a, s in ancestors(pk, span, parents)]
    rows += lineage_rows(rows)
    UnitScope.objects.all().delete()
    UnitScope.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def ancestors(pk, span, parents):
    """Every (ancestor, span) above a unit during its span, by walking the dated links up."""
    found, queue = [], [(pk, span)]
    while queue:
        unit, during = queue.pop()
        for parent, link_span in parents[unit]:
            common = overlap(during, link_span)
            if common:
                found.append((parent, common))
                queue.append((parent, common))
    return found


def lineage_rows(tree_rows):
    """Who sees a successor also sees what it came from, from the event on."""
    above = defaultdict(list)
    for row in tree_rows:
        above[row.descendant_id].append(row)
    links = list(UnitLineage.objects.select_related("event").order_by("event__effective_on"))
    rows = []
    for link in reversed(links):
        inherited = [
            scope(r.ancestor_id, link.old_id, span, Via.LINEAGE)
            for r in above[link.new_id]
            if (
                span := overlap(
                    (r.valid_from, r.valid_to or FOREVER), (link.event.effective_on, FOREVER)
                )
            )
        ]
        above[link.old_id] += inherited
        rows += inherited
    return rows


def scope(ancestor, descendant, span, via):
    end = None if span[1] == FOREVER else span[1]
    return UnitScope(
        ancestor_id=ancestor, descendant_id=descendant, valid_from=span[0], valid_to=end, via=via
    )
