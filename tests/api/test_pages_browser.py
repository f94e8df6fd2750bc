"""The reference and the page of tokens in a real browser: on a phone, with every part open."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser_tools import (
    assert_no_csp_violations,
    assert_no_sideways_scroll,
    browser,
    chromium_path,
    shot,
    sign_in,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(chromium_path() is None, reason="máy này chưa có Chromium"),
]


@pytest.mark.parametrize("width", [390, 1440])
def test_reference_and_tokens(people, live_server, width):
    with browser() as chromium:
        page = chromium.page(width)
        sign_in(page, live_server.url, "officer_a", "mat-khau-dai")
        page.goto(f"{live_server.url}/api/")
        assert_no_sideways_scroll(page)
        shot(page, f"api_reference_{width}")
        for anchor in ("v1_projects_pay_create", "v1_payments_list", "v1_batches_send_create"):
            page.locator(f"#{anchor} > summary").click()
        assert (
            page.locator("#v1_projects_pay_create pre").get_by_text("Idempotency-Key").is_visible()
        )
        assert_no_sideways_scroll(page)
        page.locator("#v1_projects_pay_create").scroll_into_view_if_needed()
        shot(page, f"api_endpoint_{width}")
        make_token(page, live_server.url)
        assert_no_sideways_scroll(page)
        shot(page, f"api_token_{width}")
        assert_no_csp_violations(page)


def make_token(page, url):
    page.goto(f"{url}/api/ma-truy-cap/")
    page.get_by_label("Tên mã").fill("Phần mềm kế toán xã")
    page.get_by_label("Dùng đến hết ngày").fill(
        f"{timezone.localdate() + timedelta(days=30):%d/%m/%Y}"
    )
    page.get_by_label("Đọc công trình, vốn, giải ngân").check()
    page.get_by_label("Mật khẩu hiện tại").fill("mat-khau-dai")
    page.get_by_role("button", name="Lập mã").click()
    assert page.get_by_text("ntm_").first.is_visible()
