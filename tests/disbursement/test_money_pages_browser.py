"""The envelope tree, a project and a statement in a real browser, with scripts and without."""

from datetime import date

import pytest
from django.urls import reverse

from tests.browser_tools import (
    assert_no_csp_violations,
    assert_no_sideways_scroll,
    browser,
    chromium_path,
    shot,
    sign_in,
)
from tests.disbursement.conftest import allot, pay

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium_path() is None, reason="máy này chưa có Chromium"),
]
OPEN, CLOSE = "a[aria-label='Mở {}']", "a[aria-label='Đóng {}']"


@pytest.fixture
def works(make_project, units):
    project = make_project("A-01", units.commune_a1)
    allot(project, 100)
    pay(project, 10, on=date(2023, 6, 1), voucher="CT-1")
    allot(make_project("B-01", units.commune_b1), 50)
    return project


def open_down_to_works(page):
    for name in ("Huyện An", "Xã An Một"):
        page.click(OPEN.format(name))
        page.wait_for_selector(CLOSE.format(name))
    assert page.get_by_role("link", name="Công trình A-01").is_visible()


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_places_open_in_place_and_stay_open_on_the_way_back(people, works, live_server, width):
    with browser() as chromium:
        page = chromium.page(width)
        sign_in(page, live_server.url, "head", "mat-khau-dai")
        page.goto(live_server.url + reverse("disbursement:overview"))
        open_down_to_works(page)
        assert_no_sideways_scroll(page)
        assert_no_csp_violations(page)
        shot(page, f"envelope_{width}")
        page.get_by_role("link", name="Công trình A-01").click()
        page.wait_for_url("**/cong-trinh/**")
        assert_no_sideways_scroll(page)
        assert_no_csp_violations(page)
        page.go_back()
        page.wait_for_selector(CLOSE.format("Xã An Một"))


def test_without_scripts_the_same_links_open_the_same_rows(people, works, live_server):
    with browser() as chromium:
        page = chromium.page(390, java_script_enabled=False)
        sign_in(page, live_server.url, "head", "mat-khau-dai")
        page.goto(live_server.url + reverse("disbursement:overview"))
        open_down_to_works(page)


def test_on_the_phone_what_lies_below_the_answer_is_folded(people, works, live_server):
    with browser() as chromium:
        for width, is_open in ((390, False), (1440, True)):
            page = chromium.page(width)
            sign_in(page, live_server.url, "head", "mat-khau-dai")
            page.goto(live_server.url + reverse("disbursement:overview"))
            folds = page.locator("details[data-fold]")
            assert folds.count() >= 2
            found = {fold.evaluate("fold => fold.open") for fold in folds.all()}
            assert found == {is_open}


@pytest.mark.parametrize("width", [390, 1440])
def test_a_statement_shows_its_rows_at_every_width(people, works, live_server, width):
    with browser() as chromium:
        page = chromium.page(width)
        sign_in(page, live_server.url, "head", "mat-khau-dai")
        url = reverse("disbursement:project_statement", args=[works.pk])
        page.goto(f"{live_server.url}{url}?biet=01/06/2023")
        assert page.get_by_text("CT-1").first.is_visible()
        assert page.get_by_role("heading", name="Ghi sau thời điểm đã chọn").is_visible()
        assert_no_sideways_scroll(page)
        assert_no_csp_violations(page)
        shot(page, f"statement_{width}")
