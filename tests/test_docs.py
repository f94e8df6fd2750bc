"""The documents say what is there: links, targets, accounts, versions, names of buttons."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

import mtqg_portal
from mtqg_portal.demo import DEMO_PASSWORD, DEMO_PREFIX
from mtqg_portal.seeding.people import ACCOUNTS

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.vi.md"]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
GUIDE = sorted((ROOT / "docs" / "user-guide").glob("*.md"))
CODE = [path for app in ROOT.glob("*/apps.py") for path in app.parent.rglob("*.py")]
LINK = re.compile(r"\]\(([^)\s]+)\)")
ACCOUNT_ROW = re.compile(r"^\| `(mau\.[a-z0-9.]+)` \| (.+) \|$", re.MULTILINE)
PARTS_OF_A_DECISION = ("**Problem.**", "**Choice.**", "**Cost.**", "**Reconsider when**")


def name(path):
    return str(path.relative_to(ROOT))


def text_of(path):
    return path.read_text(encoding="utf-8")


def links_of(path):
    return [link for link in LINK.findall(text_of(path)) if not link.startswith(("http", "#"))]


def make_targets():
    return re.findall(r"^([a-z-]+):.*## ", text_of(ROOT / "Makefile"), re.MULTILINE)


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page):
    links = [link.split("#")[0] for link in links_of(page) if not link.endswith(".png")]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_pictures_of_the_documents_exist():
    pictures = [
        page.parent / link for page in PAGES for link in links_of(page) if link.endswith(".png")
    ]
    assert pictures
    assert [str(picture) for picture in pictures if not picture.exists()] == []


@pytest.mark.parametrize("readme", READMES, ids=name)
def test_readme_explains_every_make_target(readme):
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", text_of(readme), re.MULTILINE))
    assert make_targets()
    assert set(make_targets()) - rows == set()


@pytest.mark.parametrize("readme", READMES, ids=name)
def test_readme_starts_with_the_two_commands(readme):
    head = text_of(readme).splitlines()[:6]
    assert [line.split("#")[0].strip() for line in head[3:5]] == ["make run", "make test"]


@pytest.mark.parametrize("readme", READMES, ids=name)
def test_commands_named_in_the_readme_exist(readme):
    contract = text_of(readme).split("| `.venv/bin/python manage.py …`")[1].split("\n\n")[0]
    named = set(re.findall(r"^\| `([a-z_]+)", contract, re.MULTILINE))
    assert named
    assert named - set(get_commands()) == set()


def test_readmes_list_the_accounts_of_the_seed():
    seeded = [(DEMO_PREFIX + account[0], account[1]) for account in ACCOUNTS]
    english, vietnamese = (ACCOUNT_ROW.findall(text_of(readme)) for readme in READMES)
    assert vietnamese == seeded
    assert [username for username, _ in english] == [username for username, _ in seeded]
    assert all(f"`{DEMO_PASSWORD}`" in text_of(readme) for readme in READMES)


def test_the_index_lists_every_decision_once():
    listed = links_of(ROOT / "docs" / "adr" / "README.md")
    assert sorted(listed) == [page.name for page in DECISIONS]
    numbers = [int(page.name[:4]) for page in DECISIONS]
    # A number once given is never given again; one that was set aside may be missing.
    assert len(numbers) == len(set(numbers)) and numbers == sorted(numbers)


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_names_its_cost(page):
    text = text_of(page)
    assert text.startswith(f"# {page.name[:4]}. ")
    assert [part for part in PARTS_OF_A_DECISION if part not in text] == []


def test_decisions_named_in_the_code_exist():
    numbers = {int(page.name[:4]) for page in DECISIONS}
    named = {int(n) for path in CODE for n in re.findall(r"\bADR (\d+)", text_of(path))}
    assert named
    assert named - numbers == set()


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_library_has_its_reason(file):
    rows = text_of(ROOT / "docs" / "adr" / "0006-libraries.md")
    for line in text_of(ROOT / file).splitlines():
        pin = line.split(";")[0].split("#")[0].strip()
        if not pin or pin.startswith("-r"):
            continue
        library, _, version = pin.partition("==")
        assert f"| {library} | {version}" in rows, f"{pin} is not in the table of ADR 6"


def test_changelog_and_code_name_the_same_version():
    newest = re.search(r"^## (\d+\.\d+\.\d+) ", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert newest and newest[1] == mtqg_portal.__version__


def test_clean_ups_stay_few():
    lines = text_of(ROOT / "docs" / "code-migrations.md").splitlines()
    assert sum(line.startswith("- ") for line in lines) <= 10


@pytest.fixture(scope="module")
def words_of_the_portal():
    """Everything a page may show: templates and the Vietnamese strings of the code."""
    shown = [*ROOT.glob("templates/**/*.html"), *CODE]
    return words(" ".join(text_of(path) for path in shown))


@pytest.mark.parametrize("page", GUIDE, ids=name)
def test_guide_names_words_that_stand_on_the_pages(page, words_of_the_portal):
    """Bold in the guide is a button, a heading or a label, word for word."""
    bold = {words(found) for found in re.findall(r"\*\*([^*]+)\*\*", text_of(page))}
    assert {found for found in bold if found not in words_of_the_portal} == set()
