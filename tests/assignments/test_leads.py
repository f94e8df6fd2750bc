"""Agencies are found in spite of their spelling, and nothing is guessed silently."""

from datetime import date

import pytest

from assignments.leads import Directory, lead_doubts
from organizations.models import UnitAlias


@pytest.fixture
def directory(programs, committee):
    return Directory(date(2021, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Văn phòng điều phối xây dựng NTM mới tỉnh", "VPNTM"),
        ("Văn phòng điều phối NTM tỉnh", "VPNTM"),
        ("Văn phòng điều phối nông thôn mới tỉnh", "VPNTM"),
        ("Văn phòng điều phối nông thôn tỉnh", "VPNTM"),
        ("VPĐP NTM", "VPNTM"),
        ("Sở Lao động Thương binh và Xã hội", "SLDTBXH"),
        ("Sở Lao động Thương binh và xã Xã hội", "SLDTBXH"),
        ("Sở LĐTBXH", "SLDTBXH"),
        ("Sở Nông nghiệp và PTNT", "SNN"),
        ("Sở NN&PTNT", "SNN"),
        ("Sở KH&ĐT", "SKHDT"),
        ("sở xây dựng", "SXD"),
        ("Sở Văn hóa Thể thao và Du lịch", "SVHTTDL"),
        ("UBND huyện An", "T-A"),
    ],
)
def test_spellings(directory, text, code):
    assert directory.find(text)[0].names == [code]


@pytest.mark.parametrize("text", ["Sở Nội vụ", "Sở Ngoại vụ", "Thanh tra", "Sở"])
def test_an_agency_that_is_not_there_is_a_question(directory, text):
    match = directory.find(text)[0]
    assert (match.how, match.units) == ("unknown", ())
    assert lead_doubts(text, [match])[0]["code"] == "lead_unknown"


def test_a_close_spelling_is_told(directory):
    text = "Văn phòng điều phối nông thôn tỉnh"
    assert lead_doubts(text, directory.find(text))[0]["code"] == "lead_close"
    assert lead_doubts("Sở Xây dựng", directory.find("Sở Xây dựng")) == []


@pytest.mark.parametrize(
    "text", ["Các Sở, ngành liên quan", "Các Sở ngành, đơn vị liên quan", "UBND các huyện"]
)
def test_groups_stay_groups(directory, text):
    assert [match.how for match in directory.find(text)] == ["group"]


def test_owners_of_each_programme_are_found_by_their_role(directory):
    match = directory.find("Cơ quan thường trực từng Chương trình")[0]
    assert match.names == ["program_owner"]
    assert [unit.code for unit in match.units] == ["VPNTM", "SLDTBXH", "BDT"]


def test_the_standing_agency_is_a_role_too(directory):
    match = directory.find("Cơ quan thường trực Ban Chỉ đạo")[0]
    assert (match.role, match.units[0].code) == ("standing", "SKHDT")


def test_several_agencies_in_one_cell(directory):
    found = directory.find("Sở Văn hóa, Thể thao và Du lịch, Sở Tài chính và Sở Y tế")
    assert [match.names for match in found] == [["SVHTTDL"], ["STC"], ["SYT"]]


def test_a_remembered_spelling_wins(directory, units):
    UnitAlias.objects.create(unit=units.construction, text="Ngành xây dựng tỉnh")
    again = Directory(date(2021, 1, 1), date(2025, 12, 31))
    assert again.find("ngành  Xây dựng tỉnh")[0].how == "alias"
