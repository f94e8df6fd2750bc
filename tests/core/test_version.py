"""One place tells the version, everybody else reads it."""

import pytest

import mtqg_portal
from core.version import CHANGELOG, VERSION, newest_version


def test_the_newest_heading_is_the_version():
    text = "# Thay đổi\n\n## 1.12.0 – tháng 3\n\n- một dòng\n\n## 0.1.0 – bản đầu tiên\n"
    assert newest_version(text) == "1.12.0"
    assert newest_version(CHANGELOG.read_text(encoding="utf-8")) == VERSION
    assert mtqg_portal.__version__ == VERSION


def test_a_changelog_without_a_version_is_an_error():
    with pytest.raises(ValueError, match=r"CHANGELOG\.md"):
        newest_version("# Thay đổi\n\n### 1.2.3\n")


@pytest.mark.django_db
def test_the_footer_and_the_schema_tell_it(people, client_of):
    client = client_of(people.head)
    assert f"Phiên bản {VERSION}" in client.get("/").content.decode()
    schema = client.get("/api/schema/", HTTP_ACCEPT="application/json")
    assert schema.status_code == 200 and VERSION in schema.content.decode()
