"""The small cast of every test: one province, two districts that are strangers, their people."""

import socket
from datetime import date
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.test import Client
from simple_history.utils import bulk_create_with_history

from organizations.closure import rebuild_closure
from organizations.models import (
    CommitteeRole,
    Grant,
    Post,
    PostHolder,
    Role,
    SteeringCommittee,
    Unit,
    UnitKind,
    UnitParent,
    User,
)

pytest_plugins = ["tests.no_skips", "tests.tiers"]
START = date(2021, 1, 1)
LOOPBACK = ("127.", "::1", "localhost", "/")


@pytest.fixture(autouse=True)
def no_outside_network(monkeypatch):
    """A test that reaches out fails at once; loopback and sockets of this machine stay open."""
    connect = socket.socket.connect

    def guarded(self, address):
        host = address[0] if isinstance(address, tuple) else address
        if not str(host).startswith(LOOPBACK):
            raise RuntimeError(f"a test tried to reach {host}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def plain_settings(settings, tmp_path):
    """Files go to a folder of the test; pages need no collected static files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **django_settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PORTAL_TODAY = date(2023, 7, 3)
    settings.API_RATE = "100000/min"


def make_unit(code, name, kind, parent=None, **extra):
    unit = Unit.objects.create(
        code=code, name=name, kind=kind, valid_from=extra.pop("valid_from", START), **extra
    )
    if parent:
        UnitParent.objects.create(unit=unit, parent=parent, valid_from=unit.valid_from)
    return unit


def make_person(username, title, unit, role, **facts):
    """A user with one post and one grant."""
    return make_people({username: (title, unit, role, facts)})[username]


def make_people(cast):
    """{user name: (title, unit, role, facts of the post, `area`, `program`)}, written at once.

    Saved one by one, as on the pages, they took a third of the time of all tests.
    """
    users = {
        name: User(username=name, full_name=title, password=make_password("mat-khau-dai"))
        for name, (title, *_) in cast.items()
    }
    User.objects.bulk_create(users.values())
    posts, grants = [], []
    for name, (title, unit, role, facts) in cast.items():
        right = {"role": role, "area_unit": facts.get("area") or unit}
        right["program_code"] = facts.get("program", "")
        in_committee = {key: facts[key] for key in facts.keys() - {"area", "program"}}
        posts.append(Post(code=name, title=title, unit=unit, **in_committee))
        grants.append(Grant(post=posts[-1], valid_from=START, **right))
    Post.objects.bulk_create(posts)
    PostHolder.objects.bulk_create(
        PostHolder(post=post, user=user, valid_from=START)
        for post, user in zip(posts, users.values(), strict=True)
    )
    bulk_create_with_history(grants, Grant)
    return users


@pytest.fixture
def units(db):
    """province › (district_a › commune_a1, commune_a2), (district_b › commune_b1), agencies."""
    make = make_unit
    province = make("T", "Tỉnh Thử", UnitKind.PROVINCE)
    district_a = make("T-A", "Huyện An", UnitKind.DISTRICT, province)
    district_b = make("T-B", "Huyện Bình", UnitKind.DISTRICT, province)
    cast = SimpleNamespace(
        province=province,
        district_a=district_a,
        district_b=district_b,
        commune_a1=make("T-A1", "Xã An Một", UnitKind.COMMUNE, district_a),
        commune_a2=make("T-A2", "Xã An Hai", UnitKind.COMMUNE, district_a),
        commune_b1=make("T-B1", "Xã Bình Một", UnitKind.COMMUNE, district_b),
        planning=make("SKHDT", "Sở Kế hoạch và Đầu tư", UnitKind.AGENCY, province),
        construction=make("SXD", "Sở Xây dựng", UnitKind.AGENCY, province),
        treasury=make("KBNN", "Kho bạc Nhà nước tỉnh", UnitKind.TREASURY, province),
        ntm_office=make(
            "VPNTM", "Văn phòng Điều phối nông thôn mới tỉnh", UnitKind.OFFICE, province
        ),
    )
    rebuild_closure()
    return cast


@pytest.fixture
def committee(units):
    return SteeringCommittee.objects.create(
        unit=units.province,
        name="Ban Chỉ đạo tỉnh Thử",
        standing_agency=units.planning,
        valid_from=START,
    )


@pytest.fixture
def people(units, committee):
    """One person per role; `officer_b` is the stranger of `officer_a`."""
    u = units
    province, officer = {"area": u.province}, Role.UNIT_OFFICER
    of_committee = {"committee": committee, "committee_role": CommitteeRole.HEAD}
    ntm = province | {"program": "NTM"}
    cast = {
        "head": ("Trưởng ban", u.province, Role.HEAD, of_committee),
        "standing": ("Thường trực 1", u.planning, Role.STANDING, province),
        "standing2": ("Thường trực 2", u.planning, Role.STANDING, province),
        "owner": ("Chủ trì NTM", u.ntm_office, Role.PROGRAM_OWNER, ntm),
        "agency": ("Chuyên viên Sở Xây dựng", u.construction, Role.AGENCY_OFFICER, {}),
        "officer_a": ("Cán bộ huyện An", u.district_a, officer, {}),
        "officer_b": ("Cán bộ huyện Bình", u.district_b, officer, {}),
        "commune": ("Cán bộ xã An Một", u.commune_a1, officer, {}),
        "treasury": ("Kho bạc", u.treasury, Role.TREASURY, province),
        "clerk": ("Văn thư", u.planning, Role.CLERK, province),
        "auditor": ("Kiểm toán", u.province, Role.AUDITOR, {}),
        "admin": ("Quản trị", u.planning, Role.ADMIN, {}),
    }
    return SimpleNamespace(**make_people(cast))


@pytest.fixture
def client_of():
    """client_of(user): a signed-in test client."""

    def signed_in(user, **kwargs):
        client = Client(**kwargs)
        # As at a real sign-in: rights saved since the fixture made the person have moved the stamp.
        user.refresh_from_db(fields=["session_stamp"])
        client.force_login(User.objects.get(pk=user.pk))
        return client

    return signed_in
