"""How far a right reaches: the units it opens, resolved once and then used as plain values."""

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True)
class Reach:
    """Ids of units. `is_everywhere`: every unit there is, so that no list of them is needed."""

    ids: frozenset[int] = frozenset()
    is_everywhere: bool = False

    def __or__(self, other):
        return Reach(self.ids | other.ids, self.is_everywhere or other.is_everywhere)

    def holds(self, unit):
        return unit.pk is not None and (self.is_everywhere or unit.pk in self.ids)

    def condition(self, path):
        """Rows whose unit at `path` is reached; a row without a unit is nobody's."""
        if self.is_everywhere:
            return Q(**{f"{path}__isnull": False})
        return Q(**{f"{path}__in": self.ids})


NOWHERE = Reach()
