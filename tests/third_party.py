"""The licences of everything the portal is made of, written into THIRD_PARTY.md.

    .venv/bin/python -m tests.third_party write

Python packages: those of requirements.txt and whatever they need here, as their own metadata says.
Files for browsers: static/vendor/VERSIONS.md. Versions stand in requirements.lock.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "THIRD_PARTY.md"
CLASSIFIER = "License :: OSI Approved :: "
# Packages whose metadata names no licence, or gives its whole text; read from their own files.
KNOWN = {
    "resvg-py": "MIT",
    "tinyhtml5": "MIT",
    "tzdata": "Apache-2.0",
}
HEAD = """# Third-party software

Written by `python -m tests.third_party write`; `tests/test_third_party.py` fails when something
installed or shipped is missing here. Versions stand in `requirements.lock` and
`static/vendor/VERSIONS.md`, fonts and texts of licences beside the files they concern, see
[NOTICE](NOTICE).

## Python packages

| Package | Licence | Home |
|---|---|---|
"""
MIDDLE = """
## Files served to browsers

| File | Package | Licence |
|---|---|---|
"""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    bare = [line.split("#")[0].strip() for line in lines]
    return [Requirement(line) for line in bare if line and not line.startswith("-")]


def wanted_by(requirement: Requirement) -> list[Requirement]:
    """What a package needs on this machine, its chosen extras included."""
    needs = [Requirement(text) for text in distribution(requirement.name).requires or []]
    extras = [{"extra": extra} for extra in ("", *requirement.extras)]
    return [r for r in needs if r.marker is None or any(r.marker.evaluate(e) for e in extras)]


def installed() -> dict[str, Distribution]:
    """{name: distribution} of requirements.txt and everything below it."""
    found: dict[str, Distribution] = {}
    queue = [r for r in pinned() if r.marker is None or r.marker.evaluate()]
    seen: set[tuple[str, frozenset[str]]] = set()
    while queue:
        requirement = queue.pop()
        key = (normal(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            found[key[0]] = distribution(requirement.name)
        except PackageNotFoundError:
            continue
        queue += wanted_by(requirement)
    return found


def licence_of(name: str, package: Distribution) -> str:
    """An SPDX expression where the package has one, else its classifier, else its short text."""
    facts = package.metadata
    if facts.get("License-Expression"):
        return facts["License-Expression"]
    if name in KNOWN:
        return KNOWN[name]
    classified = [
        line.removeprefix(CLASSIFIER)
        for line in facts.get_all("Classifier") or []
        if line.startswith(CLASSIFIER)
    ]
    text = (facts.get("License") or "").strip()
    return " / ".join(classified) or (text if 0 < len(text) <= 60 else "")


def home_of(package: Distribution) -> str:
    urls = dict(
        line.split(", ", 1)
        for line in package.metadata.get_all("Project-URL") or []
        if ", " in line
    )
    lowered = {name.lower(): url for name, url in urls.items()}
    for name in ("homepage", "home", "source", "repository", "source code", "github"):
        if name in lowered:
            return lowered[name]
    return package.metadata.get("Home-page") or next(iter(urls.values()), "")


def vendored() -> list[tuple[str, str, str]]:
    """(file, package, licence) of every file for browsers."""
    rows = []
    for line in (ROOT / "static/vendor/VERSIONS.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and len(cells[4]) == 64:
            rows.append((cells[0], cells[1], cells[3]))
    return rows


def page() -> str:
    packages = [
        f"| {name} | {licence_of(name, package)} | {home_of(package)} |"
        for name, package in sorted(installed().items())
    ]
    files = [f"| {file} | {package} | {licence} |" for file, package, licence in vendored()]
    return HEAD + "\n".join(packages) + "\n" + MIDDLE + "\n".join(files) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["write"]:
        sys.exit("usage: python -m tests.third_party write")
    PAGE.write_text(page(), encoding="utf-8")
