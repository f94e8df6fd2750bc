"""The small cast of every test: one province, two districts that are strangers, their people."""

import socket
from datetime import date
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.test import Client

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

pytest_plugins = ["tests.no_skips"]
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


def make_person(username, title, unit, role, *, area=None, program="", **post):
    """A user with one post and one grant."""
    user = User.objects.create_user(username, password="mat-khau-dai", full_name=title)
    held = Post.objects.create(code=username, title=title, unit=unit, **post)
    PostHolder.objects.create(post=held, user=user, valid_from=START)
    Grant.objects.create(
        post=held, role=role, area_unit=area or unit, program_code=program, valid_from=START
    )
    # Rights given end the sessions of the person: the row has moved on.
    user.refresh_from_db()
    return user


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
    return SimpleNamespace(
        head=make_person(
            "head",
            "Trưởng ban",
            u.province,
            Role.HEAD,
            committee=committee,
            committee_role=CommitteeRole.HEAD,
        ),
        standing=make_person(
            "standing", "Thường trực 1", u.planning, Role.STANDING, area=u.province
        ),
        standing2=make_person(
            "standing2", "Thường trực 2", u.planning, Role.STANDING, area=u.province
        ),
        owner=make_person(
            "owner", "Chủ trì NTM", u.ntm_office, Role.PROGRAM_OWNER, area=u.province, program="NTM"
        ),
        agency=make_person(
            "agency", "Chuyên viên Sở Xây dựng", u.construction, Role.AGENCY_OFFICER
        ),
        officer_a=make_person("officer_a", "Cán bộ huyện An", u.district_a, Role.UNIT_OFFICER),
        officer_b=make_person("officer_b", "Cán bộ huyện Bình", u.district_b, Role.UNIT_OFFICER),
        commune=make_person("commune", "Cán bộ xã An Một", u.commune_a1, Role.UNIT_OFFICER),
        treasury=make_person("treasury", "Kho bạc", u.treasury, Role.TREASURY, area=u.province),
        clerk=make_person("clerk", "Văn thư", u.planning, Role.CLERK, area=u.province),
        auditor=make_person("auditor", "Kiểm toán", u.province, Role.AUDITOR),
        admin=make_person("admin", "Quản trị", u.planning, Role.ADMIN),
    )


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
