"""What an import is made of: an Importer, registered by name, and what it reads.

A room registers an Importer in its AppConfig.ready; pages and commands share it. An importer of
big tables (ADR 26) opens its table with `core.tables.open_table`, which recognises, remembers or
asks about columns and units of account, reads with `table.rows()`, puts each row into a `Spool`
and gives that as `Reading.rows`; it applies from `batch.rows("created", "updated")`. A small
importer gives a list; one of more than 5,000 rows with "number" and "state" is staged for it, so
whoever may meet that many reads them from `batch.rows()`, never from `batch.preview`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from core.column_rows import Issue
from core.sheet_guard import REPORT, Limits
from core.sheets import Book
from core.transitions import InvalidTransition
from organizations.permissions import ACTIONS

from .models import Batch
from .staged import Spool

IMPORTERS: dict[str, "Importer"] = {}
KINDS = {"xlsx": "xlsx", "xls": "xls", "docx": "docx", "tsv": "tsv", "txt": "tsv"}


@dataclass
class Reading:
    """What a file says: JSON-able rows for the preview, all issues at once, counts."""

    rows: list[dict[str, Any]] | Spool = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


class Importer(ABC):
    """A kind of import. Subclasses set the words and the three steps.

    An undo that is refused because of later rows raises `HangsOn` with what hangs on the batch.
    """

    kind = ""
    label = ""
    # Permission asked of whoever uploads, applies and undoes.
    action = ""
    extensions: tuple[str, ...] = ("xlsx",)
    limits: Limits = REPORT
    template = "jobs/batch_rows.html"
    # Id of a form in the template whose corrections go along when the batch is applied.
    correction_form = ""
    # Name of the page where a mended file is uploaded again.
    upload_page = ""
    # The same file of an applied batch is told at the upload, and goes on only knowingly.
    tells_same_file = False
    # One sentence under the title of the upload page.
    about = ""

    @abstractmethod
    def read(self, book: Book, params: dict, unit) -> Reading:
        """Checks everything against the records and writes nothing."""

    @abstractmethod
    def apply(self, batch: Batch, user) -> dict[str, int]:
        """Writes all rows inside the caller's transaction; returns created/updated/unchanged."""

    def undo(self, batch: Batch, user) -> None:
        """Takes the batch back by further rows, or raises InvalidTransition with the reason."""
        raise InvalidTransition("Đợt nhập này không hoàn tác được.")

    def success_url(self, batch: Batch) -> str:
        """Where the applied rows can be seen."""
        return ""

    def context(self, batch: Batch, request) -> dict[str, Any]:
        """What the importer's own row template needs besides the batch."""
        return {}


def register(importer: Importer):
    IMPORTERS[importer.kind] = importer


def import_area(user, importer):
    """The unit a file is for: the area of the right that allows it, over all programmes."""
    grants = [grant for grant in user.current_grants() if not grant.program_code]
    return next(grant.area_unit for grant in grants if importer.action in ACTIONS[grant.role])


class HangsOn(InvalidTransition):
    """An undo refused; `items`: (words, address) of each thing that rests on the batch."""

    def __init__(self, message, items):
        super().__init__(message)
        self.items = items


def file_kind(name: str, importer: Importer) -> str:
    """By the ending; where the old format is taken too, the content says which of both it is."""
    kind = KINDS.get(name.rsplit(".", 1)[-1].lower(), "xlsx")
    return "xls" if kind == "xlsx" and "xls" in importer.extensions else kind
