"""Third-party files are exactly the ones written down, byte for byte."""

import hashlib
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
RECORD = "VERSIONS.md"


def listed():
    rows = {}
    for line in (VENDOR / RECORD).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and len(cells[4]) == 64:
            rows[cells[0]] = cells[1:]
    return rows


def shipped():
    files = (path for path in VENDOR.rglob("*") if path.is_file() and path.name != RECORD)
    return {str(path.relative_to(VENDOR)): path for path in files}


def test_every_vendor_file_is_listed_and_every_listed_file_exists():
    assert set(listed()) == set(shipped())


def test_checksums_match_the_record():
    found = {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in shipped().items()
    }
    assert found == {name: row[-1] for name, row in listed().items()}


def test_every_row_names_package_version_and_licence():
    assert all(all(row[:3]) for row in listed().values())


def test_stylesheets_and_scripts_point_to_no_source_map():
    """Hashed static files refuse to collect a reference to a file that is not shipped."""
    text = [path for name, path in shipped().items() if name.endswith((".css", ".js"))]
    assert text
    assert not [path.name for path in text if b"sourceMappingURL" in path.read_bytes()]
