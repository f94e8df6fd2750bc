"""In a real browser: the database goes and comes back, two people edit, the session ends."""

import sqlite3
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from playwright.sync_api import expect

from jobs import runner
from jobs.models import FirstAnswer
from reporting.models import Report
from targets.models import Progress
from tests.bad_input.checks import signed_in
from tests.browser_tools import (
    assert_no_csp_violations,
    assert_no_sideways_scroll,
    browser,
    shot,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUBMIT, SAVE = "Kiểm tra và nộp", "Lưu nháp"


@pytest.fixture(autouse=True)
def no_worker(monkeypatch, settings):
    monkeypatch.setattr(runner, "ring", lambda job_id: None)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture(autouse=True)
def fresh_connection(transactional_db):
    """The tables are emptied over a connection that was not cut."""
    yield
    connections.close_all()


@pytest.fixture
def chromium():
    with browser() as running:
        yield running


@contextmanager
def locked_file():
    """SQLite: another process holds the file; the server gives up after its own time."""
    options = connections["default"].settings_dict["OPTIONS"]
    patience = options["timeout"]
    options["timeout"] = 0.2
    holder = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        holder.rollback()
        holder.close()
        options["timeout"] = patience


@contextmanager
def refusing_server():
    """PostgreSQL: every connection is cut and no new one is let in."""
    given = connection.settings_dict
    place = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"]}
    place |= {"password": given["PASSWORD"], "dbname": "postgres"}
    name = given["NAME"]
    connection.close()
    other = psycopg2.connect(**{key: value for key, value in place.items() if value})
    other.autocommit = True
    with closing(other), other.cursor() as admin:
        admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        try:
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def database_away():
    return locked_file() if connection.vendor == "sqlite" else refusing_server()


@pytest.fixture
def opened(chromium, live_server, people, fill_url):
    """opened(person, …): the report form of the district, signed in."""

    def open_for(person, width=1440, **options):
        page = chromium.page(width, **options)
        page.set_default_timeout(15_000)
        sign_in_again(page, live_server, person)
        page.goto(live_server.url + fill_url)
        return page

    return open_for


def sign_in_again(page, live_server, person):
    cookie = signed_in(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])


def type_in(page, filled):
    for name, value in filled.items():
        page.fill(f'[name="{name}"]', value)


@pytest.fixture
def typed(sent):
    return {name: value for name, value in sent.items() if name[:2] in ("t-", "m-", "n-")}


@pytest.mark.smoke
def test_a_report_sent_while_the_database_is_away_arrives_once(opened, people, typed):
    page = opened(people.officer_a)
    type_in(page, typed)
    with database_away():
        page.get_by_role("button", name=SUBMIT).click()
        expect(page.locator("h1")).to_have_text("Hệ thống đang khởi động lại")
        expect(page.locator("[data-resend-state]")).to_contain_text("Tự gửi lại sau")
        assert_no_csp_violations(page)
        assert_no_sideways_scroll(page)
        shot(page, "resend_1440")
    page.wait_for_url("**/bien-nhan/", timeout=30_000)
    report = Report.objects.get()
    assert report.events.filter(kind="submitted").count() == 1
    assert Progress.objects.count() == 1
    assert report.draft["n-results"] == typed["n-results"]
    assert page.get_by_text(report.receipt).count() >= 1
    # And "Back" with a second sending changes nothing.
    assert FirstAnswer.objects.count() == 1


def test_without_script_a_button_sends_it_again(opened, people, typed):
    page = opened(people.officer_a, 390, java_script_enabled=False)
    type_in(page, typed)
    with database_away():
        page.get_by_role("button", name=SUBMIT).click()
        expect(page.locator("h1")).to_have_text("Hệ thống đang khởi động lại")
        shot(page, "resend_390_no_script")
    page.click("text=Gửi lại ngay")
    page.wait_for_url("**/bien-nhan/")
    assert Report.objects.get().events.filter(kind="submitted").count() == 1


def theirs_first(people, half_year, typed, **other):
    report, _ = Report.objects.get_or_create(obligation=half_year.a)
    assert report.save_draft(people.standing, typed | other, version=report.version)


def autosave_now(page):
    """The page saves when the line is back, as it does every ten seconds."""
    with page.expect_response("**/luu-tam/") as waiting:
        page.evaluate("window.dispatchEvent(new Event('online'))")
    return waiting.value.status


def test_two_people_at_one_form_choose_box_by_box(opened, people, half_year, typed):
    page = opened(people.officer_a)
    type_in(page, typed | {"n-results": "Của tôi", "n-difficulties": "Khó khăn của tôi"})
    theirs = {"n-results": "Của người kia", "n-difficulties": "Khó khăn của người kia"}
    theirs_first(people, half_year, typed, **theirs)
    assert autosave_now(page) == 409
    panel = page.locator("[data-both-versions]")
    expect(panel).to_contain_text("Thường trực 1 đã lưu trước lúc")
    expect(panel).to_contain_text("Của người kia")
    expect(panel.locator("tbody tr")).to_have_count(2)
    assert page.input_value("[name=n-results]") == "Của tôi"
    panel.locator("[name=pick-n-results][value=theirs]").check()
    assert page.input_value("[name=n-results]") == "Của người kia"
    assert_no_sideways_scroll(page)
    assert_no_csp_violations(page)
    shot(page, "both_versions_1440")
    # Nothing is sent over the other version before somebody saves by hand.
    assert Report.objects.get().draft["n-difficulties"] == "Khó khăn của người kia"
    page.get_by_role("button", name=SAVE).click()
    page.wait_for_load_state()
    draft = Report.objects.get().draft
    assert draft["n-results"] == "Của người kia"
    assert draft["n-difficulties"] == "Khó khăn của tôi"


def test_all_of_one_version_with_one_click(opened, people, half_year, typed):
    page = opened(people.officer_a, 390)
    type_in(page, typed | {"n-results": "Của tôi", "n-next": "Kỳ tới của tôi"})
    theirs_first(people, half_year, typed, **{"n-results": "Của người kia"})
    assert autosave_now(page) == 409
    page.click("text=Lấy tất cả bản đã lưu")
    assert page.input_value("[name=n-results]") == "Của người kia"
    assert page.input_value("[name=n-next]") == ""
    page.click("text=Giữ tất cả bản đang gõ")
    assert page.input_value("[name=n-next]") == "Kỳ tới của tôi"
    assert_no_sideways_scroll(page)
    shot(page, "both_versions_390")


def test_typing_goes_on_when_the_session_ends(opened, live_server, people, typed):
    page = opened(people.officer_a)
    type_in(page, typed)
    Session.objects.all().delete()
    assert autosave_now(page) == 401
    expect(page.locator("[data-save-text]")).to_contain_text("Phiên đã hết")
    assert page.input_value("[name=n-results]") == typed["n-results"]
    kept = page.evaluate("Object.values(localStorage).join()")
    assert typed["n-results"] in kept
    assert not Report.objects.exclude(draft={}).exists()
    # The dialog of this very page signs in; what is kept is then sent by itself.
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("nội dung đang nhập vẫn còn")
    shot(page, "sign_in_again_1440")
    dialog.locator("[name=password]").fill("mat-khau-dai")
    with page.expect_response("**/luu-tam/") as waiting:
        dialog.get_by_role("button", name="Đăng nhập").click()
    assert waiting.value.status == 200
    expect(page.locator("[data-save-text]")).to_contain_text("Đã lưu")
    assert page.input_value("[name=n-results]") == typed["n-results"]
    assert Report.objects.get().draft["n-results"] == typed["n-results"]


def test_a_form_sent_after_the_session_ended_can_still_be_sent(opened, live_server, people, typed):
    page = opened(people.officer_a)
    type_in(page, typed)
    Session.objects.all().delete()
    page.get_by_role("button", name=SUBMIT).click()
    expect(page.locator("h1")).to_have_text("Phiên đã hết")
    shot(page, "session_ended_1440")
    sign_in_again(page, live_server, people.officer_a)
    page.click("text=Đã đăng nhập, gửi lại")
    page.wait_for_url("**/bien-nhan/")
    assert Report.objects.get().events.filter(kind="submitted").count() == 1
