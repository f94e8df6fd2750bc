"""Who may do what: a table role → actions. Views, templates and the API ask `can()`."""

from django.core.exceptions import PermissionDenied

from .models import Role

VIEW_ALL = {"view"}
EVERY_PROGRAM = ""
ACTIONS = {
    Role.HEAD: VIEW_ALL
    | {"report.approve_consolidated", "notice.urge", "document.issue", "right.view"},
    Role.STANDING: VIEW_ALL
    | {
        "plan.import",
        "plan.publish",
        "assignment.update",
        "capital.import",
        "project.edit",
        "entry.write",
        "payment.reverse",
        "year.close",
        "treasury.post",
        "treasury.explain",
        "target.edit",
        "progress.enter",
        "round.open",
        "report.review",
        "report.consolidate",
        "notice.urge",
        "notice.log",
        "document.issue",
        "right.view",
        "rule.edit",
    },
    Role.PROGRAM_OWNER: VIEW_ALL
    | {"target.edit", "progress.enter", "assignment.update", "notice.urge"},
    Role.AGENCY_OFFICER: VIEW_ALL | {"assignment.update", "progress.enter"},
    Role.UNIT_OFFICER: VIEW_ALL
    | {"assignment.update", "progress.enter", "report.fill", "project.explain"},
    Role.UNIT_LEADER: VIEW_ALL | {"report.fill", "project.explain"},
    Role.TREASURY: VIEW_ALL | {"disbursement.import", "treasury.match", "payment.reverse"},
    Role.CLERK: VIEW_ALL | {"document.number"},
    Role.AUDITOR: VIEW_ALL | {"security.read"},
    Role.ADMIN: {"account.manage", "security.read", "notice.log"},
}

# Whoever approves, issues or gives rights: a stolen password alone must not be enough.
WEIGHTY = {"report.approve_consolidated", "document.issue", "account.manage"}
SECOND_FACTOR_ROLES = {role for role, actions in ACTIONS.items() if actions & WEIGHTY}


def needs_second_factor(user):
    """By what the person may do, whether or not this installation insists on it."""
    roles = {grant.role for grant in user.current_grants()}
    return user.is_staff or user.is_superuser or bool(roles & SECOND_FACTOR_ROLES)


def can(user, action, unit=None, program_code=None):
    """True when a grant held today carries the action over the unit (and the programme).

    Without a unit: whether any grant carries it, for menus and pages without an object. An empty
    programme asks for a right over all of them: a file may hold rows of several.
    """
    return any(
        action in ACTIONS[grant.role]
        and (not grant.program_code or program_code in (None, grant.program_code))
        and (unit is None or covers(grant, unit))
        for grant in user.current_grants()
    )


def covers(grant, unit):
    return grant.area_unit_id == unit.pk or grant.reach.holds(unit)


def require(user, action, unit=None, program_code=None):
    """403 for actions of others (rows of others are 404 through `for_user`)."""
    if not can(user, action, unit, program_code):
        raise PermissionDenied("Chức danh hiện giữ không có quyền làm việc này.")
