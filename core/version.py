"""The portal's version: the newest heading of CHANGELOG.md, and nowhere else."""

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parent.parent / "CHANGELOG.md"
HEADING = re.compile(r"^## (\d+\.\d+\.\d+)\b", re.MULTILINE)


def newest_version(changelog: str) -> str:
    """The first heading of a version; a changelog without one is a broken installation."""
    found = HEADING.search(changelog)
    if found is None:
        raise ValueError("CHANGELOG.md has no heading such as “## 0.1.0 – …”")
    return found[1]


VERSION = newest_version(CHANGELOG.read_text(encoding="utf-8"))
