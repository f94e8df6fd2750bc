"""What a page offers it also grants: no button and no link of it ends in 403 or 404."""

import pytest

from .checks import offers, offers_on

pytestmark = [pytest.mark.django_db, pytest.mark.rights]

PAGES = sorted({offer.row.name for offer in offers()})


@pytest.mark.parametrize("name", PAGES)
def test_nothing_offered_is_refused(asker, name):
    asked = [offer for offer in offers() if offer.row.name == name]
    assert not [word for offer in asked for word in offer.complaints(asker)]


def test_control_offers_are_found():
    body = """<a href="/von/">Vốn</a><form method="post" action="/thong-bao/don-doc/">
    <input type="hidden" name="topic" value="alert:1"><button name="b">Gửi</button></form>"""
    urge = ("POST", "/thong-bao/don-doc/", (("b", ""), ("topic", "alert:1")))
    assert offers_on(body) == {("GET", "/von/", ()), urge}
    assert not offers_on('<a href="https://example.vn/">x</a><a href="#top">y</a>')
