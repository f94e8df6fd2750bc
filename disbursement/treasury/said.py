"""What the Treasury said before, for whoever reads its next extract; and whom its codes mean."""

from django.db.models import Max, Q

from organizations.models import UnitScope, Via

from ..models import VINTAGE, Project, ProjectAlias, TreasuryLine, YearClosing

# Written in another unit of account, a figure is off by a thousand; half of that is no accident.
WRONG_UNIT = 500


class SaidBefore:
    """The lines of the day itself and of the last day before it, by code and vintage."""

    def __init__(self, unit, year, day):
        lines = TreasuryLine.objects.standing().filter(unit=unit, plan_year=year)
        days = lines.aggregate(latest=Max("as_of"), before=Max("as_of", filter=Q(as_of__lt=day)))
        self.latest, self.day_before = days["latest"], days["before"]
        self.same_day, self.previous = {}, {}
        wanted = lines.filter(as_of__in=[day, *filter(None, [self.day_before])]).order_by("pk")
        for code, as_of, total, *vintage in wanted.values_list(
            "code", "as_of", "cumulative", *VINTAGE
        ):
            said = self.same_day if as_of == day else self.previous
            said[(code, *vintage)] = total


class Names:
    """Codes of a sender as projects of ours: our own codes, then those a person has confirmed."""

    def __init__(self, unit, inside):
        rows = Project.objects.filter(unit__in=inside).values_list("code", "pk", "name", "unit")
        self.own = {code: found for code, *found in rows}
        others = Project.objects.exclude(unit__in=inside)
        self.elsewhere = set(others.values_list("code", flat=True))
        aliases = ProjectAlias.objects.filter(unit=unit, project__unit__in=inside)
        self.remembered = {
            text: found
            for text, *found in aliases.values_list(
                "text", "project", "project__name", "project__unit"
            )
        }

    def find(self, code):
        """(project, name, unit, how it was matched), or None."""
        if code in self.own:
            return (*self.own[code], "code")
        return (*self.remembered[code], "remembered") if code in self.remembered else None

    def is_elsewhere(self, code):
        """A code of ours that lies outside the sender's area."""
        return code in self.elsewhere


def closed_units(year):
    """{unit: why} for every unit whose books of the year are closed, or those of one above it."""
    found = {}
    for closing in YearClosing.objects.filter(plan_year=year, reopened_at=None).order_by("-pk"):
        below = UnitScope.objects.filter(ancestor=closing.unit_id, via=Via.TREE)
        words = f"Sổ năm kế hoạch {year} của đơn vị đã khóa ({closing.reason})."
        found |= dict.fromkeys(below.values_list("descendant", flat=True), words)
    return found
