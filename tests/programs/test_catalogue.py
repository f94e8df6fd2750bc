"""The catalogue as data: counts fixed by the decisions, right dates, loading twice."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from organizations.models import LegalDocument
from programs.catalogue import DATA, load_catalogue, read
from programs.models import Component, ComponentKind, Program

pytestmark = pytest.mark.django_db


def count(program, kind):
    return Component.objects.filter(program__code=program, kind=kind).count()


def test_counts_are_those_of_the_decisions():
    load_catalogue()
    assert count("NTM", ComponentKind.CONTENT) == 11
    assert count("NTM", ComponentKind.THEMATIC) == 6
    for program, projects, subprojects in (("GNBV", 7, 11), ("DTTS", 10, 14)):
        assert count(program, ComponentKind.PROJECT) == projects
        assert count(program, ComponentKind.SUBPROJECT) == subprojects
    assert count("NTM", ComponentKind.ACTIVITY) == 45


def test_five_programmes_three_of_them_national():
    load_catalogue()
    kinds = dict(Program.objects.values_list("code", "kind"))
    assert kinds == {
        "NTM": "national",
        "GNBV": "national",
        "DTTS": "national",
        "OCOP": "local",
        "DTVM": "local",
    }


@pytest.mark.parametrize(
    ("code", "number", "day"),
    [
        ("NTM", "263/QĐ-TTg", date(2022, 2, 22)),
        ("GNBV", "90/QĐ-TTg", date(2022, 1, 18)),
        ("DTTS", "1719/QĐ-TTg", date(2021, 10, 14)),
    ],
)
def test_a_programme_rests_on_its_decision_of_the_right_day(code, number, day):
    load_catalogue()
    basis = Program.objects.get(code=code).legal_basis
    assert (basis.number, basis.issued_on) == (number, day)


def test_loading_again_changes_nothing():
    load_catalogue()
    before = list(Component.objects.values_list("pk", "code", "parent__code", "name"))
    assert load_catalogue() == {"documents": 0, "programs": 0, "components": 0}
    assert list(Component.objects.values_list("pk", "code", "parent__code", "name")) == before


def test_a_changed_name_in_the_file_reaches_the_database():
    load_catalogue()
    Component.objects.filter(code="DT-4.1").update(name="tên cũ")
    load_catalogue()
    assert Component.objects.get(code="DT-4.1").name != "tên cũ"


def test_every_row_names_its_source_and_children_stand_under_their_code():
    load_catalogue()
    assert not Component.objects.filter(source="").exists()
    for child in Component.objects.filter(parent__isnull=False).select_related("parent"):
        assert child.code.startswith(f"{child.parent.code}.")
        assert child.program_id == child.parent.program_id


def test_documents_are_listed_once_each():
    numbers = [row["number"] for row in read(DATA / "documents.csv")]
    assert len(numbers) == len(set(numbers))


def test_the_command_says_how_many_rows_are_new(capsys):
    call_command("load_programs")
    assert json.loads(capsys.readouterr().out)["programs"] == 5
    assert LegalDocument.objects.filter(number="27/2022/NĐ-CP").exists()
