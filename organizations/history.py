"""People's names in every story, by the post held at that moment; the stories of a unit."""

from dataclasses import replace

from core.timeline import UNSIGNED, Happening, changes, day_moment, newest_first, tells

from .models import Grant, PostHolder, UnitFlag, UnitLineage, UnitParent, User

SYSTEM = "Hệ thống"


def timeline(*groups):
    """All happenings, newest first, with the people named: two queries at any length."""
    happenings = newest_first(*groups)
    names = Names({one.actor for one in happenings if one.actor})
    return [
        one if one.who else replace(one, who=names.at(one.actor, one.moment)) for one in happenings
    ]


class Names:
    """Who somebody was on a day: the title of the post then held, and the name."""

    def __init__(self, users):
        self.people = User.objects.in_bulk(users)
        held = PostHolder.objects.filter(user__in=self.people).select_related("post")
        self.held = list(held.order_by("post"))

    def at(self, user, moment):
        if user is None:
            return SYSTEM
        if user == UNSIGNED:
            return ""
        name = str(self.people.get(user, ""))
        title = self.title(user, moment.date())
        return name if not title or title == name else f"{title} ({name})"

    def title(self, user, day):
        """The first post, as elsewhere; a person who held none then has a name alone."""
        return next(
            (
                row.post.title
                for row in self.held
                if row.user_id == user
                and row.valid_from <= day
                and (row.valid_to is None or day < row.valid_to)
            ),
            "",
        )


@tells(
    "organizations.UnitEvent",
    "organizations.UnitLineage",
    "organizations.UnitParent",
    "organizations.UnitFlag",
)
def unit_happenings(unit):
    """Where a unit came from, where it went, where it stood, what it was declared to be."""
    return [*lineage(unit), *places(unit), *declared(unit)]


def lineage(unit):
    rows = UnitLineage.objects.select_related("event", "event__decision", "old", "new")
    for row in [*rows.filter(new=unit), *rows.filter(old=unit)]:
        yield Happening(
            day_moment(row.event.effective_on),
            row.event.get_kind_display().capitalize(),
            old=row.old.label,
            new=row.new.label,
            detail=decided(row.event),
            actor=UNSIGNED,
        )


def places(unit):
    for link in UnitParent.objects.filter(unit=unit).select_related("parent"):
        yield Happening(
            day_moment(link.valid_from), "Trực thuộc", new=link.parent.name, actor=UNSIGNED
        )


def declared(unit):
    for flag in UnitFlag.objects.filter(unit=unit).select_related("decision"):
        label, by = flag.get_flag_display(), decided(flag)
        yield Happening(
            day_moment(flag.valid_from), "Vào diện", new=label, detail=by, actor=UNSIGNED
        )
        if flag.valid_to:
            yield Happening(day_moment(flag.valid_to), "Ra khỏi diện", new=label, actor=UNSIGNED)


def decided(row):
    return f"theo {row.decision}" if row.decision else ""


@tells("organizations.Grant", "organizations.PostHolder")
def right_happenings(unit):
    """Rights over the unit and who came to its posts: for those who look after accounts."""
    versions = Grant.history.filter(area_unit=unit)
    yield from changes(versions, lambda row: f"quyền “{row.get_role_display()}”")
    for held in PostHolder.objects.filter(post__unit=unit).select_related("post", "user"):
        words = f"{held.post.title}: {held.user}"
        yield Happening(day_moment(held.valid_from), "Nhận chức danh", new=words, actor=UNSIGNED)
        if held.valid_to:
            yield Happening(day_moment(held.valid_to), "Thôi chức danh", new=words, actor=UNSIGNED)
