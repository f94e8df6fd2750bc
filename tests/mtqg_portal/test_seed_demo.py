"""The demo province: its shape, its sums, its people; the command refuses a filled database."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf.global_settings import PASSWORD_HASHERS
from django.core.management import call_command
from django.db.models import Sum
from django.test import TestCase
from django.utils.timezone import localdate

from assignments.models import Assignment, AssignmentUpdate
from core.append_only import AppendOnlyError
from disbursement.chain import check_chain
from disbursement.figures import Denominator, open_books
from disbursement.models import LedgerEntry, Payment, Project
from documents.models import IssuedDocument
from mtqg_portal.demo import DEMO_PASSWORD, demo_accounts
from mtqg_portal.seeding.amounts import spread, spread_within
from mtqg_portal.seeding.build import build_demo
from notices.models import Notice
from organizations.models import Role, Unit, UnitScope, User
from periods.models import PeriodLock, Submission
from reporting.models import Consolidated, Obligation, Report, ReportEvent, Round
from targets.models import Progress, Target

RULE_DAY = date(2023, 6, 30)


class DemoProvinceTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.province = build_demo()

    def test_places_and_agencies(self):
        assert Unit.objects.districts().count() == 9
        assert Unit.objects.communes().count() == 80
        assert Unit.objects.agencies().count() >= 14
        names = list(Unit.objects.values_list("name", flat=True))
        assert len(names) == len(set(names))
        assert not Unit.objects.filter(sort_key="").exists()
        assert UnitScope.objects.filter(ancestor=self.province.unit).count() == len(names)

    def test_what_the_demo_tells_of_was_recorded_then_and_not_today(self):
        told = (
            (AssignmentUpdate, "at"),
            (ReportEvent, "at"),
            (Submission, "created_at"),
            (Progress, "recorded_at"),
            (PeriodLock, "locked_at"),
            (Consolidated, "built_at"),
            (Consolidated, "approved_at"),
            (IssuedDocument, "created_at"),
            (Notice, "created_at"),
            (LedgerEntry, "recorded_at"),
            (Payment, "recorded_at"),
        )
        for model, name in told:
            days = {f"{at:%Y-%m-%d}" for at in model.objects.values_list(name, flat=True) if at}
            assert days, model
            assert max(days) <= "2023-07-03", (model, max(days))
        for event in ReportEvent.objects.all():
            assert localdate(event.at) == event.on
        with self.assertRaises(AppendOnlyError):
            Payment.objects.all().update(recorded_at=None)

    def test_the_steps_of_a_report_follow_one_another(self):
        for report in Report.objects.exclude(submission=None):
            steps = [report.submission.created_at, *report.events.values_list("at", flat=True)]
            assert steps == sorted(steps), report

    def test_totals_of_2023_are_those_announced(self):
        total = open_books(2023, RULE_DAY).total()
        assert total.to_spend == 1_024_200_000_000
        assert total.paid == 382_846_000_000
        assert total.rate() == Decimal("37.38")
        assert total.rate(Denominator.YEAR_PLAN) < total.rate()
        assert Payment.objects.order_by("-paid_on").first().paid_on == RULE_DAY

    def test_2022_is_smaller_and_its_rest_is_carried_over(self):
        old = open_books(2022, date(2023, 1, 31)).total()
        assert 0 < old.to_spend < 1_024_200_000_000
        rest = old.to_spend - old.paid
        assert rest == open_books(2023, RULE_DAY).total().carried

    def test_eighteen_works_stand_still_in_three_districts_with_reasons(self):
        given = LedgerEntry.objects.filter(
            plan_year=2023, origin_year=2023, moment="start", project__isnull=False
        ).values("project")
        paid = Payment.objects.filter(
            plan_year=2023, origin_year=2023, moment="start", paid_on__lte=RULE_DAY
        ).values("project")
        still = Project.objects.filter(pk__in=given).exclude(pk__in=paid)
        assert still.count() == 18
        assert not still.filter(difficulty="").exists()
        assert {project.unit.parent_on(RULE_DAY).short_name for project in still} == {
            "Đá Biếc",
            "Mây Ngàn",
            "Suối Đàn",
        }
        assert still.filter(payments__origin_year=2022, payments__plan_year=2023).exists()

    def test_no_sum_below_passes_the_sum_above(self):
        for year in (2022, 2023):
            check = check_chain(year)
            assert check.checked > 0 and not check.breaks

    def test_no_vintage_of_a_project_is_overspent(self):
        keys = ("project", "source", "origin_year", "moment", "plan_year")
        plan = LedgerEntry.objects.filter(project__isnull=False).total_by(*keys)
        for key, paid in Payment.objects.all().total_by(*keys).items():
            assert paid <= plan[key]

    def test_advances_taken_back_never_pass_what_was_advanced(self):
        rows = Payment.objects.filter(kind__in=["advance", "recovery"]).order_by()
        for row in rows.values("project", "source", "origin_year", "plan_year", "moment").annotate(
            left=Sum("amount")
        ):
            assert row["left"] >= 0

    def test_tasks_of_both_plans(self):
        assert Assignment.objects.filter(plan__code="86/KH-BCĐ").count() == 29
        assert Assignment.objects.filter(
            occurrences__done_on=None, occurrences__due_on__lt=date(2023, 7, 3)
        ).exists()

    def test_eighteen_targets_and_district_shares_that_add_up(self):
        mine = Target.objects.filter(unit=self.province.unit, period="2023")
        assert mine.count() == 18
        for target in mine.filter(indicator__aggregation="sum"):
            shares = Target.objects.filter(indicator=target.indicator, period="2023").exclude(
                unit=self.province.unit
            )
            assert shares.aggregate(total=Sum("value"))["total"] == target.value

    def test_rounds_of_2022_are_done_and_the_open_one_is_mixed(self):
        states = {
            report_round.period: sorted(
                Report.objects.filter(obligation__round=report_round).values_list(
                    "state", flat=True
                )
            )
            for report_round in Round.objects.all()
        }
        assert states["2022-H1"] == states["2022"] == ["accepted"] * 9
        assert states["2023-H1"] == ["accepted", "returned"] + ["submitted"] * 3
        assert Obligation.objects.filter(round__period="2023-H1", done_on=None).count() == 4
        assert Progress.objects.official().filter(period="2022").exists()

    def test_one_account_for_each_role_signs_in(self):
        accounts = demo_accounts()
        assert len(accounts) == 13
        roles = set(Role.values)
        for row in accounts:
            user = User.objects.get(username=row["username"])
            roles -= {grant.role for grant in user.current_grants()}
            assert not user.is_superuser
        assert roles == set()
        with self.settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
            assert User.objects.get(username="mau.dabiec").check_password(DEMO_PASSWORD)

    def test_only_the_account_manager_enters_the_admin_site(self):
        staff = User.objects.filter(is_staff=True)
        assert [user.username for user in staff] == ["mau.quantri"]


@pytest.mark.django_db
def test_a_filled_database_is_left_alone(units, capsys):
    before = Unit.objects.count()
    call_command("seed_demo")
    assert Unit.objects.count() == before
    assert "đã có đơn vị" in capsys.readouterr().err


@pytest.mark.django_db
def test_no_accounts_are_told_before_the_seed(capsys):
    call_command("demo_accounts")
    assert "Chưa có tài khoản mẫu" in capsys.readouterr().out


@pytest.mark.parametrize(("total", "weights"), [(10, [1, 1, 1]), (7, [5, 0, 2]), (0, [1, 2])])
def test_parts_add_up_to_the_total(total, weights):
    assert sum(spread(total, weights)) == total


def test_what_does_not_fit_goes_where_there_is_room():
    assert spread_within(10, [9, 1, 0], [4, 8, 8]) == [4, 6, 0]
