"""A real browser for journeys: Debian's Chromium driven by Playwright.

with browser() as chromium:
    page = chromium.page(390)
    page.goto(live_server.url)
    assert_no_sideways_scroll(page)
    assert_no_csp_violations(page)
    shot(page, "start_390")
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {390: 844, 768: 1024, 1440: 900}
# Reports reach this list in the page itself; console messages name the same violations.
WATCH_CSP = """
window.cspViolations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.cspViolations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
});
"""
TOO_WIDE = """
() => [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest(".scroll"))
  .slice(0, 5)
  .map((e) => `${e.tagName}.${e.getAttribute("class")} "${e.textContent.trim().slice(0, 40)}"`)
"""


def chromium_path():
    """The browser of the machine, or None: journeys are then skipped with a reason."""
    usual = Path("/usr/bin/chromium")
    return str(usual) if usual.exists() else shutil.which("chromium")


class Chromium:
    """One browser process; each page has its own cookies and storage, like another person's."""

    def __init__(self, process):
        self.process = process

    def page(self, width=1440, **options):
        viewport = {"width": width, "height": HEIGHTS.get(width, 900)}
        context = self.process.new_context(viewport=viewport, locale="vi-VN", **options)
        page = context.new_page()
        page.add_init_script(WATCH_CSP)
        page.script_errors = []
        page.on("pageerror", lambda error: page.script_errors.append(str(error)))
        return page


@contextmanager
def browser():
    with sync_playwright() as driver:
        process = driver.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        try:
            yield Chromium(process)
        finally:
            process.close()


def sign_in(page, base_url, username, password):
    page.goto(f"{base_url}/dang-nhap/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", password)
    page.click("main [type=submit]")
    page.wait_for_load_state()


def shot(page, name):
    """A picture for people, only where PORTAL_SHOTS says to put it."""
    folder = os.environ.get("PORTAL_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def assert_no_sideways_scroll(page):
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, f"{page.url} scrolls sideways: {page.evaluate(TOO_WIDE)}"


def assert_no_csp_violations(page):
    """Call before leaving the page: the list belongs to the document now shown."""
    assert page.evaluate("window.cspViolations") == [], page.url
    assert page.script_errors == [], page.url
