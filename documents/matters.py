"""What a letter can be about: higher rooms put a matter into words, this room writes the letter.

A room registers a composer from AppConfig.ready:

    @matter_of("alert")
    def of_alert(pk, user, today):
        alert = get_object_or_404(Alert.objects.for_user(user), pk=pk)
        return Matter(units=(alert.unit,), subject=…, text=…, annex=…)
"""

from dataclasses import dataclass

from django.http import Http404

from organizations.models import Unit

from .content import Annex, Table

COMPOSERS = {}


@dataclass(frozen=True)
class Matter:
    """To whom, about what, and the rows to go with it."""

    units: tuple[Unit, ...]
    subject: str
    text: str
    annex: Annex | None = None

    @property
    def annex_rows(self) -> int:
        """Rows of the annex's tables, without headings and sums."""
        tables = [block for block in self.annex.blocks if isinstance(block, Table)]
        return sum(row.kind == "body" for table in tables for row in table.rows)


def matter_of(topic):
    def register(function):
        COMPOSERS[topic] = function
        return function

    return register


def find_matter(topic, user, today):
    """The matter of a topic like "alert:12"; None without a topic, 404 for one not known."""
    if not topic:
        return None
    name, _, key = topic.partition(":")
    if name not in COMPOSERS or not key.isdecimal() or len(key) > 18:
        raise Http404
    return COMPOSERS[name](int(key), user, today)
