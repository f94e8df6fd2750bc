"""Vietnamese deadline wording -> DeadlineSpec -> occurrences."""

from .parser import parse_deadline
from .spec import DeadlineKind, DeadlinePart, DeadlineSpec, Doubt, due_after

__all__ = [
    "DeadlineKind",
    "DeadlinePart",
    "DeadlineSpec",
    "Doubt",
    "due_after",
    "parse_deadline",
]
