"""The rows of the table, made from the addresses of the portal, and the answer of each cell."""

import csv
import inspect
import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import reverse

from mtqg_portal import sessions
from organizations.models import User
from tests.routes import Route, routes

from .addresses import DOORS, KINDS, OBJECTS, OUTSIDE, RELATIONS, STATES, STEPS, Kind
from .guard import watching
from .roles import COLUMNS
from .world import canary

TABLE = Path(__file__).with_name("permissions.csv")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Words of the cells.
SEEN, DONE, NOT_DONE, MOVED = "xem", "làm", "không ghi", "chuyển"
SIGN_IN, FORBIDDEN, NOT_FOUND, NO_METHOD, NOTHING = "đăng nhập", "403", "404", "405", "–"
REFUSED = (SIGN_IN, FORBIDDEN, NOT_FOUND, NO_METHOD)
ABSENT_NUMBER, ABSENT_CODE = 987_654_321, "KHONG-CO"
# New with every drawing of a form, and nothing that a right hangs on.
FRESH_FIELDS = {"csrfmiddlewaretoken", "form_key"}
# Sessions begin that far ahead of the clock: none grows idle or is noted down in a long run.
AHEAD = 24 * 60 * 60
# Pages for people among the addresses of the programming interface.
API_PAGES = ("api:reference", "api:tokens", "api:token_revoke")
# What a page cannot be asked without.
QUERIES = {
    "api:projects-figures": {"plan_year": 2023},
    "api:projects-statement": {"plan_year": 2023},
    "api:treasury-lines-gaps": {"plan_year": 2023},
    "api:units-envelope": {"plan_year": 2023},
    "api:units-statement": {"plan_year": 2023},
    "disbursement:reconcile_rows": {"so": "said", "nam": "2023"},
    "disbursement:rows": {"so": "planned", "nam": "2023", "den": "2023-07-03"},
}
# Figures whose rows are shown, by address.
KEYS = {"dashboards:rows": "nhiem-vu", "reporting:rows": "tasks-overdue"}
# Things without a row: the address holds a word.
NAMED_BY_WORD = ("app", "template", "chart", "figure")
TIES = ("lead", "coordinate", "owner", "reviewer")
ERROR_PAGES = ("400.html", "403.html", "404.html", "500.html")


@dataclass(frozen=True, order=True)
class Row:
    """One line of the table; the words of `label`, `relation` and `state` are ours, not yet
    those of the file."""

    name: str
    address: str
    method: str
    label: str = ""
    kind: str = ""
    relation: str = ""
    state: str = ""

    @property
    def key(self):
        kind = f" ({self.kind})" if len(OBJECTS.get(self.name, ())) > 1 else ""
        return (
            self.name,
            self.address,
            self.method,
            self.label + kind,
            RELATIONS[self.relation],
            STATES[self.state],
        )


HEAD = ("tên", "địa chỉ", "phương thức", "việc", "quan hệ", "trạng thái")


class UnknownAddress(Exception):
    """An address with a number that the table of objects does not know."""


def known_routes() -> list[Route]:
    return [route for route in routes() if route.name not in OUTSIDE]


def methods_of(view) -> tuple[str, ...]:
    """What the view, or its decorator, says it takes; a plain function takes whatever comes."""
    allowed = inspect.getclosurevars(view).nonlocals.get("request_method_list")
    if allowed:
        return tuple(allowed)
    if hasattr(view, "actions"):
        # HEAD joins them once the view has been called for the first time.
        return tuple(m for m in METHODS if m.lower() in view.actions)
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls:
        return tuple(m for m in METHODS if hasattr(cls, m.lower()))
    return ("GET", "POST")


def all_rows() -> list[Row]:
    found = [row for route in known_routes() for row in rows_of(route)]
    return [*found, *door_rows()]


def rows_of(route: Route) -> Iterator[Row]:
    kinds = OBJECTS.get(route.name, ())
    if route.arguments and not kinds:
        raise UnknownAddress(
            f"{route.name}: add its kind to OBJECTS in tests/permissions/addresses.py"
        )
    declared = methods_of(route.view)
    for method in asked_methods(route.name, declared):
        found = list(method_rows(route, method, kinds))
        is_step = method == "POST" and (route.name in STEPS or "GET" not in declared)
        is_whole = method in declared and (method == "GET" or is_step)
        # Refused, or the same page by another method: one line says it.
        yield from found if is_whole else found[:1]


def asked_methods(name: str, declared) -> tuple[str, ...]:
    """What the view takes, and one method that it must refuse."""
    if name.startswith("admin:") and name.endswith(("_history", "_delete")):
        return ("GET",) if name.endswith("_history") else ("POST",)
    if name.startswith("api:"):
        return (*declared, next(method for method in METHODS if method not in declared))
    return ("GET", "POST", *(m for m in declared if m not in ("GET", "HEAD", "POST")))


def method_rows(route: Route, method: str, kinds) -> Iterator[Row]:
    labels = list(STEPS.get(route.name, {"": None})) if method == "POST" else [""]
    for label in labels:
        for kind in kinds or ("",):
            for relation, state in meetings(kind, method):
                row = Row(route.name, route.address, method, label, kind, relation, state)
                if is_telling(row):
                    yield row


def is_telling(row: Row) -> bool:
    """Programs reach the same verbs as the pages: what is near or far is enough for them."""
    if not row.name.startswith("api:") or row.relation in ("", "own"):
        return True
    is_first = row.state in (KINDS[row.kind].states[0], "")
    return row.relation not in ("below", "ended") and (is_first or row.relation in TIES)


def door_rows() -> Iterator[Row]:
    addresses = {route.name: route.address for route in routes()}
    for door in DOORS:
        for relation, state in meetings(door.kind, door.method):
            here = (door.name, addresses[door.name], door.method, door.label)
            yield Row(*here, door.kind, relation, state)


def meetings(kind: str, method: str) -> Iterator[tuple[str, str]]:
    """(relation, state) in which a thing of the kind is asked for.

    Whether a thing of another place is seen does not hang on its state, but for plans: those and
    every step are asked in all states where the place is near.
    """
    if not kind:
        yield "", ""
        return
    found = KINDS[kind]
    counts = method != "GET" or "published" in found.states
    for relation in relations_of(found):
        is_near = counts and relation not in ("above", "sibling")
        for state in found.states if is_near or relation == "own" else found.states[:1]:
            yield relation, state
    yield from found.ties
    yield "missing", ""


def relations_of(kind: Kind) -> tuple[str, ...]:
    if kind.is_shared:
        return ("shared",)
    if kind.is_account:
        return ("own", "somebody")
    places = ("own", "below", "above", "sibling", "ended")
    return (*places, "other") if kind.has_program else places


# What is asked for, by whom, and what comes back.
@dataclass
class Answer:
    word: str
    status: int
    body: str
    tried: list[str]


class Asker:
    """Holds the world and one signed-in client for each column."""

    def __init__(self, world):
        self.world = world
        self.refusals = {}
        self.clients = {column.key: self.sign_in(column) for column in COLUMNS}
        self.cookies = {
            key: {name: morsel.value for name, morsel in client.cookies.items()}
            for key, client in self.clients.items()
        }

    def sign_in(self, column):
        client = Client(raise_request_exception=False)
        if column.is_signed_in:
            # Read anew: rights given since then have ended the sessions of the object in hand.
            person = User.objects.get(pk=self.world.people[column.key].pk)
            client.force_login(person, "django.contrib.auth.backends.ModelBackend")
            session = client.session
            session[sessions.STARTED] = session[sessions.SEEN] = time.time() + AHEAD
            session.save()
        return client

    def client(self, column):
        """As it signed in: what an earlier cell changed in the browser is forgotten."""
        client = self.clients[column.key]
        client.cookies = SimpleCookie(self.cookies[column.key])
        return client

    def thing(self, row: Row, column):
        """What the row means for this person, or None where there is no such thing."""
        kind, frame = KINDS[row.kind], column.frame
        if kind.is_shared:
            return self.shared(row.kind)
        if kind.is_account and row.relation == "own":
            return own_account(row.kind, self.world.people[column.key])
        if row.relation == "somebody":
            return self.world.things[row.kind, "", "", ""]
        is_tie = row.relation in [tie for tie, _ in kind.ties] or row.relation == "other"
        place = frame.own if is_tie else getattr(frame, row.relation)
        tie = row.relation if is_tie else ""
        return self.world.things.get((row.kind, place, tie, row.state))

    def shared(self, kind):
        if kind in NAMED_BY_WORD:
            return None
        return next(thing for key, thing in self.world.things.items() if key[0] == kind)

    def ask(self, row: Row, column, rendered=False) -> Answer | None:
        """The answer, with everything that was written rolled back; None: nothing to ask for."""
        thing = None
        if row.kind and row.relation != "missing":
            thing = self.thing(row, column)
            if thing is None and row.kind not in NAMED_BY_WORD:
                return None
        with transaction.atomic(), pages_unless(rendered), watching() as guard:
            answer = self.send(row, column, thing)
            transaction.set_rollback(True)
        body = b"" if answer.streaming else answer.content
        word = word_of(row, column, answer, guard)
        return Answer(word, answer.status_code, body.decode(errors="replace"), guard.tried)

    def page(self, column, url) -> str:
        """What a person reads there, texts inside a workbook too; nothing is kept."""
        with transaction.atomic():
            answer = self.client(column).get(url)
            transaction.set_rollback(True)
        content = answer.getvalue()
        return text_of(content).lower()

    def refusal(self, column, method, url, fields) -> int:
        """The status of a step with no more than the page itself sends.

        The same link stands on many pages and meets the same world, so it is followed once.
        """
        told = tuple(sorted(item for item in fields.items() if item[0] not in FRESH_FIELDS))
        key = (column.key, method, url, told)
        if key not in self.refusals:
            self.refusals[key] = self.status(column, method, url, fields)
        return self.refusals[key]

    def status(self, column, method, url, fields) -> int:
        with transaction.atomic(), pages_unless(rendered=False):
            answer = getattr(self.client(column), method.lower())(url, fields or None)
            transaction.set_rollback(True)
        return answer.status_code

    def send(self, row, column, thing):
        client, door = self.client(column), door_of(row)
        fields = door.fields if door else STEPS.get(row.name, {}).get(row.label) or {}
        if row.relation == "missing":
            thing = Absent()
        if callable(fields):
            fields = fields(thing)
        fields = fields or QUERIES.get(row.name, {})
        url = reverse(row.name, kwargs={} if door else arguments_of(row, thing))
        send = getattr(client, row.method.lower())
        if row.method in ("GET", "POST") and not is_json(row, fields):
            return send(url, fields)
        return send(url, json.dumps(fields), content_type="application/json")


def word_of(row, column, answer, guard) -> str:
    status = answer.status_code
    if status == 401 or is_sign_in(answer):
        return SIGN_IN
    if status == 302 and answer["Location"].startswith("/quan-tri/login/"):
        # That page has no form of its own: 403 for people, the sign-in for guests.
        return FORBIDDEN if column.is_signed_in else SIGN_IN
    if status in (403, 404, 405) or status >= 500 or status == 400:
        return str(status)
    if row.method == "GET":
        return MOVED if status in (301, 302) else SEEN
    return DONE if guard.kept else NOT_DONE


def text_of(content: bytes) -> str:
    """A page as it is; of a workbook the texts of all its parts."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())


class Absent:
    """Stands for a thing whose number nobody has."""

    pk, code, period = ABSENT_NUMBER, ABSENT_CODE, "2023"
    program_id = indicator_id = ABSENT_NUMBER
    newest = block = SimpleNamespace(pk=ABSENT_NUMBER)


def own_account(kind, user):
    if user is None:
        return None
    if kind == "user":
        return user
    if kind in ("job", "statement", "token"):
        return getattr(user, kind, None)
    try:
        held = user.held_posts.get()
        found = {"holder": held, "post": held.post, "grant": held.post.grants.get()}
    except ObjectDoesNotExist:
        return None
    return found[kind]


def is_json(row, fields) -> bool:
    """How programs send; a file goes as a form."""
    is_api = row.name.startswith("api:") and row.name not in API_PAGES
    return is_api and row.method != "GET" and "file" not in fields


def door_of(row: Row):
    return next((d for d in DOORS if (d.name, d.label) == (row.name, row.label)), None)


ARGUMENTS = {route.name: route.arguments for route in routes()}


def arguments_of(row: Row, thing) -> dict:
    pk = getattr(thing, "pk", ABSENT_NUMBER)
    if row.kind == "report" and not row.name.startswith("api:"):
        pk = getattr(thing, "obligation_id", pk)
    given = {
        "pk": pk,
        "id": pk,
        "object_id": pk,
        "code": getattr(thing, "code", ABSENT_CODE),
        "update": pk_of(thing, "newest"),
        "block": pk_of(thing, "block"),
        "file_format": "csv" if row.name.endswith(":chart") else "pdf",
        "kind": "capital" if row.relation == "shared" else ABSENT_CODE,
        "name": "theo-thang" if row.relation == "shared" else "khong-co",
        "key": KEYS.get(row.name, "") if row.relation != "missing" else "khong-co",
        "app_label": "organizations" if row.relation == "shared" else "axes",
    }
    return {name: given[name] for name in ARGUMENTS[row.name]}


def pk_of(thing, name):
    return getattr(getattr(thing, name, None), "pk", ABSENT_NUMBER)


def is_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/dang-nhap/")


@contextmanager
def pages_unless(rendered):
    """Leaves out the drawing of pages: the table asks for the answer, and a page that must not
    be shown answers 404 or 403. Pages of errors are drawn, since they are what a stranger reads."""
    if rendered:
        yield
        return
    draw = Template.render

    def only_errors(template, context=None, request=None):
        is_error = template.template.name in ERROR_PAGES
        return draw(template, context, request) if is_error else ""

    # The menu and its counts are drawn in the rows of whole pages.
    with (
        mock.patch.object(Template, "render", only_errors),
        mock.patch("mtqg_portal.context.nav_items", lambda request, user: []),
        # A blank form takes a second to make and holds nothing of anybody.
        mock.patch("disbursement.views.template_workbook", lambda kind: b""),
    ):
        yield


def leaks(row: Row, column, answer: Answer) -> list[str]:
    """Words of the thing in the reply to somebody who must not know of it."""
    if answer.word not in (NOT_FOUND, SIGN_IN) or not row.relation or row.kind == "":
        return []
    place = getattr(column.frame, row.relation, None) or column.frame.own
    words = [canary(place), canary(place, "GNBV")]
    return [word for word in words if word in answer.body.lower()]


def read_table() -> dict[tuple, dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    keys = [column.key for column in COLUMNS]
    size = len(HEAD)
    return {tuple(line[:size]): dict(zip(keys, line[size:], strict=True)) for line in lines[1:]}


def write_table(cells: dict[tuple, dict[str, str]]) -> None:
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*HEAD, *(column.title for column in COLUMNS)])
        for key, answers in cells.items():
            out.writerow([*key, *(answers[column.key] for column in COLUMNS)])
