"""Units as the directory shows them: search without diacritics, districts with their communes."""

from collections import defaultdict
from dataclasses import dataclass, field

from core.text import search_key

from .models import Unit, UnitFlag, UnitParent
from .models.units import valid_on


@dataclass
class Entry:
    """A unit with what stands beside its name."""

    unit: Unit
    flags: list = field(default_factory=list)
    parent: Unit | None = None
    children: list = field(default_factory=list)


def entries_for(units, day):
    """{pk: Entry} with the flags and the parent of the day: three queries."""
    entries = {unit.pk: Entry(unit) for unit in units}
    for flag in UnitFlag.objects.filter(valid_on(day), unit__in=entries).order_by("flag"):
        entries[flag.unit_id].flags.append(flag.get_flag_display())
    links = UnitParent.objects.filter(valid_on(day), unit__in=entries).select_related("parent")
    for link in links:
        entries[link.unit_id].parent = link.parent
        if link.parent_id in entries:
            entries[link.parent_id].children.append(entries[link.unit_id])
    return entries


def directory(user, day, words=""):
    """(agencies, areas, found): areas are the topmost districts or communes one may see."""
    units = Unit.objects.for_user(user).valid_on(day)
    if words:
        for word in search_key(words).split():
            units = units.filter(search_key__contains=word)
        return [], [], by_name(entries_for(units, day))
    entries = entries_for(units, day)
    groups = defaultdict(list)
    for entry in by_name(entries):
        groups[group_of(entry, entries)].append(entry)
    for entry in entries.values():
        entry.children.sort(key=lambda child: child.unit.sort_key)
    return groups["agency"], groups["area"], []


def by_name(entries):
    return sorted(entries.values(), key=lambda entry: entry.unit.sort_key)


def group_of(entry, entries):
    """Communes whose district is listed hang under it and head no group of their own."""
    if entry.unit.is_district:
        return "area"
    if entry.unit.is_commune:
        return "below" if entry.parent and entry.parent.pk in entries else "area"
    return "province" if entry.unit.kind == "province" else "agency"


def area_finding(areas):
    communes = sum(len(area.children) or area.unit.is_commune for area in areas)
    districts = sum(area.unit.is_district for area in areas)
    difficult = sum(
        "đặc biệt khó khăn" in commune.flags
        for area in areas
        for commune in (area.children or [area])
    )
    return (
        f"{districts} huyện, thị xã, thành phố; {communes} xã, phường, thị trấn, trong đó "
        f"{difficult} xã đặc biệt khó khăn."
    )
