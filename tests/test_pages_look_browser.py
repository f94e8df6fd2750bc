"""Every page of the demo province as people meet it: readable by everybody, at every width, on
paper, without script, on a weak connection.

The province is seeded once for the module, in the test database and never in another.
"""

import re
import zlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import setup_databases, teardown_databases
from django.urls import reverse
from openpyxl import Workbook
from pytest_django.live_server_helper import LiveServer
from whitenoise.compress import Compressor

from assignments.models import Assignment
from disbursement.models import LedgerEntry, Project, TreasuryLine
from documents.models import IssuedDocument
from jobs import runner
from organizations.models import Unit, User
from programs.models import Program
from reporting.models import Consolidated, Obligation
from targets.models import Target

from .browser_tools import (
    TOO_WIDE,
    assert_no_csp_violations,
    assert_no_sideways_scroll,
    browser,
    shot,
    sign_in,
)
from .routes import named_without_arguments

pytestmark = pytest.mark.browser
PASSWORD = "Mau@2023portal"
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
FIRST_LOAD = 150_000
SIGNED_IN = ("mau.truongban", "mau.thuongtruc", "mau.dabiec", "mau.khobac")
# Not pages for people in a browser: probes, the API, Django's own administration, the style page
# (there is a test of its own), sign-in (seen signed out).
NOT_HERE = re.compile(
    r"^(healthz|readyz|api:|admin:|admin_sign_in|admin_password|styleguide|login|logout)"
)


@dataclass(frozen=True)
class Site:
    """The address of the portal with the demo province in it, and who is signed in there."""

    url: str
    cookies: dict[str, str]

    def page(self, chromium, username, width=1440, **options):
        page = chromium.page(width, **options)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.cookies[username]}
        page.context.add_cookies([cookie | {"url": self.url}])
        return page


@pytest.fixture(scope="module")
def database(django_db_setup, django_db_blocker):
    """The test database, also where no other test of the run asks for one."""
    with django_db_blocker.unblock():
        is_ready = Path(connection.settings_dict["NAME"]).name.startswith("test")
        made = None if is_ready else setup_databases(0, interactive=False, aliases={"default"})
        assert Path(connection.settings_dict["NAME"]).name.startswith("test")
        yield
        call_command("flush", interactive=False, verbosity=0)
        if made:
            teardown_databases(made, 0)


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    changed = {
        "PORTAL_TODAY": date(2023, 7, 3),
        "PASSWORD_HASHERS": HASHERS,
        "MEDIA_ROOT": tmp_path_factory.mktemp("media"),
        "ALLOWED_HOSTS": ["*"],
    }
    with (
        override_settings(**changed),
        pytest.MonkeyPatch.context() as m,
    ):
        m.setattr(runner, "ring", lambda job_id: None)
        m.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        call_command("seed_demo", verbosity=0)
        add_projects(230)
        server = LiveServer("localhost")
        yield Site(server.url, {name: cookie_of(name) for name in SIGNED_IN})
        server.stop()


def cookie_of(username):
    client = Client()
    client.force_login(User.objects.get(username=username), settings.AUTHENTICATION_BACKENDS[-1])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def add_projects(count):
    """More works in one commune than a page holds, each with money."""
    given = LedgerEntry.objects.exclude(project=None).filter(plan_year=2023)
    like = given.filter(project__unit__kind="commune")[0]
    project = like.project
    for number in range(count):
        project.pk, project.code, project.name = None, f"DAI-{number:04d}", f"Đường số {number}"
        project._state.adding = True
        project.save()
        like.pk, like.project, like.amount = None, project, 1_000_000
        like._state.adding = True
        like.save()


@pytest.fixture(scope="module")
def chromium():
    with browser() as running:
        yield running


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.ALLOWED_HOSTS = ["*"]


def district():
    return Unit.objects.get(name="Huyện Đá Biếc")


def owed_by(unit):
    return Obligation.objects.filter(unit=unit, done_on=None).latest("round__due_on")


def pages_of_objects():
    """One page of each kind that shows one row."""
    project, target = Project.objects.first(), Target.objects.first()
    task, sent = Assignment.objects.first(), Obligation.objects.exclude(done_on=None)
    unit, last = district(), Consolidated.objects.latest("pk")
    rows = {
        "assignments:detail": task.pk,
        "assignments:progress": task.pk,
        "disbursement:unit": unit.pk,
        "disbursement:project": project.pk,
        "disbursement:payment_create": project.pk,
        "disbursement:reconcile_project": project.pk,
        "disbursement:match_line": TreasuryLine.objects.filter(project=None).first().pk,
        "documents:detail": IssuedDocument.objects.first().pk,
        "organizations:detail": unit.code,
        "programs:detail": Program.objects.first().code,
        "reporting:consolidated": last.pk,
        "reporting:fill": owed_by(unit).pk,
        "reporting:receipt": sent.first().pk,
        "reporting:review": sent.filter(report__state="submitted").first().pk,
        "reporting:round": last.round_id,
        "targets:detail": target.pk,
        "targets:edit": target.pk,
        "targets:entry": target.pk,
    }
    return {name: reverse(name, args=[key]) for name, key in rows.items()}


def pages_without_arguments():
    names = [name for name in named_without_arguments() if not NOT_HERE.match(name)]
    return {name: reverse(name) for name in names}


def opened(page, site, path):
    """Whether the page can be looked at: shown to this person, and not a file to download."""
    answer = page.context.request.get(f"{site.url}{path}", max_redirects=0)
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    if answer.status != 200 or not is_page or "attachment" in str(answer.headers):
        return False
    page.goto(f"{site.url}{path}")
    return True


def flaws(page, axe):
    """What is wrong with the page for who does not see, use a mouse or a wide window."""
    found = []
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        report = axe.run(page, options=AXE).response
        found += [
            f"{width}: {one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
            for one in report["violations"]
        ]
        found += too_wide(page, width)
    page.set_viewport_size({"width": 720, "height": 450})  # a desk of 1440 at 200 %
    return found + too_wide(page, 720)


def too_wide(page, width):
    is_wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [f"{width}: sideways {page.evaluate(TOO_WIDE)}"] if is_wide else []


@pytest.mark.parametrize(
    ("username", "at_least"), [("mau.thuongtruc", 30), ("mau.dabiec", 4), ("mau.truongban", 2)]
)
def test_every_page_is_readable_by_everybody_at_every_width(site, chromium, username, at_least):
    page, axe = site.page(chromium, username), Axe()
    paths = OWN_PAGES[username]() if username in OWN_PAGES else every_page()
    found, seen = defaultdict(list), []
    for name, path in paths.items():
        if opened(page, site, path):
            seen.append(name)
            found[name] += flaws(page, axe)
            found[name] += page.evaluate("window.cspViolations") + page.script_errors
    page.context.close()
    assert len(seen) >= at_least, seen
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def every_page():
    return pages_without_arguments() | pages_of_objects()


OWN_PAGES = {
    "mau.dabiec": lambda: {
        "dashboards:start": "/",
        "reporting:start": reverse("reporting:start"),
        "reporting:fill": reverse("reporting:fill", args=[owed_by(district()).pk]),
        "disbursement:zero_review": reverse("disbursement:zero_review"),
    },
    "mau.truongban": lambda: {
        "dashboards:start": "/",
        "reporting:consolidated": reverse(
            "reporting:consolidated", args=[Consolidated.objects.latest("pk").pk]
        ),
    },
}


def test_sign_in_is_readable_and_a_bad_page_is_found(site, chromium):
    page, axe = chromium.page(1440), Axe()
    page.goto(f"{site.url}{reverse('login')}")
    assert flaws(page, axe) == []
    # The control: the same eyes see what is wrong.
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        '\'<img src="/static/img/mark.svg" width="900"><input>\')'
    )
    spoiled = " ".join(flaws(page, axe))
    assert "image-alt" in spoiled and "label" in spoiled and "sideways" in spoiled
    page.context.close()


def test_the_focus_is_seen_wherever_the_keyboard_goes(site, chromium):
    page = site.page(chromium, "mau.dabiec")
    page.goto(f"{site.url}{reverse('reporting:fill', args=[owed_by(district()).pk])}")
    ring = """() => { const at = document.activeElement, css = getComputedStyle(at);
        const box = at.closest('.file-box') || at, own = getComputedStyle(box);
        return [at.tagName, css.outlineStyle, parseFloat(css.outlineWidth), own.outlineStyle]; }"""
    rings = []
    for _ in range(40):
        page.keyboard.press("Tab")
        rings.append(page.evaluate(ring))
    unseen = [one for one in rings if one[0] != "BODY" and (one[1] == "none" or one[2] < 2)]
    assert len({one[0] for one in rings} & {"A", "INPUT", "BUTTON"}) == 3
    assert unseen == []
    page.context.close()


def test_charts_are_read_by_keyboard_and_pointer(site, chromium):
    page = site.page(chromium, "mau.truongban")
    page.goto(site.url)
    figures = page.locator("figure[data-chart]")
    assert figures.count() == 4
    line = figures.filter(has_text="Lũy kế T6")
    words = line.locator("[data-chart-read]")
    line.locator("[data-chart-box]").first.focus()
    page.keyboard.press("End")
    assert words.inner_text().startswith("T12: mốc tiến độ đều 100,00 %")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert words.inner_text().startswith("T2:")
    page.keyboard.press("Escape")
    assert words.inner_text() == ""
    bars = figures.first
    bars.locator("svg").first.locator(".rd").last.hover()
    assert re.search(r"\d+,\d{2} %", bars.locator("[data-chart-read]").inner_text())
    assert_no_csp_violations(page)
    page.context.close()


def test_paper_has_no_navigation_and_names_the_day_of_its_figures(site, chromium):
    page = site.page(chromium, "mau.truongban")
    for name, path in (("start", "/"), ("von", reverse("disbursement:overview"))):
        page.goto(f"{site.url}{path}")
        with pdfplumber.open(BytesIO(page.pdf(prefer_css_page_size=True))) as sheets:
            first, text = sheets.pages[0], "".join(sheet.extract_text() for sheet in sheets.pages)
            assert (round(first.width), round(first.height)) == (595, 842), "A4"
            assert first.chars and min(char["x0"] for char in first.chars) > 70
        assert "30/06/2023" in text, name
        assert "Đăng xuất" not in text and "Tìm nhiệm vụ" not in text
        assert "Chỉ tiêu\nBáo cáo" not in text
    page.context.close()


def collected(tmp_path):
    root = tmp_path / "static"
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": PACKED}}
    return root, {"STATIC_ROOT": str(root), "STORAGES": storages, "DEBUG": False}


PACKED = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
PACKER = Compressor(use_gzip=False, quiet=True)


class Scales:
    """Weighs what the browser really asks for: files as WhiteNoise sends them, pages as the
    proxy does (`encode` in deploy/Caddyfile)."""

    def __init__(self, root):
        self.root = root
        self.weights = {}

    def answer(self, route):
        name = route.request.url.partition("/static/")[2]
        path = self.root / name
        # Packed when asked for: beforehand, every file of every library took most of the time.
        if PACKER.should_compress(path.name):
            PACKER.compress(str(path))
        packed = Path(f"{path}.br")
        self.weights[name] = (packed if packed.exists() else path).stat().st_size
        route.fulfill(path=path)

    def add_page(self, answer):
        self.weights["page"] = len(zlib.compress(answer.body(), 6))


def test_the_first_load_stays_light(site, chromium, tmp_path):
    root, changed = collected(tmp_path)
    with override_settings(**changed):
        call_command("collectstatic", interactive=False, verbosity=0)
        heavy = {}
        for name, username, path in (
            ("sign-in", "", reverse("login")),
            ("dashboard", "mau.truongban", "/"),
            ("task list", "mau.thuongtruc", reverse("assignments:list")),
            ("report", "mau.dabiec", reverse("reporting:fill", args=[owed_by(district()).pk])),
        ):
            scales = Scales(root)
            page = site.page(chromium, username) if username else chromium.page(1440)
            page.route("**/static/**", scales.answer)
            scales.add_page(page.goto(f"{site.url}{path}", wait_until="networkidle"))
            page.context.close()
            assert len(scales.weights) > 8, scales.weights
            heavy[name] = sum(scales.weights.values())
    assert {name: weight for name, weight in heavy.items() if weight > FIRST_LOAD} == {}, heavy


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_all_work_is_done_without_script(site, chromium):
    page = chromium.page(390, java_script_enabled=False)
    sign_in(page, site.url, "mau.dabiec", PASSWORD)
    assert "Việc của" in page.locator("h1").inner_text()

    page.goto(f"{site.url}{reverse('assignments:list')}")
    page.fill("main [name=q]", "nông thôn mới")
    page.locator("form.flt button[type=submit]").click()
    assert "q=n" in page.url

    obligation = owed_by(district())
    page.goto(f"{site.url}{reverse('reporting:fill', args=[obligation.pk])}")
    page.locator("main input[inputmode=decimal]:not([disabled]):not([readonly])").first.fill("3")
    page.get_by_role("button", name="Lưu nháp").first.click()
    page.wait_for_load_state()
    page.goto(f"{site.url}{reverse('reporting:fill', args=[obligation.pk])}")
    assert page.locator("main input[inputmode=decimal]").first.input_value() == "3"
    shot(page, "khong_script_390")
    page.context.close()


def test_a_file_is_uploaded_without_script(site, chromium):
    page = chromium.page(390, java_script_enabled=False)
    sign_in(page, site.url, "mau.khobac", PASSWORD)
    page.goto(f"{site.url}{reverse('disbursement:import_disbursements')}")
    content = workbook(["Mã dự án", "Lũy kế"], ["HT-0001", 1])
    page.set_input_files(
        "input[type=file]",
        {"name": "bang ke.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": content},
    )
    for box, value in (("year", "2023"), ("as_of", "30/06/2023")):
        if page.locator(f"input[name={box}]").count():
            page.fill(f"input[name={box}]", value)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    assert "/viec-nen/dot-nhap/" in page.url, page.locator("main").inner_text()
    assert "bang ke.xlsx" in page.locator("main").inner_text()
    assert_no_sideways_scroll(page)
    page.context.close()


def test_a_chosen_file_is_named_in_vietnamese(site, chromium):
    page = site.page(chromium, "mau.khobac")
    page.goto(f"{site.url}{reverse('disbursement:import_disbursements')}")
    box = page.locator(".file-box")
    assert "Chưa chọn tệp" in box.inner_text() and "Chọn tệp" in box.inner_text()
    page.set_input_files("input[type=file]", {"name": "a.xlsx", "mimeType": "x/y", "buffer": b"1"})
    assert "Đã chọn: a.xlsx" in box.inner_text()
    page.set_input_files("input[type=file]", [])
    assert "Chưa chọn tệp" in box.inner_text()
    page.context.close()


def test_a_long_list_of_projects_comes_page_by_page(site, chromium):
    unit = Project.objects.get(code="DAI-0000").unit
    page = site.page(chromium, "mau.thuongtruc")
    page.goto(f"{site.url}{reverse('disbursement:unit', args=[unit.pk])}")
    rows = page.locator("#cong-trinh tbody tr")
    assert rows.count() == 100
    names = set(rows.locator("th").all_inner_texts())
    assert re.match(
        r"1–100 trên 2\d\d dòng", page.locator("#cong-trinh .pages span").first.inner_text()
    )
    page.get_by_role("link", name="Sau", exact=True).click()
    page.wait_for_load_state()
    assert rows.count() == 100
    assert not names & set(rows.locator("th").all_inner_texts())
    assert "page=" not in page.locator("nav.crumb a").first.get_attribute("href")
    page.context.close()
