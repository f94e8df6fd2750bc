"""Projects of an import: added and changed in few statements, each with its history."""

from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from .models import Project, ProjectKind
from .project_fields import KEYS, SUMS

FIELDS = ("name", "kind", "owner_id", *KEYS, *SUMS)
SHOWN = ("pk", "code", "unit_id", "component_id", *FIELDS)


def known_projects(projects=None):
    """{code: its facts}, of the whole register unless some are named."""
    rows = (Project.objects.all() if projects is None else projects).order_by()
    return {
        row["code"]: row | {"component": row.pop("component__code")}
        for row in rows.values(*SHOWN, "component__code")
    }


def add_projects(rows, user):
    """Adds the codes that nobody has yet; gives back what the rows say of the others."""
    known = set(Project.objects.values_list("code", flat=True))
    new, told = {}, {}
    for row in rows:
        code, about = row["code"], row.get("about") or {}
        if code in known:
            if about:
                told.setdefault(code, {}).update(about)
        elif code not in new:
            new[code] = new_project(row, about)
    bulk_create_with_history(list(new.values()), Project, batch_size=1000, default_user=user)
    return told


def new_project(row, about):
    return Project(
        code=row["code"],
        name=row["name"],
        kind=row["kind"] or ProjectKind.WORKS,
        unit_id=row["unit"],
        component_id=row["component"],
        **about,
    )


def change_projects(wanted, user, reason="Nhập danh mục"):
    """{project: {field: value}}: written together, each change in the project's history."""
    projects = list(Project.objects.filter(pk__in=list(wanted)))
    for project in projects:
        for name, value in wanted[project.pk].items():
            setattr(project, name, value)
    names = sorted({name.removesuffix("_id") for fields in wanted.values() for name in fields})
    if projects:
        bulk_update_with_history(
            projects,
            Project,
            names,
            batch_size=500,
            default_user=user,
            default_change_reason=reason,
        )
