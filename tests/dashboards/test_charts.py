"""Charts of the start page: findings as titles, the figures behind them, files to take along."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from dashboards import charts, figures
from tests.alerts.cast import MILLION, make_programme, make_project, pay

TODAY = date(2023, 7, 3)


@pytest.fixture
def money(people, units):
    """District A at 10 %, district B at 90 %."""
    component = make_programme()
    slow = make_project("A1", units.commune_a1, component, 100 * MILLION)
    fast = make_project("B1", units.commune_b1, component, 100 * MILLION)
    pay(slow, 10 * MILLION, date(2023, 6, 30))
    pay(fast, 90 * MILLION, date(2023, 6, 30))


def of_province(people, units):
    money = figures.money_of(people.head, units.province, TODAY)
    return money, figures.place_lines(money, units.province, None)


def test_rates_of_places_by_programme_are_made_from_their_own_sums(money, people, units):
    whole, lines = of_province(people, units)
    rates = figures.program_rates(whole, lines)
    by_place = {place: rate for (place, _), rate in rates.items()}
    assert by_place == {
        units.district_a.pk: Decimal("10.00"),
        units.district_b.pk: Decimal("90.00"),
    }


def test_titles_say_what_is_found(money, people, units):
    whole, lines = of_province(people, units)
    assert charts.places_title(lines, whole.mark) == "1 trên 2 nơi dưới mốc tiến độ đều"
    months = charts.months_chart(whole)
    assert months.title == "Lũy kế T6 đạt 50,00 %, không dưới mốc tiến độ đều"
    assert [line.cells[0] for line in months.lines][:2] == ["T1", "T2"]


@pytest.mark.parametrize(("name", "kind"), [("dia-ban", "csv"), ("theo-thang", "png")])
def test_a_chart_is_taken_along(money, client_of, people, name, kind):
    reply = client_of(people.head).get(reverse("dashboards:chart", args=[name, kind]))
    assert reply.status_code == 200
    assert f'filename="{name}.{kind}"' in reply["Content-Disposition"]
    if kind == "csv":
        rows = reply.content.decode("utf-8-sig").splitlines()
        assert rows[2] == "Địa bàn, đơn vị;Kế hoạch (triệu đồng);Giải ngân (triệu đồng);Tỷ lệ (%)"
        assert "Huyện Bình;100;90;90,00" in rows
    else:
        assert reply.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(("name", "kind"), [("khong-co", "csv"), ("dia-ban", "exe")])
def test_what_nobody_draws_is_not_found(money, client_of, people, name, kind):
    url = reverse("dashboards:chart", args=[name, kind])
    assert client_of(people.head).get(url).status_code == 404


def test_who_has_no_such_start_page_gets_no_chart_of_it(money, client_of, people):
    url = reverse("dashboards:chart", args=["dia-ban", "csv"])
    assert client_of(people.head).get(url).status_code == 200
    for stranger in (people.officer_a, people.treasury, people.admin):
        assert client_of(stranger).get(url).status_code == 404


def test_the_curve_of_a_unit_is_for_who_may_read_the_unit(money, client_of, people, units):
    url = reverse("disbursement:chart", args=[units.district_b.pk, "csv"])
    own = client_of(people.officer_b).get(url)
    assert "90,00" in own.content.decode("utf-8-sig")
    assert client_of(people.officer_a).get(url).status_code == 404
