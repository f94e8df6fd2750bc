"""What is asked of the portal and compared: cells of the table, lists, and what pages offer.

A check says what is wrong in words, or nothing. The tests run them all; `mutate.py` runs those
that meet a piece of code whose guard it has taken away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse

from dashboards.sources import FINDERS

from .matrix import NOTHING, REFUSED, Asker, Row, all_rows, leaks, read_table
from .roles import COLUMNS, Column
from .world import PLACES, canary

BY_KEY = {column.key: column for column in COLUMNS}


@dataclass(frozen=True)
class Cell:
    """One cell of the table: the answer, nothing written by who is refused, nothing told."""

    row: Row
    column: Column

    def complaints(self, asker: Asker) -> list[str]:
        expected = table()[self.row.key][self.column.key]
        answer = asker.ask(self.row, self.column)
        found = answer.word if answer else NOTHING
        if found != expected:
            return [f"{self}: {found}, the table says {expected}"]
        if found not in REFUSED:
            return []
        written = [f"{self}: wrote {name} though refused" for name in answer.tried]
        return written + [f"{self}: tells {word}" for word in leaks(self.row, self.column, answer)]

    def __str__(self):
        words = (word for word in (*self.row.key[2:], self.column.title) if word)
        return f"{self.row.name} [{' | '.join(words)}]"


@cache
def table():
    return read_table()


def cells_of(names) -> Iterator[Cell]:
    wanted = set(names)
    for row in all_rows():
        if row.name in wanted:
            yield from (Cell(row, column) for column in COLUMNS)


def sample_of(names) -> Iterator[Cell]:
    """Two cells of five, the same in every run: of every row some, of every person some."""
    for place, cell in enumerate(cells_of(names)):
        row, column = divmod(place, len(COLUMNS))
        if (2 * row + column) % 5 < 2:
            yield cell


# Pages and lists that name no thing: drawn whole, and searched for the words of others.
VISIBLE = {
    "T": set(PLACES) - {"T2"},
    "A": {"A", "A1", "A2", "E"},
    "A1": {"A1", "E"},
    "SXD": {"SXD", "SCU"},
    "BQL": {"BQL"},
}
QUERIES = (
    ("dashboards:search", "q=chim"),
    ("documents:list", "q=chim"),
    ("assignments:list", "plan=KH-B-draft"),
    ("assignments:list", "plan=KH-B-published"),
    ("assignments:list", "plan=KH-T-draft"),
    ("assignments:list", "plan=KH-A-draft"),
    ("assignments:list", "unit=B"),
    ("assignments:list", "stage=qua-han&q=chim"),
    ("assignments:export", "unit=B"),
    ("assignments:export", "plan=KH-B-draft"),
    ("assignments:board", "unit=B"),
    ("alerts:list", "trang-thai=het"),
    ("alerts:list", "quy-tac=zero_disbursement"),
    ("notices:list", "hop=gui"),
    ("disbursement:overview", "don_vi=B"),
    ("dashboards:start", "don_vi=B"),
    ("organizations:list", "q=chim"),
)
API_FILTERS = {"unit__code": "B", "project__unit__code": "B", "plan__code": "KH-B-published"}


@dataclass(frozen=True)
class Listing:
    """A page without a number, or a list under a filter: no word of what is not one's own."""

    name: str
    query: str
    column: Column
    # Of the rows behind a figure.
    key: str = ""

    def complaints(self, asker: Asker) -> list[str]:
        body = self.body(asker)
        return [f"{self} shows {word}" for word in hidden_words(self.column) if word in body]

    def body(self, asker: Asker) -> str:
        url = f"{reverse(self.name, args=[self.key] if self.key else [])}?{self.query}"
        return asker.page(self.column, url)

    def __str__(self):
        return f"{self.name} {self.key}?{self.query} [{self.column.title}]"


@cache
def hidden_words(column: Column) -> tuple[str, ...]:
    """Words of things that the person may not know of."""
    reads = column.role and column.role != "admin" and not column.until
    places = VISIBLE[column.frame.own] if reads else set()
    programs = [column.program] if column.program else ["NTM", "GNBV"]
    return tuple(
        canary(place, program)
        for place in PLACES
        for program in ("NTM", "GNBV")
        if place not in places or program not in programs
    )


def listings() -> Iterator[Listing]:
    pages = {row.name for row in all_rows() if row.method == "GET" and not row.kind}
    asked = [(name, "") for name in sorted(pages) if not name.startswith("admin")]
    figures = [("dashboards:rows", "", key) for key in FINDERS]
    for name, query, *key in (*asked, *QUERIES, *figures):
        yield from (Listing(name, query, column, *key) for column in COLUMNS if column.is_signed_in)


# What a page offers.
@dataclass(frozen=True)
class Offer:
    """A page of one's own thing: no button and no link on it ends in a refusal."""

    row: Row
    column: Column

    def complaints(self, asker: Asker) -> list[str]:
        answer = asker.ask(self.row, self.column, rendered=True)
        if answer is None or answer.word in REFUSED:
            return []
        return [f"{self}: {what}" for what in self.dead_ends(asker, answer.body)]

    def dead_ends(self, asker: Asker, body: str) -> Iterator[str]:
        for method, url, fields in sorted(offers_on(body)):
            refusal = asker.refusal(self.column, method, url, dict(fields))
            if refusal in (403, 404) or refusal >= 500:
                yield f"{method} {url} is offered and answers {refusal}"

    def __str__(self):
        return f"page {self.row.name} {self.row.relation} {self.row.state} [{self.column.title}]"


class Offers(HTMLParser):
    """Links, and forms that post with the fields they carry unseen."""

    def __init__(self):
        super().__init__()
        self.found, self.form, self.fields = set(), None, {}

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "a" and said.get("href"):
            self.found.add(("GET", said["href"], ()))
        if said.get("hx-post"):
            self.found.add(("POST", said["hx-post"], ()))
        if tag == "form" and (said.get("method") or "").lower() == "post":
            self.form, self.fields = said.get("action") or "", {}
        is_sent = tag == "button" or said.get("type") == "hidden"
        if self.form is not None and is_sent and said.get("name"):
            self.fields[said["name"]] = said.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form" and self.form is not None:
            self.found.add(("POST", self.form, tuple(sorted(self.fields.items()))))
            self.form = None


def offers_on(body: str) -> set[tuple[str, str, tuple]]:
    """(method, address, fields) of this portal; a page that posts to itself is in the table."""
    parser = Offers()
    parser.feed(body)
    return {offer for offer in parser.found if is_ours(offer[1])}


def is_ours(url: str) -> bool:
    path = urlsplit(url).path
    try:
        return url.startswith("/") and bool(resolve(path))
    except Resolver404:
        return False


OFFERED_TO = (
    "head",
    "standing",
    "owner",
    "agency",
    "district_standing",
    "district",
    "leader",
    "treasury",
    "clerk",
    "auditor",
    "admin",
)
OFFERED_ON = ("own", "other", "lead", "coordinate", "owner", "reviewer", "")


def offers() -> Iterator[Offer]:
    for row in all_rows():
        is_page = row.method == "GET" and not row.label and row.relation in OFFERED_ON
        if is_page and not row.name.startswith(("admin", "api:")):
            yield from (Offer(row, BY_KEY[key]) for key in OFFERED_TO)
