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
BLOCK = '1000\t2.000,5\tghi chú\r\n12,5 tỷ\t3000\t"hai\ndòng"\r\n9\t9\r\n'
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
}"""
CASES = json.loads((Path(__file__).parent / "core" / "number_cases.json").read_text())
ASKED = "34.181"
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
    assert cells == ["1000", "2.000,5", "ghi chú", "12,5 tỷ", "3000", "hai dòng"]
    assert page.inner_text("[data-line=paste]").startswith("Đã dán 6 ô. 2 ô không dán được")
    assert page.inner_text("#o2a_error").startswith("“12,5 tỷ” không phải số.")
    assert page.get_attribute("#o2a", "aria-invalid") == "true"


def test_numbers_are_read_as_the_server_reads_them(page):
    """The same table of cases as tests/core/test_numbers.py, in the real browser."""
    read = page.evaluate(
        "(cases) => cases.map(([kind, unit, raw]) => readNumber(raw, kind, unit))", CASES
    )
    assert len(read) == len(CASES) > 60
    told = [r["readings"] or (False if r["fault"] else r["value"]) for r in read]
    wrong = [(case, got) for case, got in zip(CASES, told, strict=True) if case[3] != got]
    assert not wrong


def test_a_number_of_two_readings_is_asked_with_its_unit_and_settled_by_one_press(page):
    page.fill("#o1a", ASKED)
    page.keyboard.press("Tab")
    both = ["34.181 triệu đồng (34.181.000.000 đồng)", "34,181 triệu đồng (34.181.000 đồng)"]
    assert page.inner_text("#o1a_error") == f"“{ASKED}” là {' hay '.join(both)}? Xin xác nhận."
    assert page.get_attribute("#o1a", "aria-invalid") == "true"
    choices = page.locator("#o1a ~ [data-readings] button")
    assert choices.all_inner_texts() == both
    shot(page, "o_hoi_cach_doc")
    assert_no_sideways_scroll(page)
    choices.nth(1).click()
    assert page.input_value("#o1a") == "34,181" and focused(page) == "o1a"
    assert page.query_selector("#o1a_error") is None
    assert page.locator("#o1a ~ [data-readings]").count() == 0


def test_the_question_is_answered_by_keyboard_alone(page):
    page.fill("#o1a", ASKED)
    page.keyboard.press("Tab")
    page.focus("#o1a")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.input_value("#o1a") == "34181" and focused(page) == "o1a"


def test_typing_another_number_takes_the_question_away(page):
    page.fill("#o1a", ASKED)
    page.keyboard.press("Tab")
    page.fill("#o1a", "34181,5")
    page.focus("#o1c")
    assert page.query_selector("#o1a_error") is None
    assert page.locator("#o1a ~ [data-readings]").count() == 0


def test_escape_takes_back_what_was_typed_since_the_cell_was_entered(page):
    page.fill("#o1b", "777")
    page.focus("#o1a")
    page.focus("#o1b")
    page.keyboard.type("12x")
    page.keyboard.press("Escape")
    assert page.input_value("#o1b") == "777"
    assert page.query_selector("#o1b_error") is None


def test_a_fault_of_the_server_stays_until_the_figure_is_changed(page):
    page.focus("#o2b")
    page.focus("#o2c")
    assert page.inner_text("#o2b_error") == "Lớn hơn kế hoạch 58.640"
    page.fill("#o2b", "50000")
    page.focus("#o2c")
    assert page.query_selector("#o2b_error") is None


def test_the_summary_under_the_table_links_to_every_faulty_cell(page):
    page.focus("#o1a")
    page.evaluate(PASTE, "x\t1.000.000\r\n2.000\t9\r\n")
    line = page.locator("[data-line=faults]")
    assert line.inner_text().startswith("Còn 2 ô phải xem lại: ")
    assert line.locator("a").count() == 2
    line.locator("a").nth(1).click()
    assert focused(page) == "o2a"
    page.fill("#o2a", "2000")
    page.fill("#o1a", "5")
    page.focus("#o1c")
    assert line.inner_text() == ""


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


def test_what_is_chosen_of_a_long_list_stands_above_it_and_is_taken_off_there(page):
    pick = page.locator("[data-pick]").first
    chips, lines = pick.locator("[data-pick-chosen] button"), pick.locator(".form-check")
    assert chips.all_inner_texts() == ["Huyện Đá Biếc ✕", "Huyện Suối Đàn ✕"]
    assert lines.all_inner_texts()[:2] == ["Huyện Đá Biếc", "Huyện Suối Đàn"], "chosen come first"
    pick.get_by_role("searchbox").fill("ben sen")
    assert pick.locator(".form-check:visible").all_inner_texts() == ["Thị xã Bến Sen"]
    lines.filter(has_text="Bến Sen").locator("input").check()
    assert pick.locator("[data-pick-count]").inner_text() == "Đã chọn 3 trên 6."
    chips.first.press("Enter")
    ticked = pick.locator("input:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    assert ticked == ["Huyện Suối Đàn", "Thị xã Bến Sen"] and chips.count() == 2
    assert_no_sideways_scroll(page)
