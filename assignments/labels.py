"""The numbering of an appendix: the label a row carries and the headings above it."""

import re
from dataclasses import dataclass, field

from core.text import from_roman

# "I. Hoàn thiện cơ chế" in one merged cell: the label, a mark or a space, the words.
LABELLED = re.compile(
    r"([IVXLC]+|[A-ZĐ]|[a-zđ]|\d{1,3})((?:\.\d{1,3})*)(\s?[.)/:–-]*)(?:\s+(.*))?", re.S
)
BULLETS = ("-", "+", "–", "•", "*")


def split_label(text: str) -> tuple[str, str]:
    """("I.1", "Các văn bản …") of "I.1. Các văn bản …"; ("", text) without a label."""
    found = LABELLED.fullmatch(text.strip())
    if not found:
        return "", text.strip()
    head, digits, mark, words = found.groups()
    # A single letter or numeral before words is a label only with a mark behind it.
    if words and not (mark or digits or _is_long_roman(head)):
        return "", text.strip()
    return head + digits + (")" if ")" in mark else ""), (words or "").strip()


def _is_long_roman(text):
    return len(text) > 1 and _is_roman(text)


def _is_roman(text):
    try:
        return from_roman(text) > 0
    except ValueError:
        return False


@dataclass
class Outline:
    """The headings above the current row, outermost first, by kind of label and nesting."""

    path: list[tuple[str, str, str]] = field(default_factory=list)

    def enter(self, label: str, title: str) -> None:
        """A heading closes those of its own kind and whatever was inside them."""
        kind = self.kind_of(label)
        kinds = [one[0] for one in self.path]
        if kind in kinds:
            del self.path[kinds.index(kind) :]
        elif "." in label:
            self._close_below(label)
        self.path.append((kind, label, title))

    def _close_below(self, label):
        """ "b.1" stands directly under "b)", "I.2" under "I"."""
        stem = label.rsplit(".", 1)[0]
        labels = [one[1].rstrip(")") for one in self.path]
        if stem in labels:
            del self.path[labels.index(stem) + 1 :]

    def kind_of(self, label: str) -> str:
        """ "R", "U", "l" or "d" for numeral, capital, letter, digit; one "." per further level."""
        head, *rest = label.rstrip(")").split(".")
        if head.isdigit():
            kind = "d"
        elif not head.isupper():
            kind = "l"
        else:
            kind = "U" if self._continues_capitals(head) or not _is_roman(head) else "R"
        return kind + "." * len(rest)

    def _continues_capitals(self, head):
        """ "C" after "B" is a letter, not a hundred; so is "D" after "C"."""
        last = next((label for kind, label, _ in self.path if kind == "U"), None)
        return last is not None and len(head) == 1 and ord(head) == ord(last[0]) + 1

    @property
    def section(self) -> list[str]:
        return [label for _, label, _ in self.path]

    @property
    def titles(self) -> list[str]:
        return [title for _, _, title in self.path]
