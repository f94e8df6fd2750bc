import io
from dataclasses import replace

import pdfplumber
import pytest
from django.utils import translation

from core.charts import BarChart, BarRow
from documents import pdf
from documents.content import Annex, Chart, Layout, OfficialDocument, Paragraph
from documents.pdf import (
    Forbidden,
    OwnPartsOnly,
    PdfUnavailable,
    render_html,
    render_pdf,
    render_png,
)
from tests.documents.sample import sample_document

POINT = 72 / 25.4
A4 = (210 * POINT, 297 * POINT)
PAYLOAD = "<img src=file:///etc/passwd><link rel=attachment href='http://127.0.0.1:9/x'>"


def line_of(page, text):
    """The characters of the line that holds the text: sizes, fonts and places."""
    found = page.search(text, regex=False, case=True)
    assert found, f"{text!r} is not on the page"
    return found[0]


def look_of(page, text):
    chars = [char for char in line_of(page, text)["chars"] if char["text"].strip()]
    sizes = {round(char["size"], 2) for char in chars}
    fonts = {char["fontname"].split("+")[-1] for char in chars}
    assert len(sizes) == 1, sizes
    return sizes.pop(), fonts


def read(document):
    with pdfplumber.open(io.BytesIO(render_pdf(document))) as file:
        return [page.extract_text() for page in file.pages]


def test_pages_are_a4_and_only_the_wide_annex_lies(pages):
    sizes = [(float(page.width), float(page.height)) for page in pages]
    landscape = [size for size in sizes if size[0] > size[1]]
    for size in sizes:
        assert sorted(size) == pytest.approx(sorted(A4), abs=0.5)
    assert len(landscape) >= 2
    assert sizes[0] == pytest.approx(A4, abs=0.5)
    assert sizes[-1] == pytest.approx(A4, abs=0.5)


def test_text_keeps_within_the_margins_of_the_decree(pages):
    body = pages[0].chars
    assert 30 <= min(char["x0"] for char in body) / POINT <= 35
    right = 210 - max(char["x1"] for char in body) / POINT
    assert 14.9 <= right <= 20
    assert min(char["top"] for char in body) / POINT >= 20
    for page in pages:
        assert float(page.height) / POINT - max(c["bottom"] for c in page.chars) / POINT >= 19.9


def test_national_name_stands_in_the_right_half_on_the_first_line(pages):
    name = line_of(pages[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert name["x0"] >= 105 * POINT - 1
    assert name["top"] <= min(char["top"] for char in pages[0].chars) + 1


def test_the_line_below_the_motto_is_as_long_as_the_motto(pages):
    motto = line_of(pages[0], "Độc lập - Tự do - Hạnh phúc")
    below = [
        line
        for line in [*pages[0].lines, *pages[0].rects]
        if 0 <= line["top"] - motto["bottom"] + 3 < 8 and line["x0"] > 105 * POINT
    ]
    assert below
    assert below[0]["x1"] - below[0]["x0"] == pytest.approx(motto["x1"] - motto["x0"], abs=2)


@pytest.mark.parametrize(
    ("text", "size", "font"),
    [
        ("ỦY BAN NHÂN DÂN", 12, "Tinos"),
        ("CÁC CHƯƠNG TRÌNH MTQG", 12, "Tinos-Bold"),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, "Tinos-Bold"),
        ("Độc lập - Tự do - Hạnh phúc", 13, "Tinos-Bold"),
        ("Số: 07/BC-BCĐ", 13, "Tinos"),
        ("Mẫu Sơn, ngày 05 tháng 7 năm 2023", 13, "Tinos-Italic"),
        ("BÁO CÁO", 14, "Tinos-Bold"),
        ("Căn cứ Nghị định", 14, "Tinos-Italic"),
        ("Sáu tháng đầu năm", 14, "Tinos"),
    ],
)
def test_size_and_style_of_each_part(pages, text, size, font):
    assert look_of(pages[0], text) == (size, {font})


def test_signature_and_recipients(pages):
    page = next(page for page in pages if "Nơi nhận" in page.extract_text())
    assert look_of(page, "KT. TRƯỞNG BAN") == (14, {"Tinos-Bold"})
    assert look_of(page, "Nơi nhận:") == (12, {"Tinos-Bold-Italic"})
    assert look_of(page, "- Lưu: VT, VPĐP.") == (11, {"Tinos"})
    assert "KIẾN NGHỊ" in page.extract_text(), "the signature must not stand alone on a page"


def test_page_number_is_absent_on_page_1_and_centred_in_the_top_margin_after(pages):
    assert all(char["top"] / POINT >= 20 for char in pages[0].chars)
    number = [char for char in pages[1].chars if char["bottom"] / POINT < 20]
    assert [char["text"] for char in number] == ["2"]
    middle = (30 + 210 - 15) / 2
    assert (number[0]["x0"] + number[0]["x1"]) / 2 / POINT == pytest.approx(middle, abs=1)
    assert round(number[0]["size"]) == 13


def test_each_annex_counts_its_own_pages(pages):
    first = next(i for i, page in enumerate(pages) if "Phụ lục I\n" in page.extract_text())
    in_margin = [
        "".join(char["text"] for char in page.chars if char["bottom"] / POINT < 20)
        for page in pages[first:]
    ]
    assert in_margin[:3] == ["", "2", "3"]
    assert in_margin[-1] == "", "the second annex starts a count of its own"


def test_table_head_repeats_on_every_page_of_the_annex(pages):
    wide = [page for page in pages if page.width > page.height]
    assert len(wide) > 1
    assert all("Công trình, dự án" in page.extract_text() for page in wide)


@pytest.fixture
def made(monkeypatch):
    """The fetchers made while a document is printed, to see what they refused."""
    fetchers = []

    def make(parts):
        fetchers.append(OwnPartsOnly(parts))
        return fetchers[-1]

    monkeypatch.setattr(pdf, "OwnPartsOnly", make)
    return fetchers


def test_text_is_escaped_and_fetches_nothing(made, sample):
    hostile = replace(sample, blocks=(Paragraph(PAYLOAD),), annexes=(Annex(PAYLOAD, ()),))
    assert PAYLOAD not in render_html(hostile)
    text = " ".join(read(hostile)[0].split())
    assert "<img src=file:///etc/passwd>" in text
    assert made[0].refused == []


def test_a_chart_that_reaches_outside_is_refused(made, sample):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'width="10" height="10"><image width="9" height="9" href="file:///etc/passwd"/></svg>'
    )
    render_pdf(replace(sample, blocks=(Chart(svg),), annexes=()))
    assert made[0].refused == ["file:///etc/passwd"]
    with pytest.raises(Forbidden):
        render_png(svg)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://documents.invalid/../etc/passwd",
        "data:text/html,x",
        "ftp://h/x",
        "static/fonts/tinos/Tinos-Regular.woff2",
    ],
)
def test_only_own_parts_are_served(url):
    fetch = OwnPartsOnly({"https://documents.invalid/charts/0.svg": b"<svg/>"})
    with pytest.raises(Forbidden):
        fetch(url)
    assert fetch("https://documents.invalid/charts/0.svg").read() == b"<svg/>"


def test_two_equal_charts_are_both_printed(sample):
    chart = Chart(BarChart("t", (BarRow("Xã A", None),)).svg(font_family="Tinos"), "Hình")
    document = replace(sample, blocks=(chart, chart), annexes=())
    assert "".join(read(document)).replace(" ", "").count("XãA") == 2


def test_frozen_document_prints_the_same_text(sample):
    assert read(OfficialDocument.from_json(sample.to_json())) == read(sample)


def test_printed_numbers_do_not_follow_the_reader_s_language(sample):
    with translation.override("en"):
        english = read(sample)
    assert english == read(sample)


def test_agency_profile_moves_margins_and_sizes():
    layout = Layout("SỞ MẪU", margin_left=35, margin_right=20, body_size=13, head_left=70)
    document = sample_document(layout=layout, annexes=(), blocks=(Paragraph("Chữ thân. " * 40),))
    with pdfplumber.open(io.BytesIO(render_pdf(document))) as file:
        body = line_of(file.pages[0], "Chữ thân. Chữ")
        assert round(body["chars"][0]["size"]) == 13
        assert min(char["x0"] for char in file.pages[0].chars) / POINT >= 34.9


def test_letter_has_its_subject_under_the_number():
    letter = sample_document(kind_name="", abstract="báo cáo tiến độ giải ngân", symbol="BCĐ-VP")
    text = read(letter)[0]
    assert "V/v báo cáo tiến độ giải ngân" in text
    assert "BÁO CÁO" not in text


class WithoutPango:
    """What WeasyPrint does on a machine without its system libraries."""

    def __getattr__(self, name):
        raise OSError("cannot load library 'libpango-1.0-0'")


def test_missing_library_is_said_in_words(monkeypatch, sample):
    assert pdf.pdf_available() == (True, "")
    pdf.load_error.cache_clear()
    monkeypatch.setattr(pdf, "weasyprint", WithoutPango())
    ready, reason = pdf.pdf_available()
    assert not ready
    assert "libpango-1.0-0" in reason
    with pytest.raises(PdfUnavailable, match="Máy chủ thiếu thư viện"):
        render_pdf(sample)
    pdf.load_error.cache_clear()
