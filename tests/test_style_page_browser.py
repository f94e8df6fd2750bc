"""The style page in a real browser: entry by keyboard and paste, drafts without a connection.

Files are answered from disk under the strict content policy; no server and no database.
"""

import json
import mimetypes
from pathlib import Path

import pytest
from django.template import Context
from django.template.loader import get_template
from django.test import RequestFactory

from mtqg_portal.styleguide import samples

from .browser_tools import (
    assert_no_csp_violations,
    assert_no_sideways_scroll,
    browser,
    chromium_path,
    shot,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="máy này chưa có Chromium"),
]
STATIC = Path(__file__).resolve().parent.parent / "static"
SITE = "http://portal.test"
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'"
BLOCK = '1.000\t2.000\tghi chú\r\n12,5 tỷ\t3.000\t"hai\ndòng"\r\n9\t9\r\n'
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
}"""
GOOD_NUMBERS = ["1.274.696,5", "1 274 696", "–", "", "-5", "34.180"]
BAD_NUMBERS = ["1.23", "1.2345", "1,2,3", "1e5", "12,5 tỷ"]
LOST = 0
STORED = "Object.values(localStorage).map((copy) => JSON.parse(copy).changes)"


class Site:
    """Answers the page, its static files and the draft address; `status` is the draft's answer."""

    def __init__(self):
        request = RequestFactory().get("/kieu-dang/", {"page": "6"})
        context = Context(samples() | {"request": request})
        html = get_template("styleguide.html").template.render(context)
        # A draft is sent every ten seconds; the test does not wait so long.
        self.html = html.replace('data-version="1"', 'data-version="1" data-autosave-every="100"')
        self.status = 200
        self.drafts = []

    def answer(self, route):
        request = route.request
        path = request.url.removeprefix(SITE).partition("?")[0]
        if request.method == "POST" and self.status == LOST:
            route.abort("internetdisconnected")
        elif request.method == "POST":
            self.drafts.append(request.post_data or "")
            body = json.dumps({"saved_at": "14:32"}) if self.status == 200 else "{}"
            route.fulfill(status=self.status, content_type="application/json", body=body)
        elif path.startswith("/static/"):
            name = path.removeprefix("/static/")
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            route.fulfill(body=(STATIC / name).read_bytes(), content_type=kind)
        else:
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self.html, content_type="text/html; charset=utf-8", headers=headers)


@pytest.fixture(scope="module")
def chromium():
    with browser() as running:
        yield running


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def page(chromium, site):
    opened = chromium.page(1440)
    opened.route(f"{SITE}/**", site.answer)
    opened.goto(f"{SITE}/kieu-dang/")
    yield opened
    opened.context.close()


def says(page, text):
    page.wait_for_function(
        "(t) => document.querySelector('[data-save-text]').textContent.includes(t)", arg=text
    )


def focused(page):
    return page.evaluate("document.activeElement.id")


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_no_sideways_scroll_and_no_breach_of_the_policy(chromium, site, width):
    page = chromium.page(width)
    page.route(f"{SITE}/**", site.answer)
    page.goto(f"{SITE}/kieu-dang/")
    shot(page, f"kieu_dang_{width}")
    assert_no_sideways_scroll(page)
    assert_no_csp_violations(page)
    page.context.close()


def test_errors_take_the_focus_and_the_title(page):
    assert page.title().startswith("Lỗi: ")
    assert page.evaluate("document.activeElement.className") == "errsum"
    page.click(".errsum a[href='#o2b']")
    assert focused(page) == "o2b"


def test_enter_and_arrows_walk_the_cells_but_not_out_of_a_half_edited_text(page):
    page.focus("#o1a")
    page.keyboard.press("Enter")
    assert focused(page) == "o2a"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "o1a"
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "o1b"


def test_a_block_from_excel_fills_the_cells_and_names_what_did_not_fit(page):
    page.focus("#o1a")
    page.evaluate(PASTE, BLOCK)
    cells = [page.input_value(f"#{cell}") for cell in ("o1a", "o1b", "o1c", "o2a", "o2b", "o2c")]
    assert cells == ["1.000", "2.000", "ghi chú", "12,5 tỷ", "3.000", "hai dòng"]
    assert page.inner_text("[data-paste-state]").startswith("Đã dán 6 ô. 2 ô không dán được")
    assert page.inner_text("#o2a_error").startswith("“12,5 tỷ” không phải số.")
    assert page.get_attribute("#o2a", "aria-invalid") == "true"


def test_numbers_are_read_as_the_server_reads_them(page):
    good, bad = [], []
    for typed in (*GOOD_NUMBERS, *BAD_NUMBERS):
        page.fill("#o1a", typed)
        page.focus("#o1c")
        (bad if page.query_selector("#o1a_error") else good).append(typed)
    assert (good, bad) == (GOOD_NUMBERS, BAD_NUMBERS)


def test_a_draft_survives_a_lost_connection_and_is_sent_when_it_is_back(page, site):
    site.status = LOST
    page.context.set_offline(True)
    page.fill("#o1b", "777")
    says(page, "Mất kết nối, giữ trên máy này, tự gửi khi có mạng (1 mục)")
    assert page.evaluate(STORED) == [{"o1b": "777"}]
    site.status = 200
    page.context.set_offline(False)
    says(page, "Đã lưu 14:32")
    assert page.evaluate(STORED) == []
    assert "777" in site.drafts[-1]


def test_what_the_server_did_not_take_comes_back_with_the_page(page, site):
    site.status = 503
    page.fill("#o1b", "999")
    says(page, "Chưa lưu được, giữ trên máy này")
    page.reload()
    assert page.input_value("#o1b") == "999"
    site.status = 200
    says(page, "Đã lưu 14:32")
    assert page.evaluate(STORED) == []


def test_a_conflict_stops_sending_and_keeps_the_copy(page, site):
    site.status = 409
    page.fill("#o1b", "5")
    says(page, "Biểu đã được sửa ở nơi khác")
    sent = len(site.drafts)
    page.wait_for_timeout(400)
    assert len(site.drafts) == sent
    assert page.evaluate(STORED) == [{"o1b": "5"}]
