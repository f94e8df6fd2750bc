"""Web templates obey the strict content policy and stay short."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Templates of official documents are pages for the PDF maker, not for a browser.
PRINTED = {"documents/official.html", "documents/blocks.html"}
WEB = [
    path
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if str(path.relative_to(ROOT / "templates")) not in PRINTED
]
FORBIDDEN = {
    "inline style": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "other host": re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//", re.I),
    "evaluated htmx": re.compile(r"\shx-(?:on\b|on:|vals=[\"']js:|vars=)", re.I),
}


@pytest.mark.parametrize("path", WEB, ids=lambda p: str(p.relative_to(ROOT)))
def test_template_needs_no_exception_of_the_content_policy(path):
    text = path.read_text(encoding="utf-8")
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert not found, f"{path.name}: {found}"


@pytest.mark.parametrize("path", WEB, ids=lambda p: str(p.relative_to(ROOT)))
def test_template_is_at_most_120_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 120


def test_the_patterns_do_find_what_they_forbid():
    samples = {
        "inline style": '<p style="color:red">',
        "style element": "<style>",
        "inline script": "<script>",
        "event attribute": '<a onclick="x()">',
        "script address": 'href="javascript:x"',
        "other host": '<script src="https://cdn.example/x.js">',
        "evaluated htmx": "<a hx-on:click='x'>",
    }
    assert all(FORBIDDEN[name].search(text) for name, text in samples.items())
    assert not FORBIDDEN["inline script"].search('<script src="/x.js" defer></script>')
    assert not FORBIDDEN["event attribute"].search('<a href="#" data-on="x">')
