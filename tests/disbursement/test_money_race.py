"""Two officers on one project at the same moment: one wins, the other is told both figures."""

import threading
from datetime import date

import pytest
from django.db import connection

from core.transitions import InvalidTransition
from disbursement import acts
from disbursement.allotting import Allot
from disbursement.correcting import Correct
from disbursement.integrity import integrity_checks
from disbursement.models import EntryKind, LedgerEntry, Payment, PaymentKind, Project
from disbursement.moving import Transfer
from disbursement.payments import record_payment
from organizations.models import LegalDocument
from tests.disbursement.conftest import MILLION, allot
from tests.disbursement.test_allotting import money
from tests.no_skips import ONLY_POSTGRESQL

TODAY, DAY = date(2023, 7, 3), date(2023, 6, 1)


def at_once(*works):
    """Each in its own thread and connection, begun together; gives results or refusals."""
    gate, out = threading.Barrier(len(works)), {}

    def go(number, work):
        try:
            gate.wait(10)
            out[number] = work()
        except InvalidTransition as refusal:
            out[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [out[number] for number in range(len(works))]


@pytest.fixture
def scene(transactional_db, make_project, people, units):
    project, other = make_project("P"), make_project("Q", unit=units.commune_b1)
    allot(project, 100)
    decision = LegalDocument.objects.create(
        number="1/QĐ", kind="decision", issuer="x", issued_on=date(2023, 1, 1), abstract="x"
    )

    def cut(amount, user):
        act = Allot(EntryKind.CUT, amount * MILLION, 2023, money(), decision, DAY, project=project)
        return lambda: act.book(user=user, today=TODAY)

    def move(amount, user):
        act = Transfer(project, other, amount * MILLION, 2023, money(), decision, DAY)
        return lambda: act.book(user=user, today=TODAY)

    def pay(amount, user):
        return lambda: record_payment(
            project, kind=PaymentKind.VOLUME, amount=amount * MILLION, paid_on=DAY,
            plan_year=2023, user=user, voucher=f"CT{amount}", **money(),
        )  # fmt: skip

    return {"cut": cut, "move": move, "pay": pay}


@pytest.mark.parametrize(("one", "other"), [("cut", "cut"), ("move", "pay"), ("cut", "move")])
def test_of_two_who_take_more_than_there_is_one_wins(scene, people, one, other):
    results = at_once(scene[one](60, people.standing), scene[other](61, people.standing2))
    lost = [result for result in results if isinstance(result, InvalidTransition)]
    assert len(lost) == 1
    # What is left now and what was asked for; which of the two, the race decides.
    assert any(f"{left} triệu đồng" in str(lost[0]) for left in (39, 40))
    left = (LedgerEntry.objects.filter(project__code="P").total() or 0) - (
        Payment.objects.total() or 0
    )
    assert left in (39 * MILLION, 40 * MILLION)
    assert all(check["ok"] for check in integrity_checks())


def test_two_who_leave_enough_both_win(scene, people):
    results = at_once(scene["cut"](40, people.standing), scene["move"](60, people.standing2))
    assert not [result for result in results if isinstance(result, InvalidTransition)]
    assert LedgerEntry.objects.filter(project__code="P").total() == 0


def test_one_entry_is_mended_once(scene, people):
    row = LedgerEntry.objects.get()

    def mend(amount, user):
        return lambda: Correct(row, "Nhầm", amount=amount * MILLION).book(user=user, today=TODAY)

    results = at_once(mend(90, people.standing), mend(80, people.standing2))
    lost = [result for result in results if isinstance(result, InvalidTransition)]
    assert len(lost) == 1 and "đã được đảo" in str(lost[0])
    assert LedgerEntry.objects.count() == 3


def test_without_the_locks_both_would_win(scene, people, monkeypatch):
    """Control: the locks decide the race, not luck."""
    if connection.vendor != "postgresql":
        pytest.skip(ONLY_POSTGRESQL)
    gate = threading.Barrier(2)
    check = acts.Posting.check

    def slow(self, today):
        check(self, today)
        gate.wait(10)

    monkeypatch.setattr(acts, "lock_books", lambda *units: [])
    monkeypatch.setattr(Project.objects.none().__class__, "select_for_update", as_it_is)
    monkeypatch.setattr(acts.Posting, "check", slow)
    results = at_once(scene["cut"](60, people.standing), scene["cut"](61, people.standing2))
    assert not [result for result in results if isinstance(result, InvalidTransition)]
    assert LedgerEntry.objects.filter(project__code="P").total() == -21 * MILLION


def as_it_is(self, **options):
    return self
