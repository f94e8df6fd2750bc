"""Row scope in one place: lists, details, choices, exports, API and search all start here.

The units a person reads are resolved once a request (ADR 22); here they are plain values, so a
scoped query has no subquery for them, and none of its joins gives a row twice.
"""

from functools import cache

from django.db import models
from django.db.models import Q

from .reach import NOWHERE

NO_ROW = Q(pk__in=[])


class ScopedQuerySet(models.QuerySet):
    """Rows a person may read. The model names its own columns:

    scope_unit      path to the unit a row belongs to
    scope_program   path to the programme's code, or None when rows have no programme
    scope_parties   paths to other units that may read the row (lead, coordinating, owner)
    scope_is_mixed  True where one row holds several programmes' rows (a file, an import): a right
                    limited to one programme does not open it
    """

    def for_user(self, user):
        """The OR over the person's grants; no grant, no rows."""
        grants = user.reading_grants()
        if getattr(self.model, "scope_is_mixed", False):
            grants = [grant for grant in grants if not grant.program_code]
        limited = self._by_program(grants)
        reach = limited.pop("", NOWHERE)
        if reach.is_everywhere and is_never_null(self.model, self.model.scope_unit):
            return self.all()
        allowed = self._inside(reach)
        for code, area in limited.items():
            allowed |= self._inside(area) & self._of_program(code)
        return self.filter(allowed)

    def _of_program(self, code):
        """Rows that a right over one programme opens; a room may add rows of no programme."""
        path = self.model.scope_program
        return self._where(path, Q(**{path: code}))

    def _by_program(self, grants):
        """{programme: reach}; "" for rights over all programmes, and for rows that have none."""
        has_program = getattr(self.model, "scope_program", None)
        reaches = {}
        for grant in grants:
            code = grant.program_code if has_program else ""
            reaches[code] = reaches.get(code, NOWHERE) | grant.reach
        return reaches

    def _inside(self, reach):
        if reach == NOWHERE:
            return NO_ROW
        if reach.is_everywhere and is_never_null(self.model, self.model.scope_unit):
            return ~NO_ROW
        allowed = NO_ROW
        for path in (self.model.scope_unit, *getattr(self.model, "scope_parties", ())):
            allowed |= self._where(path, reach.condition(path))
        return allowed

    def _where(self, path, condition):
        """A condition over many rows is asked beside the row, or the row would come many times."""
        if not leads_to_many(self.model, path):
            return condition
        return Q(pk__in=self.model._base_manager.filter(condition).values("pk"))


def fields_of(model, path):
    """The fields a look-up path passes through."""
    for name in path.split("__"):
        field = model._meta.get_field(name)
        yield field
        model = field.related_model


@cache
def leads_to_many(model, path):
    return any(f.one_to_many or f.many_to_many for f in fields_of(model, path))


@cache
def is_never_null(model, path):
    one = (field.many_to_one or field.one_to_one for field in fields_of(model, path))
    return all(one) and not any(field.null for field in fields_of(model, path))
