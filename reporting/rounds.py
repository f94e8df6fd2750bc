"""Opening a round: its days, and who owes a report in it.

Dates: indicators are cut off by Decree 09/2019 art. 12 (first half-year: 14/6), money at the
calendar end of the period (30/6, 31/12); each column of a report states its own day.
"""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from core.periods import CutoffRule, Period, cutoff
from core.transitions import InvalidTransition
from notices.models import Notice, NoticeKind
from organizations.models import SteeringCommittee, Unit, UnitKind
from organizations.models.units import valid_on

from .models import Obligation, Round, RoundKind

DAYS_TO_SEND = 10


def check_period(kind, period):
    """A half-year report is for a half-year, a yearly one for a year."""
    is_half = "-H" in str(period)
    is_year = "-" not in str(period)
    if (kind == RoundKind.HALF_YEAR and not is_half) or (kind == RoundKind.YEAR and not is_year):
        raise InvalidTransition(f"Kỳ {period} không hợp với loại báo cáo đã chọn.")


@transaction.atomic
def open_round(kind, period, *, today, user=None, due_on=None):
    """Makes the round and one obligation per unit; again it only adds what is missing.

    Returns (round, number of obligations made now).
    """
    period = Period.parse(str(period))
    check_period(kind, period)
    money_on = cutoff(period, CutoffRule.CALENDAR)
    report_round, _ = Round.objects.get_or_create(
        kind=kind,
        period=str(period),
        defaults={
            "opened_on": today,
            "due_on": due_on or money_on + timedelta(days=DAYS_TO_SEND),
            "figures_on": cutoff(period, CutoffRule.ND09),
            "money_on": money_on,
            "opened_by": user,
        },
    )
    committee = province_committee(money_on)
    units = units_that_report(committee.unit, money_on)
    made = [owe(report_round, unit, committee.standing_agency) for unit in units]
    return report_round, sum(made)


def units_that_report(province, day):
    """The districts of that day; since 01/7/2025 there are none and communes report directly."""
    units = Unit.objects.below(province, day).valid_on(day)
    found = list(units.districts() or units.communes())
    if not found:
        raise InvalidTransition(f"Không có huyện, xã nào có hiệu lực vào ngày {day:%d/%m/%Y}.")
    return found


def the_province():
    """Whose rounds these are; None before there are units."""
    return Unit.objects.filter(kind=UnitKind.PROVINCE).order_by("pk").first()


def province_committee(day):
    committee = (
        SteeringCommittee.objects.filter(valid_on(day), unit__kind=UnitKind.PROVINCE)
        .select_related("unit", "standing_agency")
        .first()
    )
    if committee is None:
        raise InvalidTransition(f"Chưa có Ban Chỉ đạo cấp tỉnh vào ngày {day:%d/%m/%Y}.")
    return committee


def owe(report_round, unit, reviewer):
    """One obligation and one notice, once; True when it is new."""
    _, is_new = Obligation.objects.get_or_create(
        round=report_round,
        unit=unit,
        defaults={"reviewer": reviewer, "due_on": report_round.due_on},
    )
    Notice.objects.send(
        key=f"round-{report_round.pk}-{unit.pk}",
        unit=unit,
        kind=NoticeKind.OPENED,
        subject=f"{report_round}: hạn nộp {report_round.due_on:%d/%m/%Y}",
        url=reverse("reporting:start"),
    )
    return is_new
