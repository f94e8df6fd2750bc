"""Scope resolved once a request shows exactly what the subqueries of each grant would show."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignments.models import Assignment, AssignmentParty
from disbursement.models import Project
from jobs.models import Batch, StoredFile
from notices.models import Notice
from organizations.closure import rebuild_closure
from organizations.models import (
    Grant,
    LegalDocument,
    Post,
    PostHolder,
    Role,
    Unit,
    UnitEvent,
    UnitKind,
    UnitLineage,
    UnitParent,
    UnitScope,
    User,
)
from organizations.reach import NOWHERE, Reach
from organizations.scoping import ScopedQuerySet, fields_of, is_never_null, leads_to_many
from tests.api.rows import one_of_each
from tests.conftest import START, make_unit
from tests.sources import OWN_MODELS

ENDED_ON = date(2022, 7, 1)
SCOPED = [m for m in OWN_MODELS if isinstance(m._default_manager.all(), ScopedQuerySet)]
PLACES = ["T", "T-A", "T-B", "T-A1", "T-A2", "T-B1", "T-CU", "T-NGOAI", "SXD", "SKHDT"]
GRANTS = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.sampled_from(["", "", "CT1", "CT2", "CT9"]),
        st.sampled_from([Role.UNIT_OFFICER, Role.AUDITOR, Role.ADMIN]),
    ),
    max_size=4,
)


def subqueries(model, user):
    """The same rule told another way: each grant a subquery, each party a join, then distinct."""
    allowed = Q(pk__in=[])
    for grant in user.reading_grants():
        area = UnitScope.objects.readable_from(grant.area_unit_id)
        here = Q(pk__in=[])
        for path in (model.scope_unit, *getattr(model, "scope_parties", ())):
            here |= Q(**{f"{path}__in": area})
        program = getattr(model, "scope_program", None)
        if grant.program_code and program:
            here &= Q(**{program: grant.program_code})
        if grant.program_code and getattr(model, "scope_is_mixed", False):
            here = Q(pk__in=[])
        allowed |= here
    return set(model._base_manager.filter(allowed).values_list("pk", flat=True))


def resolved(model, user):
    """A list: a row that came twice would show."""
    rows = ScopedQuerySet.for_user(model._default_manager.all(), user)
    return sorted(rows.order_by().values_list("pk", flat=True))


@pytest.fixture
def rows(units):
    """Rows of three programmes in both districts, at the parties, in an ended unit, in no unit."""
    old = make_unit("T-CU", "Xã Cũ", UnitKind.COMMUNE, units.district_b, valid_to=ENDED_ON)
    UnitParent.objects.filter(unit=old).update(valid_to=ENDED_ON)
    event = UnitEvent.objects.create(
        kind=UnitEvent.Kind.MERGE,
        effective_on=ENDED_ON,
        decision=LegalDocument.objects.create(number="1/NQ", kind="resolution", issuer="HĐND"),
    )
    UnitLineage.objects.create(event=event, old=old, new=units.commune_a2)
    rebuild_closure()
    places = [(units.commune_a1, units.district_a), (units.commune_b1, units.construction)]
    for number, (commune, party) in enumerate([*places, (old, units.district_b)], start=1):
        cast = SimpleNamespace(province=units.province, commune_a1=commune, district_a=party)
        one_of_each(cast, number)
        stored = StoredFile.objects.store(f"{number}.xlsx", b"x%d" % number, unit=commune)
        Batch.objects.create(kind="capital", unit=commune, file=stored, params={})
        Notice.objects.create(key=str(number), unit=commune, kind="urge", subject="Đôn đốc")
    StoredFile.objects.store("khong-don-vi.xlsx", b"nobody's")
    task = Assignment.objects.first()
    for unit in (units.district_b, units.commune_a1, None):
        AssignmentParty.objects.create(assignment=task, part="coordinate", unit=unit, group="Nhóm")
    return units


def holder_of(grants):
    user = User.objects.create_user("holder", password="mat-khau-dai")
    units = Unit.objects.in_bulk(field_name="code")
    post = Post.objects.create(code="holder", title="Chức danh", unit=units["T"])
    PostHolder.objects.create(post=post, user=user, valid_from=START)
    for code, program, role in grants:
        if code in units:
            Grant.objects.create(
                post=post,
                role=role,
                area_unit=units[code],
                program_code=program,
                valid_from=START,
            )
    return user


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    print_blob=True,
)
@given(grants=GRANTS, with_outsider=st.booleans())
def test_the_same_rows_whatever_the_grants(rows, grants, with_outsider):
    with transaction.atomic():
        if with_outsider:
            make_unit("T-NGOAI", "Xã ngoài tỉnh", UnitKind.COMMUNE)
            rebuild_closure()
        user = holder_of(grants)
        for model in SCOPED:
            assert resolved(model, user) == sorted(subqueries(model, user)), model
        transaction.set_rollback(True)


def test_the_comparison_sees_rows_and_strangers(rows):
    """Control: the sample would show a scope that is too wide or too narrow."""
    assert len(SCOPED) >= 15
    with_rows = [model for model in SCOPED if model._base_manager.exists()]
    assert len(with_rows) >= 10
    user = holder_of([("T-A1", "", Role.UNIT_OFFICER)])
    narrow = [m for m in with_rows if 0 < len(resolved(m, user)) < m._base_manager.count()]
    assert len(narrow) >= 8


def test_rows_of_no_unit_are_nobodys(rows):
    user = holder_of([("T", "", Role.HEAD)])
    assert user.current_grants()[0].reach.is_everywhere
    seen = StoredFile.objects.for_user(user)
    assert seen.exists() and not seen.filter(unit=None).exists()


def test_the_province_is_everywhere_only_while_every_unit_is_below_it(rows):
    outside = make_unit("T-NGOAI", "Xã ngoài tỉnh", UnitKind.COMMUNE)
    rebuild_closure()
    user = holder_of([("T", "", Role.HEAD)])
    reach = user.current_grants()[0].reach
    assert not reach.is_everywhere and not reach.holds(outside)
    assert outside not in Unit.objects.for_user(user)


def test_scope_costs_no_query_after_the_first(rows):
    user = holder_of([("T-A", "", Role.UNIT_OFFICER)])
    user.reading_grants()[0].reach  # noqa: B018 - a cached property, read for its effect
    with CaptureQueriesContext(connection) as asked:
        queries = [
            str(ScopedQuerySet.for_user(m._default_manager.all(), user).query) for m in SCOPED
        ]
    assert not asked.captured_queries
    assert not [query for query in queries if "organizations_unitscope" in query]


def test_reaches_add_up():
    near, far = Reach(frozenset({1})), Reach(is_everywhere=True)
    assert (near | Reach(frozenset({2}))).ids == {1, 2}
    assert (near | far).is_everywhere and not (near | NOWHERE).is_everywhere
    assert not far.holds(Unit(code="chua-luu")), "a unit not saved yet is in nobody's area"


def test_paths_are_known_for_what_they_are():
    assert leads_to_many(Assignment, "parties__unit")
    assert not leads_to_many(Project, "component__program__code")
    assert is_never_null(Assignment, "plan__issuer")
    assert not is_never_null(StoredFile, "unit")
    assert not is_never_null(Project, "owner")
    with pytest.raises(FieldDoesNotExist):
        list(fields_of(Project, "ownr"))
