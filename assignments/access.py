"""Who may report on a task: people of the lead agency, or the standing agency."""

from organizations.permissions import ACTIONS, EVERY_PROGRAM, can

from .models import Part


def lead_units(assignment):
    """From prefetched parties, no query."""
    return [p.unit for p in assignment.parties.all() if p.part == Part.LEAD and p.unit]


def may_update(user, assignment):
    """Coordinating agencies read only."""
    program = assignment.program.code if assignment.program else EVERY_PROGRAM
    if can(user, "plan.publish", assignment.plan.issuer, program):
        return True
    leads = lead_units(assignment)
    is_own = any(
        "assignment.update" in ACTIONS[grant.role]
        and grant.post.unit_id in {unit.pk for unit in leads}
        for grant in user.current_grants()
    )
    return is_own or any(can(user, "assignment.update", unit, program) for unit in leads)
