"""The columns of the table: who asks, and where the things stand that they ask for.

A place is a unit of the small province in `world.py`. `Frame` names the place that is the
person's own, one below, above, beside, and one that has ended; None where there is no such place.
"""

from dataclasses import dataclass

from django.contrib.auth.models import Permission

from mtqg_portal.seeding.people import ADMIN_MODELS
from organizations.models import Grant, Post, PostHolder, Role, User

SINCE, OVER = "2021-01-01", "2024-01-01"


@dataclass(frozen=True)
class Frame:
    own: str
    below: str | None = None
    above: str | None = None
    sibling: str | None = None
    ended: str | None = None


PROVINCE = Frame("T", below="A", sibling="T2", ended="E")
DISTRICT = Frame("A", below="A1", above="T", sibling="B", ended="E")
COMMUNE = Frame("A1", above="A", sibling="A2", ended="E")
AGENCY = Frame("SXD", above="T", sibling="SNN", ended="SCU")
OWNER_OF_WORKS = Frame("BQL", above="T", sibling="BQL2")


@dataclass(frozen=True)
class Column:
    """One person: title in the table, right (role, area, programme), the unit of the post."""

    key: str
    title: str
    frame: Frame
    role: str = ""
    home: str = ""
    program: str = ""
    since: str = SINCE
    until: str | None = None

    @property
    def is_signed_in(self):
        return self.key != "anonymous"


COLUMNS = (
    Column("anonymous", "Khách", DISTRICT),
    Column("nobody", "Người không giữ chức danh", DISTRICT),
    Column("former", "Cán bộ huyện đã hết nhiệm kỳ", DISTRICT, Role.UNIT_OFFICER, until=OVER),
    Column("head", "Trưởng ban", PROVINCE, Role.HEAD),
    Column("standing", "Thường trực", PROVINCE, Role.STANDING, "SKH"),
    Column("owner", "Chủ trì NTM", PROVINCE, Role.PROGRAM_OWNER, "SKH", "NTM"),
    Column("standing_ntm", "Thường trực NTM", PROVINCE, Role.STANDING, "SKH", "NTM"),
    Column("agency", "Chuyên viên sở", AGENCY, Role.AGENCY_OFFICER),
    Column("district_head", "Trưởng ban huyện", DISTRICT, Role.HEAD),
    Column("district_standing", "Thường trực huyện", DISTRICT, Role.STANDING),
    Column("district", "Cán bộ huyện", DISTRICT, Role.UNIT_OFFICER),
    Column("leader", "Lãnh đạo huyện", DISTRICT, Role.UNIT_LEADER),
    Column("commune", "Cán bộ xã", COMMUNE, Role.UNIT_OFFICER),
    Column("works", "Chủ đầu tư", OWNER_OF_WORKS, Role.UNIT_OFFICER),
    Column("treasury", "Kho bạc", PROVINCE, Role.TREASURY, "KBNN"),
    Column("clerk", "Văn thư", PROVINCE, Role.CLERK, "SKH"),
    Column("auditor", "Kiểm toán", PROVINCE, Role.AUDITOR),
    Column("admin", "Quản trị tài khoản", PROVINCE, Role.ADMIN, "SKH"),
    Column("root", "Siêu quản trị", PROVINCE),
)


def create_person(column, units):
    """The account with its post and grant; guests have none."""
    if not column.is_signed_in:
        return None
    user = User.objects.create(
        username=column.key,
        full_name=column.title,
        is_staff=column.key in ("admin", "root"),
        is_superuser=column.key == "root",
    )
    if column.role:
        give_right(user, column, units)
    if column.key == "admin":
        names = [f"{verb}_{model}" for verb in ("view", "add", "change") for model in ADMIN_MODELS]
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def give_right(user, column, units):
    area, home = units[column.frame.own], units[column.home or column.frame.own]
    post = Post.objects.create(code=column.key, title=column.title, unit=home)
    spell = {"valid_from": column.since, "valid_to": column.until}
    PostHolder.objects.create(post=post, user=user, **spell)
    Grant.objects.create(
        post=post, role=column.role, area_unit=area, program_code=column.program, **spell
    )
