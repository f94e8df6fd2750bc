"""The table itself, read as an auditor reads it: whole, in step with the addresses, and right.

These sentences are written from the offices' duties, not from the code. Whoever writes the file
anew with a hole in the portal meets one of them.
"""

import csv

import pytest

from .addresses import OBJECTS, STATES, STEPS
from .checks import table
from .matrix import (
    DONE,
    FORBIDDEN,
    HEAD,
    MOVED,
    NO_METHOD,
    NOT_DONE,
    NOT_FOUND,
    NOTHING,
    SEEN,
    SIGN_IN,
    TABLE,
    all_rows,
)
from .roles import COLUMNS

WORDS = {SEEN, DONE, NOT_DONE, MOVED, SIGN_IN, FORBIDDEN, NOT_FOUND, NO_METHOD, NOTHING}
OPEN = {"healthz", "readyz", "login", "login_code", "login_again", "logout"}
# Account pages of the person and the catalogue: the same for whoever has signed in.
READERS = [
    column.key for column in COLUMNS if column.role and column.role != "admin" and not column.until
]
BLIND = ["nobody", "former", "admin", "root"]
BUSINESS = ("alerts:", "assignments:", "disbursement:", "documents:", "jobs:", "reporting:")
BUSINESS += ("targets:", "api:", "organizations:")
FOREIGN = ("cấp trên", "ngang cấp")


def lines(**wanted):
    """(key, answers) of the rows whose columns have these words."""
    words = ("name", "address", "method", "label", "relation", "state")
    places = {word: place for place, word in enumerate(words)}
    for key, answers in table().items():
        if all(key[places[name]] in options for name, options in wanted.items()):
            yield key, answers


def of_business(key):
    return key[0].startswith(BUSINESS)


def wrong(rows, columns, is_right):
    """Cells that are not as they should be, in words."""
    return [
        (*key[:1], *key[2:], column, answers[column])
        for key, answers in rows
        for column in columns
        if answers[column] != NOTHING and not is_right(answers[column])
    ]


def test_every_address_has_its_rows_and_every_row_its_address():
    expected, found = {row.key for row in all_rows()}, set(table())
    hint = "run: python -m tests.permissions.write, then read the difference"
    without_row, without_address = sorted(expected - found), sorted(found - expected)
    assert (without_row, without_address) == ([], []), hint


def test_the_file_is_a_table_of_known_words():
    with TABLE.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == [*HEAD, *(column.title for column in COLUMNS)]
    assert {word for row in rows for word in row[len(HEAD) :]} <= WORDS
    assert len({tuple(row[: len(HEAD)]) for row in rows}) == len(rows)
    assert len(rows) * len(COLUMNS) >= 20_000


def test_a_guest_meets_the_sign_in_page_everywhere():
    rows = [(key, cells) for key, cells in table().items() if key[0] not in OPEN]
    assert not wrong(rows, ["anonymous"], lambda word: word == SIGN_IN)


@pytest.mark.parametrize("relation", FOREIGN)
def test_what_is_above_or_beside_is_not_found(relation):
    """Neither seen nor told apart from what does not exist; a step changes nothing."""
    rows = [
        line for line in lines(relation=[relation]) if of_business(line[0]) and not is_form(line[0])
    ]
    assert len(rows) > 100
    # An agency's overview is its own part of the province, and so are the rows behind it.
    rows = [line for line in rows if line[0][0] not in OWN_PART]
    # Refused before any row is looked for: the same 403 whatever is named.
    asked_first = [line for line in rows if line[0][0] in ACTION_FIRST]
    rows = [line for line in rows if line[0][0] not in ACTION_FIRST]
    assert not wrong(rows, READERS, lambda word: word in (NOT_FOUND, NO_METHOD))
    refused = (NOT_FOUND, NO_METHOD, FORBIDDEN)
    assert not wrong(asked_first, READERS, lambda word: word in refused)


OWN_PART = ("disbursement:chart", "disbursement:rows", "disbursement:statement")
ACTION_FIRST = ("documents:profile", "documents:signature", "documents:signature_new")
ACTION_FIRST += ("documents:templates", "disbursement:entry_correct", "disbursement:entry_create")
ACTION_FIRST += ("disbursement:carry_over", "disbursement:recover", "disbursement:transfer")
ACTION_FIRST += ("disbursement:payment_reverse",)


def is_form(key):
    """A form that is open to the role, with a foreign unit in a field: nothing is written."""
    return key[0] in FORMS


FORMS = ("disbursement:project_create", "api:projects-add", "api:targets-add")


def test_a_form_with_a_foreign_unit_writes_nothing():
    rows = [line for line in lines(relation=FOREIGN) if is_form(line[0])]
    assert rows and not wrong(rows, READERS, lambda word: word in UNWRITTEN)


UNWRITTEN = (FORBIDDEN, NOT_FOUND, NOT_DONE)


def test_a_thing_that_does_not_exist_answers_as_a_foreign_one():
    foreign = {(key[0], key[2], key[3]): cells for key, cells in lines(relation=["ngang cấp"])}
    absent = {(key[0], key[2], key[3]): cells for key, cells in lines(relation=["không có"])}
    assert len(foreign) > 60
    assert not [
        (key, column)
        for key, cells in foreign.items()
        for column in READERS
        if cells[column] not in (NOTHING, absent.get(key, cells)[column])
    ]


def test_who_holds_no_right_and_who_manages_accounts_see_no_business_row():
    rows = [line for line in lines(relation=RELATED) if of_business(line[0])]
    rows = [line for line in rows if line[0][0] not in OWN_THINGS]
    assert len(rows) > 500
    refused = (NOT_FOUND, FORBIDDEN, NO_METHOD)
    assert not wrong(rows, BLIND, lambda word: word in refused)


# Keys for one's own programs and work one has started oneself.
OWN_THINGS = {"api:token_revoke", "api:jobs-detail"}
RELATED = ("của mình", "cấp dưới", "cấp trên", "ngang cấp", "đơn vị đã kết thúc")


def test_who_reads_all_changes_nothing():
    """An auditor may say that a notice to the own office has been read, ask for the file of a
    statement, and nothing more."""
    rows = [line for line in table().items() if line[0][0] not in NOT_BUSINESS]
    assert not wrong(rows, ["auditor"], lambda word: word != DONE)


NOT_BUSINESS = {
    "account:end_sessions",
    "api:notices-read",
    "api:notices-read-all",
    "api:token_revoke",
    "disbursement:project_statement",
    "disbursement:statement",
    "notices:preferences",
    "notices:read",
    "notices:read_all",
}


def test_the_head_decides_and_urges_and_writes_no_figures():
    done = {key[0] for key, cells in table().items() if cells["head"] == DONE}
    assert done - NOT_BUSINESS <= {
        "api:consolidated-approve",
        "api:notices-urge",
        "disbursement:reconcile_minutes",
        "documents:compose",
        "documents:signature",
        "documents:signature_new",
        "documents:template",
        "documents:template_new",
        "notices:urge",
        "reporting:approve",
    }


def test_a_right_over_one_programme_reaches_nothing_of_another():
    rows = list(lines(relation=["của mình, chương trình khác"]))
    assert len(rows) >= 40
    refused = (NOT_FOUND, NO_METHOD)
    rows = [
        line for line in rows if line[0][0] not in ACTION_FIRST or line[1]["owner"] != FORBIDDEN
    ]
    assert not wrong(rows, ["owner", "standing_ntm"], lambda word: word in refused)


def test_whoever_coordinates_reads_and_does_not_report():
    rows = list(lines(relation=["của nơi khác, mình phối hợp"], name=["assignments:progress"]))
    assert rows and not wrong(rows, READERS, lambda word: word in (FORBIDDEN, NO_METHOD))


@pytest.mark.parametrize(
    ("name", "label", "done_by"),
    [
        ("reporting:approve", "", {"head", "district_head"}),
        ("reporting:fill", "nộp", {"district", "leader", "commune", "works"}),
        ("reporting:open_round", "mở kỳ", {"standing", "standing_ntm"}),
        ("documents:number", "ghi số", {"clerk"}),
        ("disbursement:import_disbursements", "gửi tệp", {"treasury"}),
        (
            "disbursement:import_capital",
            "gửi tệp",
            {"standing", "district_standing"},
        ),
        ("assignments:publish", "", {"standing", "district_standing"}),
        (
            "disbursement:payment_create",
            "ghi chứng từ",
            {"standing", "standing_ntm", "district_standing", "treasury"},
        ),
    ],
)
def test_each_weighty_step_is_done_by_its_office_alone(name, label, done_by):
    rows = list(lines(name=[name], label=[label], method=["POST"]))
    found = {key for _, cells in rows for key, word in cells.items() if word == DONE}
    assert found == done_by


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("reporting:fill", "accepted"),
        ("reporting:fill", "submitted"),
        ("reporting:review", "accepted"),
        ("reporting:review", "draft"),
        ("reporting:approve", "approved"),
        ("reporting:edit_text", "approved"),
        ("targets:entry", "locked"),
        ("documents:number", "numbered"),
        ("assignments:publish", "published"),
        ("jobs:apply", "applied"),
        ("jobs:undo", "undone"),
    ],
)
def test_a_closed_state_takes_no_step_of_anybody(name, state):
    rows = list(lines(name=[name], state=[STATES[state]], method=["POST"]))
    assert rows and not wrong(rows, [c.key for c in COLUMNS], lambda word: word != DONE)


def test_the_tables_of_things_name_addresses_that_exist():
    names = {row.name for row in all_rows()}
    assert set(OBJECTS) <= names and set(STEPS) <= names
