"""Streaming watchers for the XML parts of a workbook: they count and note, and keep no content."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.parsers import expat

# A markup token (a tag with its attributes, a comment) longer than this is an attack on the parser.
TOKEN_BYTES = 1024 * 1024
STYLE_ELEMENTS = 300_000
MERGED_CELLS = 2_000_000
COORDINATE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,10})")
ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9_.-]+)["']""")
LOCAL_FILE = re.compile(r"file:///[A-Za-z]:[\\/]")
ERROR_TEXT = re.compile(r"#[A-Z0-9/!?_]{1,20}")
SAFE_ENCODINGS = {b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1"}


class LimitPassed(Exception):
    def __init__(self, code: str, detail: str = ""):
        super().__init__(code)
        self.code, self.detail = code, detail


class UnsafeXml(Exception):
    """DOCTYPE, entity, or an encoding that would hide them."""


class PartLog:
    """What the watchers learned about all parts of one file."""

    def __init__(self, limits: Any):
        self.limits = limits
        self.roots: dict[str, str] = {}
        self.worksheets: list[str] = []
        self.cells = 0
        self.elements_left: int = limits.elements
        self.formula_count = 0
        self.formulas: dict[str, list[str]] = {}
        # Values like #N/A, which a fast reader gives as empty cells: {part: {cell: text}}.
        self.errors: dict[str, dict[str, str]] = {}
        self.sheet_ids: dict[str, list[tuple[str, str]]] = {}
        self.relations: dict[str, dict[str, str]] = {}


def watch(part: str, first: bytes, chunks: Iterator[bytes], log: PartLog) -> None:
    """Run one XML part through expat, refusing as soon as a limit is passed."""
    _check_encoding(first)
    parser = expat.ParserCreate()
    # Without the buffer each line break would cost a call: a file of line breaks is an attack.
    parser.buffer_text, parser.buffer_size = True, 64 * 1024
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    _Opening(part, parser, log)
    fed = 0
    try:
        for chunk in _with(first, chunks):
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > TOKEN_BYTES:
                raise UnsafeXml
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise LimitPassed("damaged") from None


def _with(first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from chunks


def _check_encoding(first: bytes) -> None:
    """A UTF-16 part would carry a DOCTYPE past any later byte search."""
    if first.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in first[:200]:
        raise UnsafeXml
    declared = ENCODING.match(first.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in SAFE_ENCODINGS:
        raise UnsafeXml


def _refuse_doctype(*args: Any) -> None:
    raise UnsafeXml


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


class _Opening:
    """Reads the root element, then hands the parser to the watcher for that root."""

    def __init__(self, part: str, parser: Any, log: PartLog):
        self.part, self.parser, self.log = part, parser, log
        parser.StartElementHandler = self.start

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        root = _local(tag)
        self.log.roots[self.part] = root
        watcher = WATCHERS.get(root, _Plain)(self.part, self.log)
        self.parser.StartElementHandler = watcher.start
        if hasattr(watcher, "text"):
            self.parser.CharacterDataHandler = watcher.text


class _Plain:
    """Any part whose content is not needed: only the number of elements is bounded."""

    def __init__(self, part: str, log: PartLog):
        self.part, self.log, self.limits = part, log, log.limits

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.log.elements_left -= 1
        if self.log.elements_left < 0:
            raise LimitPassed("too_many_cells")
        self.see(_local(tag), attributes)

    def see(self, tag: str, attributes: dict[str, str]) -> None:
        """Nothing to note in a plain part."""


class _Styles(_Plain):
    """The annotated copy has an object for every style: they have a lower bound of their own."""

    def __init__(self, part: str, log: PartLog):
        super().__init__(part, log)
        self.left = STYLE_ELEMENTS

    def see(self, tag: str, attributes: dict[str, str]) -> None:
        self.left -= 1
        if self.left < 0:
            raise LimitPassed("too_many_styles")


class _Workbook(_Plain):
    def see(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "sheet":
            return
        relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
        self.log.sheet_ids.setdefault(self.part, []).append((attributes.get("name", ""), relation))
        if len(self.log.sheet_ids[self.part]) > self.limits.sheets:
            raise LimitPassed("too_many_sheets")


class _Relations(_Plain):
    """Hyperlinks may point outside, and Word notes the sender's own template file; no more."""

    def see(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "Relationship":
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = attributes.get("Target", "")
        is_allowed = kind == "hyperlink" or (
            kind == "attachedTemplate" and LOCAL_FILE.match(target)
        )
        if attributes.get("TargetMode", "").lower() == "external" and not is_allowed:
            raise LimitPassed("forbidden_part")
        targets = self.log.relations.setdefault(self.part, {})
        targets[attributes.get("Id", "")] = target


class _ContentTypes(_Plain):
    def see(self, tag: str, attributes: dict[str, str]) -> None:
        if "macroenabled" in attributes.get("ContentType", "").lower():
            raise LimitPassed("forbidden_part")


class _SharedStrings(_Plain):
    def __init__(self, part: str, log: PartLog):
        super().__init__(part, log)
        self.length = 0

    def see(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            self.length = 0

    def text(self, text: str) -> None:
        self.length += 0 if text.isspace() else len(text)
        if self.length > self.limits.text:
            raise LimitPassed("text_too_long")


class _Worksheet(_Plain):
    """Counts cells that hold something; formatted empty cells cost only their elements."""

    def __init__(self, part: str, log: PartLog):
        super().__init__(part, log)
        log.worksheets.append(part)
        self.row = self.column = self.length = self.merged = 0
        self.is_open = self.is_error = False
        self.reactions = {
            "c": self.cell,
            "v": self.filled,
            "is": self.filled,
            "f": self.formula,
            "row": self.new_row,
            "mergeCell": self.merge,
        }

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Called a million times for an honest extract, so without the detour over `see`."""
        self.log.elements_left -= 1
        if self.log.elements_left < 0:
            raise LimitPassed("too_many_cells")
        react = self.reactions.get(tag) or self.reactions.get(_local(tag))
        if react:
            react(attributes)

    def new_row(self, attributes: dict[str, str]) -> None:
        """A row out of order would be dropped in silence by the reader."""
        before, self.row = self.row, _number(attributes.get("r"), self.row + 1)
        if self.row <= before:
            raise LimitPassed("damaged")
        self.column = 0

    def cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        before, row, column = self.column, self.row, self.column + 1
        if reference is not None:
            row, column = _coordinates(reference)
        if row != self.row or column <= before:
            raise LimitPassed("damaged")
        self.column, self.length, self.is_open = column, 0, True
        self.is_error = attributes.get("t") == "e"

    def filled(self, attributes: dict[str, str]) -> None:
        if not self.is_open:
            return
        self.is_open = False
        if self.row > self.limits.rows:
            raise LimitPassed("too_many_rows", _where(self.row, self.column))
        if self.column > self.limits.columns:
            raise LimitPassed("too_many_columns", _where(self.row, self.column))
        self.log.cells += 1
        if self.log.cells > self.limits.cells:
            raise LimitPassed("too_many_cells")

    def formula(self, attributes: dict[str, str]) -> None:
        self.filled(attributes)
        self.log.formula_count += 1
        if self.log.formula_count > self.limits.formulas:
            raise LimitPassed("too_many_formulas")
        coordinate = f"{column_letters(self.column)}{self.row}"
        self.log.formulas.setdefault(self.part, []).append(coordinate)

    def merge(self, attributes: dict[str, str]) -> None:
        """Harmless when streamed, but the annotated copy has to build every merged cell."""
        ends = attributes.get("ref", "").split(":")
        (top, left), (bottom, right) = _coordinates(ends[0]), _coordinates(ends[-1])
        self.merged += (abs(bottom - top) + 1) * (abs(right - left) + 1)
        if self.merged > MERGED_CELLS:
            raise LimitPassed("too_many_cells")

    def text(self, text: str) -> None:
        self.length += 0 if text.isspace() else len(text)
        if self.length > self.limits.text:
            raise LimitPassed("text_too_long")
        if self.is_error and ERROR_TEXT.fullmatch(text):
            found = self.log.errors.setdefault(self.part, {})
            found[f"{column_letters(self.column)}{self.row}"] = text


def _where(row: int, column: int) -> str:
    return f"dòng {row:,}".replace(",", ".") + f", cột {column_letters(column)}"


def _number(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise LimitPassed("damaged")
    return int(text)


def _coordinates(reference: str) -> tuple[int, int]:
    match = COORDINATE.fullmatch(reference)
    if not match:
        raise LimitPassed("damaged")
    return int(match[2]), column_number(match[1])


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column


def column_letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


WATCHERS: dict[str, type[_Plain]] = {
    "worksheet": _Worksheet,
    "sst": _SharedStrings,
    "styleSheet": _Styles,
    "workbook": _Workbook,
    "Relationships": _Relations,
    "Types": _ContentTypes,
}
