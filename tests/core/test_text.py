import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import from_roman, nfc, roman, search_key, sort_key


def test_search_key():
    assert search_key("  Huyện  ĐÔNG\u00a0Giang ") == "huyen dong giang"
    assert search_key(unicodedata.normalize("NFD", "Đắk Nông")) == "dak nong"
    assert search_key("xã\x00\tBản") == "xa ban"


def test_nfc():
    assert nfc("e\u0302\u0301") == "ế"


def test_vietnamese_alphabet():
    names = ["An", "Ăn", "Ân", "Ba", "Dân", "Đại Lộc", "Em", "Ếch", "Ô", "Ơn", "Uy", "Ưu", "Yên"]
    assert sorted(reversed(names), key=sort_key) == names


def test_tones_come_after_letters_and_in_order():
    names = ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "Mai"]
    assert sorted(reversed(names), key=sort_key) == names


def test_syllable_by_syllable():
    assert sort_key("A Bung") < sort_key("Anh Dũng")
    assert sort_key("Hoà An") < sort_key("Hòa Bình")
    assert sort_key("Hòa") == sort_key("Hoà") == sort_key(unicodedata.normalize("NFD", "HÒA"))


@given(st.text())
def test_keys_are_stable_and_ascii(text):
    assert sort_key(text).isascii()
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(nfc(text))
    assert search_key(search_key(text)) == search_key(text)


@given(st.integers(1, 3999))
def test_roman_reads_back(number):
    assert from_roman(roman(number).lower()) == number


@pytest.mark.parametrize("bad", ["", "IIII", "VX", "IC", "A", "1"])
def test_only_well_formed_numerals(bad):
    with pytest.raises(ValueError, match="La Mã"):
        from_roman(bad)


@pytest.mark.parametrize("bad", [0, -1, 4000])
def test_roman_has_limits(bad):
    with pytest.raises(ValueError, match="La Mã"):
        roman(bad)
