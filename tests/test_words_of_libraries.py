"""The small catalogue: Vietnamese for strings of libraries that bring none (ADR 5)."""

import ast
import gettext
import re

import pytest
from django.utils.translation import gettext as translated
from django.utils.translation import ngettext, override

from tests.sources import ROOT

FOLDER = ROOT / "locale" / "vi" / "LC_MESSAGES"
PLACE = re.compile(r"%\(\w+\)[sdr]|%[sd]|{\w*}")


def entries():
    """{msgid: msgstr} of the source, plural forms by their first."""
    text = (FOLDER / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(
        r'^msgid (".*")\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? (".*")$', text, re.MULTILINE
    )
    return {
        ast.literal_eval(name): ast.literal_eval(words) for name, words in pairs if name != '""'
    }


def compiled():
    with (FOLDER / "django.mo").open("rb") as kept:
        return gettext.GNUTranslations(kept)


def test_the_compiled_catalogue_is_the_one_in_the_source():
    words = compiled()
    source = entries()
    assert len(source) > 150
    made = {name if isinstance(name, str) else name[0] for name in words._catalog} - {""}
    assert made == set(source)
    single = {name for name in words._catalog if isinstance(name, str)} - {""}
    assert {name: words.gettext(name) for name in single} == {n: source[n] for n in single}


def test_every_string_is_translated_and_keeps_its_places():
    wrong = {
        name: words
        for name, words in entries().items()
        if not words or words == name or set(PLACE.findall(words)) - set(PLACE.findall(name))
    }
    assert not wrong


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("access attempt", "lần thử đăng nhập"),
        ("Change History", "Lịch sử thay đổi"),
        ("Range query expects two values.", "Khoảng phải có hai giá trị."),
        ("Set password", "Đặt mật khẩu"),
        ("Enter a valid UUID.", "Mã UUID chưa đúng. Hãy sửa lại."),
    ],
)
def test_pages_speak_vietnamese(english, vietnamese):
    with override("vi"):
        assert translated(english) == vietnamese


def test_plurals_too():
    with override("vi"):
        words = ngettext(
            "Please submit at least %(num)d form.", "Please submit at least %(num)d forms.", 2
        )
    assert words == "Hãy nhập ít nhất %(num)d dòng."
