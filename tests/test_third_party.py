"""Every library and file of others is named with its licence; the lock holds what is pinned."""

import re
from importlib.metadata import metadata

import pytest

from tests.third_party import PAGE, ROOT, installed, licence_of, normal, pinned, vendored

LOCK = ROOT / "requirements.lock"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def rows():
    """{first cell: the other cells} of every table of the page."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line[:1] == "|"]
    return {first: rest for first, *rest in cells}


def missing(names, table):
    """Not on the page, or there without a licence."""
    return sorted(name for name in names if not (table.get(name) or [""])[0])


def test_every_library_is_named_with_its_licence():
    assert len(installed()) > len(pinned())
    assert not missing(installed(), rows())


def test_every_vendored_file_is_named():
    table = rows()
    assert vendored()
    assert not [
        file for file, package, licence in vendored() if table.get(file) != [package, licence]
    ]


def test_licences_are_those_the_packages_state():
    table = rows()
    found = {name: licence_of(name, package) for name, package in installed().items()}
    assert {name: table[name][0] for name in found} == found


def test_the_check_finds_a_library_that_is_not_named():
    table = {"django": ["BSD-3-Clause", ""], "left": ["", ""]}
    assert missing(["django", "left", "new"], table) == ["left", "new"]


def test_nobody_forbids_what_the_portal_is():
    """Strong copyleft would reach the portal's own code; pyphen may be taken under MPL."""
    strong = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
    weaker = re.compile(r"LGPL|Lesser|MPL|Mozilla")
    found = {name: cells[0] for name, cells in rows().items() if strong.search(cells[0])}
    assert not {name: text for name, text in found.items() if not weaker.search(text)}


def test_the_lock_holds_every_pin_with_hashes():
    text = LOCK.read_text(encoding="utf-8")
    locked = {normal(name): version for name, version in LOCKED.findall(text)}
    direct = {normal(r.name): str(r.specifier).removeprefix("==") for r in pinned()}
    assert {name: locked.get(name) for name in direct} == direct
    blocks = re.split(r"^(?=[A-Za-z0-9._-]+(?:\[[^\]]*\])?==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(locked)
    assert not [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block]


@pytest.mark.parametrize("name", ["django", "weasyprint"])
def test_the_lock_is_what_is_installed(name):
    locked = {normal(n): v for n, v in LOCKED.findall(LOCK.read_text(encoding="utf-8"))}
    assert metadata(name)["Version"] == locked[name]
