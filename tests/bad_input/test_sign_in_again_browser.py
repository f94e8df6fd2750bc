"""In a real browser: the session ends while a form is filled; it goes once, by its own person."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import expect

from organizations.models import EventKind, SecurityEvent
from organizations.second_factor import SecondFactor, new_secret
from reporting.models import Report
from tests.bad_input.test_browser import (  # noqa: F401
    SUBMIT,
    autosave_now,
    chromium,
    fresh_connection,
    no_worker,
    opened,
    type_in,
    typed,
)
from tests.browser_tools import assert_no_csp_violations, assert_no_sideways_scroll, shot
from tests.central_server import CLIENT, SECRET, central_server
from tests.test_sign_in import PASSWORD
from tests.test_sign_in_codes import code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TAKEN_OVER = "#again-username"


def end_session(page):
    """As after half an hour without work; the page learns it from its next saving."""
    Session.objects.all().delete()
    assert autosave_now(page) == 401
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("nội dung đang nhập vẫn còn")
    return dialog


def send_twice_at_once(page):
    """A double click; the browser may drop the first sending for the second."""
    page.get_by_role("button", name=SUBMIT).dblclick()
    page.wait_for_url("**/bien-nhan/")


def assert_sent_once(person, typed):  # noqa: F811
    report = Report.objects.get()
    sent = report.events.get(kind="submitted")
    assert sent.actor == person
    assert {name: report.draft[name] for name in typed} == typed


@pytest.mark.parametrize("width", [1440, 390])
def test_signed_in_again_in_the_dialog_the_form_goes_once(opened, people, typed, width):  # noqa: F811
    secret = new_secret()
    page = opened(people.officer_a, width)
    SecondFactor(people.officer_a).switch_on(secret, code_of(secret))
    type_in(page, typed)
    dialog = end_session(page)
    expect(dialog.locator(TAKEN_OVER)).to_have_value("officer_a")
    expect(dialog.locator("[name=password]")).to_be_focused()
    dialog.locator("[name=password]").fill("sai")
    dialog.get_by_role("button", name="Đăng nhập").click()
    expect(dialog.get_by_role("alert")).to_have_text("Tên đăng nhập hoặc mật khẩu không đúng.")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Đăng nhập").click()
    expect(dialog.locator("[name=code]")).to_be_focused()
    assert_no_sideways_scroll(page)
    shot(page, f"again_code_{width}")
    assert not Report.objects.exclude(draft={}).exists()
    dialog.locator("[name=code]").fill(code_of(secret, ahead=1))
    with page.expect_response("**/luu-tam/") as saved:
        dialog.get_by_role("button", name="Đăng nhập").click()
    assert saved.value.status == 200
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert {name: page.input_value(f'[name="{name}"]') for name in typed} == typed
    assert_no_csp_violations(page)
    send_twice_at_once(page)
    assert_sent_once(people.officer_a, typed)


def test_put_off_the_dialog_leaves_the_form_and_the_next_saving_asks_again(
    opened,  # noqa: F811
    people,
    typed,  # noqa: F811
):
    page = opened(people.officer_a)
    type_in(page, typed)
    end_session(page).get_by_role("button", name="Để sau").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.input_value("[name=n-results]") == typed["n-results"]
    assert autosave_now(page) == 401
    expect(page.locator("dialog[open]")).to_have_count(1)


def test_another_person_in_the_dialog_sends_nothing_of_the_first(opened, people, typed):  # noqa: F811
    page = opened(people.officer_a)
    type_in(page, typed)
    dialog = end_session(page)
    dialog.locator(TAKEN_OVER).evaluate("box => { box.readOnly = false; }")
    dialog.locator(TAKEN_OVER).fill("officer_b")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator("body")).to_have_attribute("data-username", "officer_b")
    assert not Report.objects.exclude(draft={}).exists()


def test_sent_first_and_signed_in_on_the_sign_in_page_the_form_goes_once(
    opened,  # noqa: F811
    people,
    typed,  # noqa: F811
):
    page = opened(people.officer_a)
    type_in(page, typed)
    Session.objects.all().delete()
    page.get_by_role("button", name=SUBMIT).click()
    expect(page.locator("h1")).to_have_text("Phiên đã hết")
    expect(page.locator("details li").first).to_be_attached()
    page.get_by_role("button", name="Đã đăng nhập, gửi lại").click()
    expect(page.locator("[data-resend-state]")).to_contain_text("Chưa thấy đăng nhập xong")
    assert_no_csp_violations(page)
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Đăng nhập ở cửa sổ mới").click()
    window = opening.value
    window.fill("[name=username]", "officer_a")
    window.fill("[name=password]", PASSWORD)
    window.click("main [type=submit]")
    expect(window.locator("body")).to_have_attribute("data-username", "officer_a")
    page.get_by_role("button", name="Đã đăng nhập, gửi lại").click()
    page.wait_for_url("**/bien-nhan/")
    assert_sent_once(people.officer_a, typed)


@pytest.fixture
def central(settings):
    with central_server() as server:
        settings.OIDC_ISSUER = server.issuer
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
        settings.OIDC_LABEL = "tài khoản tỉnh"
        settings.ROOT_URLCONF = "tests.central_urls"
        yield server
    cache.clear()


def test_the_central_sign_in_in_a_tab_of_its_own_brings_the_form_through(
    opened,  # noqa: F811
    people,
    typed,  # noqa: F811
    central,
):
    SocialAccount.objects.create(user=people.officer_a, provider=central.issuer, uid="s-1")
    page = opened(people.officer_a)
    type_in(page, typed)
    dialog = end_session(page)
    assert_no_csp_violations(page)
    with page.context.expect_page() as opening:
        dialog.get_by_role("link", name="Đăng nhập bằng tài khoản tỉnh").click()
    expect(opening.value.locator("body")).to_have_attribute("data-username", "officer_a")
    shot(page, "again_central_1440")
    with page.expect_response("**/luu-tam/") as saved:
        dialog.get_by_role("button", name="Đã đăng nhập ở thẻ mới, tiếp tục").click()
    assert saved.value.status == 200
    send_twice_at_once(page)
    assert_sent_once(people.officer_a, typed)
    event = SecurityEvent.objects.filter(kind=EventKind.SIGNED_IN).latest("number")
    assert event.detail == {"door": "đăng nhập tập trung"}


def test_from_the_sign_in_page_to_the_central_server_and_back(
    chromium,  # noqa: F811
    live_server,
    people,
    central,
):
    """The content policy stands in nobody's way: a browser follows the link to another host."""
    page = chromium.page(390)
    page.goto(f"{live_server.url}/dang-nhap/?next=/thong-bao/")
    assert_no_sideways_scroll(page)
    shot(page, "central_390")
    page.get_by_role("link", name="Đăng nhập bằng tài khoản tỉnh").click()
    expect(page.locator("h1")).to_have_text("Chưa nối với tài khoản nào của cổng")
    assert_no_sideways_scroll(page)
    shot(page, "central_unknown_390")
    SocialAccount.objects.create(user=people.officer_a, provider=central.issuer, uid="s-1")
    page.get_by_role("link", name="Về trang đăng nhập").click()
    page.get_by_role("link", name="Đăng nhập bằng tài khoản tỉnh").click()
    page.wait_for_url("**/thong-bao/")
    expect(page.locator("body")).to_have_attribute("data-username", "officer_a")
    assert_no_csp_violations(page)
