"""The dated tree and its closure: moves, ends and successions, each on both sides of its day."""

from datetime import date, timedelta

import pytest

from organizations.closure import overlap, rebuild_closure
from organizations.models import (
    LegalDocument,
    Unit,
    UnitEvent,
    UnitKind,
    UnitLineage,
    UnitParent,
    UnitScope,
)
from tests.conftest import START, make_unit

MOVED = date(2023, 3, 1)
ENDED = date(2025, 7, 1)
DAY = timedelta(days=1)


def below(unit, day):
    return set(Unit.objects.below(unit, day))


def readable(unit):
    return set(Unit.objects.filter(pk__in=UnitScope.objects.readable_from(unit.pk)))


def move(unit, parent, day):
    unit.parent_links.filter(valid_to=None).update(valid_to=day)
    UnitParent.objects.create(unit=unit, parent=parent, valid_from=day)


def end(unit, day):
    Unit.objects.filter(pk=unit.pk).update(valid_to=day)
    unit.parent_links.filter(valid_to=None).update(valid_to=day)


def succeed(old, new, day, weight=1):
    decision = LegalDocument.objects.get_or_create(
        number=f"01/NQ-{day.year}", kind="resolution", issuer="Hội đồng", abstract="Sắp xếp"
    )[0]
    event = UnitEvent.objects.create(kind="merge", effective_on=day, decision=decision)
    UnitLineage.objects.create(event=event, old=old, new=new, weight=weight)


@pytest.mark.parametrize(
    ("first", "second", "common"),
    [
        ((date(2023, 1, 1), date(2023, 2, 1)), (date(2023, 2, 1), date(2023, 3, 1)), None),
        (
            (date(2023, 1, 1), date(2023, 2, 2)),
            (date(2023, 2, 1), date(2023, 3, 1)),
            (date(2023, 2, 1), date(2023, 2, 2)),
        ),
    ],
)
def test_spans_that_only_touch_share_no_day(first, second, common):
    assert overlap(first, second) == common


@pytest.mark.parametrize(
    ("day", "in_a", "in_b"),
    [(MOVED - DAY, True, False), (MOVED, False, True), (MOVED + DAY, False, True)],
)
def test_a_commune_changes_district_on_its_day(units, day, in_a, in_b):
    move(units.commune_a1, units.district_b, MOVED)
    rebuild_closure()
    assert (units.commune_a1 in below(units.district_a, day)) is in_a
    assert (units.commune_a1 in below(units.district_b, day)) is in_b
    assert units.commune_a1 in below(units.province, day)


def test_no_unit_is_below_the_same_ancestor_twice_on_a_day(units):
    move(units.commune_a1, units.district_b, MOVED)
    rebuild_closure()
    for day in (MOVED - DAY, MOVED):
        found = list(UnitScope.objects.tree(units.province, day).values_list("descendant"))
        assert len(found) == len(set(found)) == Unit.objects.count()


def test_the_former_district_no_longer_reads_a_commune_that_moved_on(units):
    move(units.commune_a1, units.district_b, MOVED)
    rebuild_closure()
    assert units.commune_a1 not in readable(units.district_a)
    assert units.commune_a1 in readable(units.district_b)


def test_a_district_that_ended_stays_readable_for_the_province_alone(units, time_machine):
    end(units.district_a, ENDED)
    for commune in (units.commune_a1, units.commune_a2):
        move(commune, units.province, ENDED)
    rebuild_closure()
    time_machine.move_to(ENDED + DAY)
    assert units.district_a in readable(units.province)
    assert units.district_a not in readable(units.district_b)
    assert units.district_a not in below(units.province, ENDED)
    assert units.district_a in below(units.province, ENDED - DAY)


def test_a_successor_reads_its_predecessor_but_does_not_add_it_up(units, time_machine):
    merged = make_unit("T-M", "Xã Mới", UnitKind.COMMUNE, units.province, valid_from=ENDED)
    for old in (units.commune_a1, units.commune_a2):
        end(old, ENDED)
        succeed(old, merged, ENDED)
    rebuild_closure()
    time_machine.move_to(ENDED + DAY)
    assert {units.commune_a1, units.commune_a2, merged} <= readable(merged)
    assert units.commune_b1 not in readable(merged)
    assert below(merged, ENDED) == {merged}


def test_a_successor_reads_nothing_of_its_predecessor_before_the_event(units, time_machine):
    merged = make_unit("T-M", "Xã Mới", UnitKind.COMMUNE, units.province, valid_from=ENDED)
    succeed(units.commune_a1, merged, ENDED)
    rebuild_closure()
    time_machine.move_to(ENDED - DAY)
    assert units.commune_a1 not in readable(merged)
    time_machine.move_to(ENDED)
    assert units.commune_a1 in readable(merged)


def test_succession_in_two_steps_reaches_the_first_unit(units, time_machine):
    second = make_unit("T-M2", "Xã Hai", UnitKind.COMMUNE, units.province, valid_from=MOVED)
    third = make_unit("T-M3", "Xã Ba", UnitKind.COMMUNE, units.province, valid_from=ENDED)
    end(units.commune_a1, MOVED)
    end(second, ENDED)
    succeed(units.commune_a1, second, MOVED)
    succeed(second, third, ENDED)
    rebuild_closure()
    time_machine.move_to(ENDED)
    assert {units.commune_a1, second, third} <= readable(third)


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_unit_is_readable_from_its_first_day_on(units, time_machine, offset):
    start = date(2024, 5, 1)
    new = make_unit("T-N", "Xã Tương Lai", UnitKind.COMMUNE, units.district_a, valid_from=start)
    rebuild_closure()
    time_machine.move_to(start + offset * DAY)
    assert (new in readable(units.district_a)) is (offset >= 0)


def test_vietnamese_midnight_decides_the_day(units, time_machine):
    """17:00 UTC is the next day here."""
    start = date(2024, 5, 1)
    new = make_unit("T-N", "Xã Tương Lai", UnitKind.COMMUNE, units.district_a, valid_from=start)
    rebuild_closure()
    time_machine.move_to("2024-04-30T16:59:59+00:00")
    assert new not in readable(units.district_a)
    time_machine.move_to("2024-04-30T17:00:00+00:00")
    assert new in readable(units.district_a)


def test_rebuilding_twice_changes_nothing(units):
    def rows():
        fields = ("ancestor", "descendant", "valid_from", "valid_to", "via")
        return sorted(map(str, UnitScope.objects.values_list(*fields)))

    before = rows()
    assert rebuild_closure() == len(before)
    assert rows() == before


def test_a_unit_without_parent_sees_itself(units):
    alone = make_unit("X", "Đơn vị rời", UnitKind.AGENCY, valid_from=START)
    rebuild_closure()
    assert readable(alone) == {alone}
