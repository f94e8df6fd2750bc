"""One sign-in per role of the demo province; posts, never persons."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission

from mtqg_portal.demo import DEMO_PASSWORD, DEMO_PREFIX
from organizations.models import CommitteeRole, Grant, Post, PostHolder, Role, User

from .province import SINCE

# username, title, unit, role, area, programme, committee role; "*" is the province
ACCOUNTS = (
    ("truongban", "Trưởng Ban Chỉ đạo", "*", Role.HEAD, "*", "", CommitteeRole.HEAD),
    ("thuongtruc", "Chuyên viên Sở Kế hoạch và Đầu tư", "SKHDT", Role.STANDING, "*", "", ""),
    ("thuongtruc2", "Lãnh đạo Sở Kế hoạch và Đầu tư", "SKHDT", Role.STANDING, "*", "",
     CommitteeRole.STANDING_DEPUTY),
    ("ntm", "Chuyên viên Văn phòng Điều phối nông thôn mới", "VPDPNTM", Role.PROGRAM_OWNER, "*",
     "NTM", ""),
    ("soxd", "Chuyên viên Sở Xây dựng", "SXD", Role.AGENCY_OFFICER, "SXD", "", ""),
    ("dabiec", "Chuyên viên UBND huyện Đá Biếc", "Đá Biếc", Role.UNIT_OFFICER, "Đá Biếc", "", ""),
    ("dabiec.ld", "Lãnh đạo UBND huyện Đá Biếc", "Đá Biếc", Role.UNIT_LEADER, "Đá Biếc", "",
     CommitteeRole.MEMBER),
    ("ngansao", "Chuyên viên UBND huyện Ngàn Sao", "Ngàn Sao", Role.UNIT_OFFICER, "Ngàn Sao", "",
     ""),
    ("xa", "Công chức xã Khe Lụa", "Khe Lụa", Role.UNIT_OFFICER, "Khe Lụa", "", ""),
    ("khobac", "Chuyên viên Kho bạc Nhà nước", "KBNN", Role.TREASURY, "*", "", ""),
    ("vanthu", "Văn thư Văn phòng UBND tỉnh", "VPUBND", Role.CLERK, "*", "", ""),
    ("kiemtoan", "Thành viên đoàn kiểm toán", "*", Role.AUDITOR, "*", "", ""),
    ("quantri", "Quản trị tài khoản", "VPUBND", Role.ADMIN, "*", "", ""),
)  # fmt: skip

# Districts without a listed account still have somebody who writes their reports.
WRITERS = ("Mây Ngàn", "Suối Đàn", "Trăng Non", "Cửa Sóng", "Lúa Vàng", "Bến Sen", "Hoa Nắng")

ADMIN_MODELS = ("user", "post", "postholder", "grant")


def create_people(province):
    """Returns {short name: User}, with the writers of the other districts under their name."""
    password = make_password(DEMO_PASSWORD)
    people = {}
    for name, title, unit, role, area, program, committee_role in ACCOUNTS:
        user = User.objects.create(
            username=DEMO_PREFIX + name,
            full_name=title,
            email=f"{DEMO_PREFIX}{name}@mtqg.example",
            password=password,
            is_staff=role == Role.ADMIN,
        )
        give_post(province, user, title, (unit, area), (role, program), committee_role)
        people[name] = user
    for district in WRITERS:
        title = f"Chuyên viên UBND {district}"
        user = User.objects.create(
            username=f"nguoilap.{province.district(district).code.lower()}",
            full_name=title,
            password=make_password(None),
            is_active=False,
        )
        give_post(province, user, title, (district, district), (Role.UNIT_OFFICER, ""), "")
        people[district] = user
    allow_account_pages(people["quantri"])
    return people


def give_post(province, user, title, places, right, committee_role):
    home, area = (find_unit(province, name) for name in places)
    role, program = right
    post = Post.objects.create(
        code=user.username.upper(),
        title=title,
        unit=home,
        committee_role=committee_role,
        committee=committee_of(province, home) if committee_role else None,
    )
    PostHolder.objects.create(post=post, user=user, valid_from=SINCE)
    Grant.objects.create(
        post=post, role=role, area_unit=area, program_code=program, valid_from=SINCE
    )
    if role == Role.PROGRAM_OWNER:
        # Its own agency's tasks need not belong to the programme it owns.
        Grant.objects.create(post=post, role=Role.AGENCY_OFFICER, area_unit=home, valid_from=SINCE)


def find_unit(province, name):
    if name == "*":
        return province.unit
    if name in province.agencies:
        return province.agencies[name]
    found = [unit for unit in province.districts if unit.short_name == name]
    return found[0] if found else province.commune(name)


def committee_of(province, unit):
    """A member from an agency or a district sits in the province's committee."""
    return province.committees[province.unit.code]


def allow_account_pages(user):
    """The administrator sees and changes accounts in Django's admin, and nothing else there."""
    codenames = [f"{verb}_{name}" for verb in ("view", "add", "change") for name in ADMIN_MODELS]
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="organizations", codename__in=codenames)
    )
