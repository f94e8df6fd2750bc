import hashlib
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import ImageChops, ImageStat
from PIL.Image import open as open_image

from documents.pdf import FONTS

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
EXPECTED = Path(__file__).parent / "expected" / "report_page_1.png"


def vietnamese_letters() -> set[str]:
    small = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES}
    # The letters that plain Latin lacks, and đ; "a e i o u y" without tone are Latin.
    small = {letter for letter in small if not letter.isascii()} | {"đ"}
    return small | {letter.upper() for letter in small} | set("aeiouyAEIOUY")


def test_there_are_146_vietnamese_letters():
    assert len(vietnamese_letters()) == 146


@pytest.mark.parametrize("path", sorted(FONTS.glob("Tinos-*.*")), ids=lambda path: path.name)
def test_each_font_has_every_vietnamese_letter_and_sign(path):
    known = TTFont(path).getBestCmap()
    wanted = vietnamese_letters() | set("–…“”‘’→≥≤×÷₫0123456789%/-,.;")
    assert {letter for letter in wanted if ord(letter) not in known} == set()


def test_fonts_are_whole_and_as_listed():
    listed = dict(
        reversed(line.split())
        for line in re.findall(
            r"^[0-9a-f]{64}  \S+$", (FONTS / "README.md").read_text(encoding="utf-8"), re.M
        )
    )
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("Tinos-*.*")
    }
    assert len(found) == 6
    assert listed == found


def test_every_letter_of_the_pdf_is_tinos(pages):
    fonts = {char["fontname"].split("+")[-1] for page in pages for char in page.chars}
    assert fonts == {"Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-Bold-Italic"}


def test_pdffonts_lists_tinos_only(sample_pdf, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(sample_pdf)
    listing = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True)
    names = [line.split()[0].split("+")[-1] for line in listing.stdout.splitlines()[2:]]
    assert names
    assert all(name.startswith("Tinos") for name in names)


def test_the_drawn_page_looks_as_stored(pages):
    """Wrong letters with right text: only a picture shows it (see the fonts' README)."""
    drawn = pages[0].to_image(resolution=60).original.convert("L")
    expected = open_image(EXPECTED).convert("L")
    assert drawn.size == expected.size
    difference = ImageStat.Stat(ImageChops.difference(drawn, expected))
    assert difference.mean[0] < 1
