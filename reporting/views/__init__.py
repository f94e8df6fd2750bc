"""Pages of this room: what is owed, filling, reviewing, consolidating."""

from .consolidated import (
    ApproveView,
    ConsolidatedView,
    EditTextView,
    RebuildView,
    RowsView,
    SourcesView,
)
from .filling import AutosaveView, FillView, ReceiptView
from .reviewing import ReviewView
from .rounds import OpenRoundView, RoundView, StartView

__all__ = [
    "ApproveView",
    "AutosaveView",
    "ConsolidatedView",
    "EditTextView",
    "FillView",
    "OpenRoundView",
    "RebuildView",
    "ReceiptView",
    "ReviewView",
    "RoundView",
    "RowsView",
    "SourcesView",
    "StartView",
]
