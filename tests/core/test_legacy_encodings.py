"""Fonts of the nineties: read both ways in real words, and no alarm about anything else."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.columns import CHOICE, CODE, TEXT, Column, ColumnDoubt
from core.legacy_encodings import (
    _TCVN3,
    _VNI,
    TCVN3,
    VNI,
    from_tcvn3,
    from_vni,
    is_syllable,
    unicode_of,
)

ROOT = Path(__file__).resolve().parents[2]
# As .VnTime and VNI-Times texts stand in old files, and what they say.
TYPED = [
    (TCVN3, "Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    (TCVN3, "§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
    (TCVN3, "ñy ban nh©n d©n tØnh", "ủy ban nhân dân tỉnh"),
    (TCVN3, "TØNH QU¶NG NAM", "TỈNH QUẢNG NAM"),
    (TCVN3, "X©y dùng n«ng th«n míi", "Xây dựng nông thôn mới"),
    (TCVN3, "§­êng giao th«ng", "Đường giao thông"),
    (TCVN3, "Sè hé nghÌo", "Số hộ nghèo"),
    (TCVN3, "TØ lÖ gi¶i ng©n (%)", "Tỉ lệ giải ngân (%)"),
    (TCVN3, "Tr­êng mÇm non 19/5", "Trường mầm non 19/5"),
    (VNI, "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
    (VNI, "Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
    (VNI, "UÛY BAN NHAÂN DAÂN TÆNH", "ỦY BAN NHÂN DÂN TỈNH"),
    (VNI, "Xaây döïng noâng thoân môùi", "Xây dựng nông thôn mới"),
    (VNI, "Ñöôøng giao thoâng", "Đường giao thông"),
    (VNI, "Soá hoä ngheøo", "Số hộ nghèo"),
    (VNI, "Tröôøng maàm non 19/5", "Trường mầm non 19/5"),
]


@pytest.mark.parametrize(("font", "typed", "text"), TYPED)
def test_old_text_is_recognised_and_read(font, typed, text):
    assert unicode_of(typed) == (font, text)


def to_tcvn3(text):
    back = {letter: sign for sign, letter in _TCVN3.items()}
    return "".join(back.get(letter, letter) for letter in text)


def to_vni(text):
    back = {}
    for signs, letter in _VNI.items():
        back.setdefault(letter, signs)
    return "".join(back.get(letter, letter) for letter in text)


def own_texts():
    """Every line of Vietnamese, English and codes that this repository keeps as data or words."""
    folders = [
        "tests/assignments/data",
        "programs/data",
        "mtqg_portal/seeding",
        "docs",
        "templates",
    ]
    kinds = {".csv", ".json", ".tsv", ".txt", ".md", ".html", ".py"}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in kinds and path.is_file():
                yield from path.read_text(encoding="utf-8").splitlines()


SYLLABLES = sorted(
    {
        word
        for line in own_texts()
        for word in re.findall(r"[^\W\d_]+", line.lower())
        if not word.isascii() and is_syllable(word)
    }
)


def test_there_are_enough_real_words_to_try():
    assert len(SYLLABLES) > 300


@pytest.mark.parametrize("word", ["nghiêng", "khuỷu", "quyết", "giếng", "gì", "ngoằn", "uống", "ý"])
def test_vietnamese_spelling_is_known(word):
    assert is_syllable(word) and is_syllable(word.title()) and is_syllable(word.upper())


@pytest.mark.parametrize(
    "word", ["lưc", "naiđa", "búk", "krông", "hòà", "zô", "tRường", "oản2", "ct"]
)
def test_what_vietnamese_cannot_spell_is_no_syllable(word):
    assert not is_syllable(word)


@given(st.sampled_from(SYLLABLES))
def test_every_real_word_comes_back_from_both_fonts(word):
    assert from_tcvn3(to_tcvn3(word)) == word
    assert from_vni(to_vni(word)) == word


@given(st.lists(st.sampled_from(SYLLABLES), min_size=6, max_size=20))
def test_a_sentence_of_real_words_is_recognised_in_either_font(words):
    text = " ".join(words)
    for font, typed in ((TCVN3, to_tcvn3(text)), (VNI, to_vni(text))):
        found = unicode_of(typed)
        assert found in ((font, text), ("", ""))
        strange = [
            w for w in typed.split() if len(w) > 2 and not w.isascii() and not is_syllable(w)
        ]
        has_unicode = re.search("[ăđĩũơưà-ỹ]", typed) and re.search("[ăđĩũơưạ-ỹ]", typed)
        if strange and not has_unicode:
            assert found == (font, text)


def test_no_alarm_about_any_text_of_the_repository():
    lines = list(own_texts())
    alarms = [line for line in lines if unicode_of(line)[0]]
    words = {word for line in lines for word in line.split()}
    alarms += [word for word in words if unicode_of(word)[0]]
    assert len(lines) > 3000 and not alarms


@pytest.mark.parametrize(
    "text",
    [
        "Đắk Nông", "Krông Ana", "Kông Chro", "Ea H'leo", "Hà Giang", "A Bung", "Hòa An",
        "Cà Mau", "São Tomé", "El Niño", "naïve café", "Köln, Malmö, Zürich", "Citroën",
        "Ångström", "Besançon", "Größe", "10 µm", "5 m² × 3 m³", "½ giờ", "25 °C ± 1", "© 2023",
        "§ 5", "«trích dẫn»", "Coca®", "86/KH-BCĐ", "QĐ-TTg", "7001234-NSTW", "a·b", "1×2",
        "ÉTÉ", "", "Phú Thành", "sông Lô", "là",
    ],
)  # fmt: skip
def test_no_alarm_about_names_signs_and_codes(text):
    assert unicode_of(text) == ("", "")


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_letters_are_never_suspected(text):
    assert unicode_of(text) == ("", "")


@given(st.text())
def test_any_text_is_judged(text):
    font, converted = unicode_of(text)
    assert (font == "") == (converted == "")


@pytest.mark.parametrize("kind", [TEXT, CODE])
def test_a_column_asks_and_takes_the_converted_text(kind):
    column = Column("name", "Tên", kind, maximum=60)
    with pytest.raises(ColumnDoubt, match=r"TCVN3.*đọc là “Xã Tân Hòa”"):
        column.check("X· T©n Hßa")
    assert column.check("X· T©n Hßa", TCVN3) == "Xã Tân Hòa"


def test_a_choice_typed_with_an_old_font_is_asked_about_not_called_unknown():
    column = Column("kind", "Loại", CHOICE, choices=[("x", "Sự nghiệp")])
    with pytest.raises(ColumnDoubt, match="Sự nghiệp"):
        column.check("Sù nghiÖp")
    assert column.check("Sù nghiÖp", TCVN3) == "x"
