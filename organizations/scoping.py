"""Row scope in one place: lists, details, choices, exports, API and search all start here."""

from django.db import models
from django.db.models import Q

from .models import UnitScope


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
        allowed = Q(pk__in=[])
        for grant in user.reading_grants():
            allowed |= self._reached_by(grant)
        rows = self.filter(allowed)
        # Parties and programmes may be many-to-many: one row must still come once.
        return rows.distinct() if self._is_multi_valued() else rows

    def _reached_by(self, grant):
        area = UnitScope.objects.readable_from(grant.area_unit_id)
        here = Q(pk__in=[])
        for path in (self.model.scope_unit, *getattr(self.model, "scope_parties", ())):
            here |= Q(**{f"{path}__in": area})
        program = getattr(self.model, "scope_program", None)
        if grant.program_code and program:
            here &= Q(**{program: grant.program_code})
        if grant.program_code and getattr(self.model, "scope_is_mixed", False):
            return Q(pk__in=[])
        return here

    def _is_multi_valued(self):
        return bool(getattr(self.model, "scope_parties", ())) or getattr(
            self.model, "scope_many", False
        )
