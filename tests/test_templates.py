"""Web templates obey the strict content policy and stay short."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.test.signals import template_rendered

from mtqg_portal.styleguide import samples

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
PART = re.compile(r"{%\s*(?:include|extends)\s+[\"']([^\"']+)")


def with_parts(name):
    """A template's name with the names of all it includes."""
    path = TEMPLATES / name
    parts = PART.findall(path.read_text(encoding="utf-8")) if path.exists() else []
    return {name}.union(*map(with_parts, parts))


# An official document is a page for the PDF maker, not for a browser.
PRINTED = with_parts("documents/official.html")
WEB = [
    path
    for path in sorted(TEMPLATES.rglob("*.html"))
    if str(path.relative_to(TEMPLATES)) not in PRINTED
]
FORBIDDEN = {
    "inline style": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style\b", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "other host": re.compile(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(?:https?:)?//", re.I),
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


def test_the_style_page_shows_the_components_without_repeating_an_id():
    request = RequestFactory().get("/kieu-dang/", {"page": "6"})
    page = get_template("styleguide.html").template
    html = page.render(Context(samples() | {"request": request}))
    ids = re.findall(r'\sid="([^"]+)"', html)
    repeated = {name for name in ids if ids.count(name) > 1} - {"errsum-title"}
    assert not repeated
    assert "còn 2 ngày" in html and "chưa có kế hoạch vốn" in html


def test_the_style_page_shows_every_component():
    shown = set()

    def note(sender, template, **kwargs):
        shown.add(template.name)

    request = RequestFactory().get("/kieu-dang/", {"page": "6"})
    nav = [{"label": "Tổng quan", "url": "#", "icon": "home", "phone": True}]
    template_rendered.connect(note)
    try:
        page = get_template("styleguide.html").template
        page.render(Context(samples() | {"request": request, "nav_items": nav}))
    finally:
        template_rendered.disconnect(note)
    there = {f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}
    assert len(there) > 30
    assert there - shown == set()


# Markup that a component of templates/components/ (or its tag in core/templatetags/ui.py) makes.
OF_COMPONENTS = re.compile(
    r'class="(?:phead|crumb|finding|tag t-[^"]*|note[^"]*|chips|flt|empty|tl|pages|receipt[^"]*|'
    r'counts|steps|deadline|file-box[^"]*|bar-line|fig-n[^"]*)"'
)
APART = ("components", "styleguide")


@pytest.mark.parametrize(
    "path", [path for path in WEB if path.parent.name not in APART], ids=lambda p: str(p.name)
)
def test_no_page_writes_the_markup_of_a_component_by_hand(path):
    assert OF_COMPONENTS.findall(path.read_text(encoding="utf-8")) == []


PAGES = [path for path in WEB if '{% extends "base.html" %}' in path.read_text(encoding="utf-8")]
PAGE_HEAD = re.compile(r"{% pagehead %}|components/page_head\.html")
WITHOUT_HEAD = {"dashboards/no_post.html"}  # says one thing in one box, with its heading


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_every_page_has_its_head_from_the_one_part(path):
    name = str(path.relative_to(TEMPLATES))
    heads = PAGE_HEAD.findall(path.read_text(encoding="utf-8"))
    assert len(heads) == (0 if name in WITHOUT_HEAD else 1)


def test_the_head_of_a_page_escapes_its_words_and_leaves_out_what_is_empty():
    page = Template(
        "{% pagehead %}{{ name }}{% meta %}{% if name %}<span>{{ name }}</span>{% endif %}"
        "{% acts %}{% if no %}<a>x</a>{% endif %}{% endpagehead %}"
    )
    html = page.render(Context({"name": "<b>", "no": False}))
    assert "<h1>&lt;b&gt;</h1>" in html and "<span>&lt;b&gt;</span>" in html
    assert 'class="acts"' not in html


def test_hand_made_markup_of_a_component_is_found():
    assert OF_COMPONENTS.search('<span class="tag t-bad">Quá hạn</span>')
    assert OF_COMPONENTS.search('<div class="phead"><div><h1>Vốn</h1></div></div>')
    assert OF_COMPONENTS.search('<nav class="crumb" aria-label="Vị trí">')
    assert not OF_COMPONENTS.search('<p class="finding-like">')


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
