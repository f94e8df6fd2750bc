"""Every figure of the start pages and of the consolidated report opens rows that add up to it."""

import html
import io
import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import TestCase, override_settings
from django.urls import reverse
from openpyxl import load_workbook

from core.money import format_amount, format_decimal, format_rate, rate
from core.provenance import LazyRows, RowLine, RowSet, Source, in_groups, rows_workbook, under
from disbursement.models import Payment
from jobs import runner
from jobs.models import Job
from mtqg_portal.demo import DEMO_PREFIX
from mtqg_portal.seeding.build import build_demo
from organizations.models import User
from reporting.drafts import build_due_drafts
from reporting.models import Consolidated

DAY = date(2023, 7, 3)
FIGURE = re.compile(r'<a href="([^"]+)" data-figure="([^"]+)"')
ROW = re.compile(r'<data value="([^"]+)" data-row>')
TOTAL = re.compile(r'<data value="([^"]+)" data-total>')
NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?")
PLAIN_STATIC = {
    **settings.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def figures_in(page):
    return [(html.unescape(url), Decimal(value)) for url, value in FIGURE.findall(page)]


def rows_of(client, url):
    """(rows added by this test over all pages, the total the page states)."""
    values, number = [], 1
    while True:
        page = client.get(f"{url}{'&' if '?' in url else '?'}page={number}")
        assert page.status_code == 200, url
        text = page.content.decode()
        values += [Decimal(value) for value in ROW.findall(text)]
        if not page.context["page_obj"].has_next():
            return sum(values, Decimal(0)), Decimal(TOTAL.search(text)[1])
        number += 1


def added_up(rows):
    """Added here, row by row, without asking the database for a sum."""
    if isinstance(rows, LazyRows):
        return Decimal(sum(rows.rows.values_list("amount", flat=True)))
    return sum((Decimal(row.value) for row in rows), Decimal(0))


def workbook_sum(client, url):
    reply = client.get(f"{url}{'&' if '?' in url else '?'}tep=xlsx")
    sheet = load_workbook(io.BytesIO(reply.content)).active
    *rows, last = [row[4] for row in sheet.iter_rows(min_row=4, values_only=True)]
    return sum(map(Decimal, map(str, rows)), Decimal(0)), Decimal(str(last))


@override_settings(PORTAL_TODAY=DAY, STORAGES=PLAIN_STATIC)
class DemoProvenanceTest(TestCase):
    """The demo province on the day after the rule of 30/6, as each role reads it."""

    @classmethod
    def setUpTestData(cls):
        build_demo()
        build_due_drafts(DAY)
        for job in Job.objects.filter(kind="build_consolidated", state="queued"):
            runner.run(job.pk)
        cls.draft = Consolidated.objects.exclude(figures={}).order_by("-pk").first()

    def as_person(self, name):
        self.client.force_login(User.objects.get(username=DEMO_PREFIX + name))
        return self.client

    def follow(self, address, at_least):
        """Each figure's rows, added here, are the figure; of three also as printed and as kept."""
        figures = figures_in(self.client.get(address).content.decode())
        assert len(figures) >= at_least
        for url, value in figures:
            # The last page of a long list is the shortest to print.
            page = self.client.get(f"{url}{'&' if '?' in url else '?'}page=9999")
            added = added_up(page.context["found"].rows)
            stated = Decimal(TOTAL.search(page.content.decode())[1])
            assert added == stated == value, url
        # The whole is long to print: the shortest lists are read as printed and as a workbook.
        for url, value in sorted(figures, key=lambda figure: figure[1])[:2]:
            assert workbook_sum(self.client, url) == (value, value)
            assert rows_of(self.client, url) == (value, value)
        return figures

    @pytest.mark.once
    def test_start_pages_of_each_role(self):
        expected = {
            "truongban": 20,
            "thuongtruc": 20,
            "ntm": 15,
            "kiemtoan": 20,
            "dabiec": 4,
            "xa": 3,
            "soxd": 2,
            "vanthu": 1,
            "quantri": 3,
        }
        for name, at_least in expected.items():
            with self.subTest(name):
                client = self.as_person(name)
                assert reverse("dashboards:sources") in client.get("/").content.decode()
                self.follow(reverse("dashboards:sources"), at_least)

    def test_a_programme_chosen_narrows_figures_and_rows_alike(self):
        self.as_person("truongban")
        whole = dict(self.follow(reverse("dashboards:sources"), 20))
        one = dict(self.follow(reverse("dashboards:sources") + "?ct=NTM", 10))
        assert max(one.values()) < max(whole.values())

    def test_every_number_of_the_start_page_is_a_source_or_made_of_sources(self):
        page = self.as_person("truongban").get("/")
        sources = self.client.get(reverse("dashboards:sources")).context["sources"]
        known = shown_by(sources) | derived(page.context)
        shown = numbers_on(page.context)
        assert len(shown) >= 12
        assert [number for number in shown if number not in known] == []

    def test_money_tiles_of_the_overview(self):
        page = self.as_person("thuongtruc").get(reverse("disbursement:overview"))
        tiles = [tile for tile in page.context["tiles"] if tile["url"].startswith("/")]
        assert len(tiles) == 3
        for tile in tiles:
            found = self.client.get(tile["url"]).context["found"]
            assert added_up(found.rows) == found.total == tile["value"]

    def test_the_consolidated_report(self):
        self.as_person("truongban")
        figures = self.follow(reverse("reporting:sources", args=[self.draft.pk]), 60)
        values = {value for _, value in figures}
        assert amounts_in(self.draft.figures["money"]) <= values
        tasks, reports = self.draft.figures["tasks"], self.draft.figures["reports"]
        assert {tasks["total"], tasks["overdue"], reports["owed"], reports["sent"]} <= values

    def test_what_is_paid_later_does_not_move_the_report_s_rows(self):
        """The rows are those known when the figures were read."""
        self.as_person("truongban")
        address = reverse("reporting:sources", args=[self.draft.pk])
        before = figures_in(self.client.get(address).content.decode())
        old = Payment.objects.order_by("pk").first()
        Payment.objects.create(
            project=old.project, kind="volume", amount=77, paid_on=old.paid_on, source=old.source,
            nature=old.nature, plan_year=old.plan_year, origin_year=old.origin_year,
            moment=old.moment,
        )  # fmt: skip
        for url, value in before[:8]:
            assert added_up(self.client.get(url).context["found"].rows) == value

    def test_the_check_sees_a_row_left_out(self):
        """Control: of rows that lack one, the sum is another."""
        self.as_person("truongban")
        url, value = figures_in(self.client.get(reverse("dashboards:sources")).content.decode())[1]
        some = list(self.client.get(url).context["found"].rows)
        assert added_up(some) == value
        assert added_up(some[1:]) != value

    def test_a_stranger_s_rows_stay_closed(self):
        address = reverse("reporting:rows", args=[self.draft.pk, "tasks-total"])
        assert self.as_person("dabiec").get(address).status_code == 404
        accounts = reverse("dashboards:rows", args=["tai-khoan"])
        assert self.client.get(accounts).status_code == 404
        own = self.client.get(reverse("dashboards:sources")).context["sources"]
        foreign = self.as_person("xa").get(own[0].url)
        assert foreign.status_code == 404

    def test_misspelt_addresses_are_not_found(self):
        self.as_person("truongban")
        sources = self.client.get(reverse("dashboards:sources")).context["sources"]
        url = sources[0].url
        for bad in (
            url.replace("so=to_spend", "so=x"),
            url.replace("nam=2023", "nam=x"),
            url + "&biet=hom-qua",
            url + "&biet=2023-07-03",
            reverse("dashboards:rows", args=["khong-co"]),
            reverse("dashboards:rows", args=["chi-tieu-999999"]),
            reverse("reporting:rows", args=[self.draft.pk, "tasks-x"]),
            reverse("reporting:rows", args=[self.draft.pk, "value-999999"]),
        ):
            assert self.client.get(bad).status_code == 404, bad


def amounts_in(money):
    """Every amount of the report's money, in đồng."""
    lines = [money["total"], *money["by_program"], *money["by_nature"], *money["by_unit"]]
    keys = ("planned", "carried", "to_spend", "paid")
    amounts = {line[key] for line in lines for key in keys}
    return (amounts | {month["paid"] for month in money["months"]}) - {None}


def shown_by(sources):
    """As pages write them: whole, in millions, with decimals; and the rates of neighbours."""
    shown = set()
    for one in sources:
        shown |= {one.shown, str(one.value)}
        if one.unit == "đồng":
            shown.add(format_amount(one.value, "triệu đồng"))
    for whole, part in pairwise(sources):
        if whole.unit == part.unit == "đồng" and whole.value:
            shown.add(format_rate(rate(part.value, whole.value)).removesuffix(" %"))
    return shown


def derived(context):
    """Made of sources and the day alone: the mark, the gap to it, money short of it, days left."""
    money = context["money"]
    found = {format_decimal(money.mark, 2), format_decimal(abs(money.gap), 2)}
    short = [line.short for line in context["worst"]]
    found |= {format_amount(amount, "triệu đồng") for amount in [*short, sum(short[:3])]}
    return (
        found | {str(len(context["waiting"]))} | {str(line.zero_count) for line in context["worst"]}
    )


# Dates, the threshold a sentence names, and a share of a target with base and cumulative figures.
NOT_FIGURES = re.compile(
    r"\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{4}|0 %|trong 15 ngày|(?:còn|đã qua) \d+ ngày|năm \d{4}"
    r"|lũy kế [\d.,]+ trên [\d.,]+|\d+/\d+ đơn vị|trên [\d.,]+ (?:xã|thôn|hộ|%|người)[^<]*"
)


def numbers_on(context):
    """Numbers of finding, tiles, the note of the rule and the table of the slowest."""
    texts = [str(context["finding"])]
    for tile in context["tiles"]:
        texts += [str(tile.get(key) or "") for key in ("value", "of", "compare")]
    texts += list((context["zero"] or {}).values())
    for line in context["worst"]:
        texts += [format_decimal(line.rate, 2), format_amount(line.short, "triệu đồng")]
    text = NOT_FIGURES.sub(" ", re.sub(r"<[^>]+>", " ", " | ".join(texts)))
    return NUMBER.findall(text)


@pytest.mark.parametrize(
    ("values", "total"),
    [([1, 2, -3], 0), ([10**15, 123], 10**15 + 123), ([Decimal("0.1")] * 3, Decimal("0.3"))],
)
def test_a_sum_is_exact(values, total):
    assert RowSet("x", "đồng", [RowLine("a", value) for value in values]).total == total


def test_texts_of_a_workbook_are_never_run():
    found = RowSet("=1+1", "đồng", [RowLine("=HYPERLINK(1)", 5, note="+cmd")])
    sheet = load_workbook(io.BytesIO(rows_workbook(found))).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_what_a_group_of_figures_shares_is_said_once_and_differences_at_the_row():
    first, later = date(2023, 6, 30), date(2023, 7, 3)
    money = [Source(name, 5, "đồng", as_of=first, denominator="kế hoạch") for name in ("A", "B")]
    mixed = [Source("C", 1, "nhiệm vụ", as_of=later), Source("D", 2, "đơn vị", as_of=first)]
    groups = in_groups([*under("Vốn", money), *under("Đếm", mixed)])
    assert [(group.title, len(group.sources)) for group in groups] == [("Vốn", 2), ("Đếm", 2)]
    assert (groups[0].unit, groups[0].as_of, groups[0].denominator) == ("đồng", first, "kế hoạch")
    assert (groups[1].unit, groups[1].as_of) == (None, None)
    page = render_to_string("provenance/sources.html", {"sources": groups[0].sources})
    assert page.count("kế hoạch") == 1 and page.count("30/06/2023") == 1
    page = render_to_string("provenance/sources.html", {"sources": groups[1].sources})
    assert "đến ngày 03/07/2023" in page and "đến ngày 30/06/2023" in page
