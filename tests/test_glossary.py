"""One word for one thing: the glossary names every model, and every identifier it names exists."""

import csv
import re

from tests.sources import OWN_MODELS, ROOT, SOURCES

GLOSSARY = ROOT / "docs" / "glossary.csv"
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


def entries():
    with GLOSSARY.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def unlisted(names, rows):
    """(identifier, term) pairs that the glossary lacks or tells otherwise."""
    told = {row["identifier"]: row["term"] for row in rows}
    return [(name, term) for name, term in names if told.get(name) != term]


def unknown(rows, words):
    return [row["identifier"] for row in rows if row["identifier"] not in words]


def test_every_model_is_in_the_glossary_under_its_name():
    names = [(model.__name__, str(model._meta.verbose_name)) for model in OWN_MODELS]
    assert not unlisted(names, entries())


def test_every_identifier_exists():
    words = {word for path in SOURCES for word in WORD.findall(path.read_text(encoding="utf-8"))}
    assert not unknown(entries(), words)


def test_a_term_and_an_identifier_stand_once_and_are_explained():
    rows = entries()
    for column in ("term", "identifier"):
        values = [row[column] for row in rows]
        assert len(values) == len(set(values))
    assert not [row["term"] for row in rows if len(row["meaning"].split()) < 3]


def test_the_checks_find_what_is_missing():
    rows = [{"term": "đơn vị", "identifier": "Unit", "meaning": "…"}]
    assert unlisted([("Unit", "cơ quan"), ("Job", "việc nền")], rows) == [
        ("Unit", "cơ quan"),
        ("Job", "việc nền"),
    ]
    assert unknown(rows, {"Job"}) == ["Unit"]
