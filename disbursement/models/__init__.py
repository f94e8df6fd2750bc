"""Money: projects, ledger, payments, what the Treasury said, plans, rules, roll-ups."""

from .cells import MoneyCell
from .ledger import LedgerEntry, Movement
from .money import LedgerQuerySet, MoneyQuerySet, PaymentQuerySet
from .payments import Payment
from .plans import CounterpartRule, MediumTermEntry, YearClosing
from .projects import ConstructionArrears, Contract, Project
from .rules import CalendarRule
from .treasury import GapNote, ProjectAlias, TreasuryLine
from .words import (
    PAIRED,
    STOCK,
    TAKES_AWAY,
    VINTAGE,
    EntryKind,
    Funding,
    GapReason,
    MatchKind,
    Moment,
    MovementKind,
    Nature,
    PaymentKind,
    ProjectKind,
    RuleKind,
    Source,
)

__all__ = [
    "PAIRED",
    "STOCK",
    "TAKES_AWAY",
    "VINTAGE",
    "CalendarRule",
    "ConstructionArrears",
    "Contract",
    "CounterpartRule",
    "EntryKind",
    "Funding",
    "GapNote",
    "GapReason",
    "LedgerEntry",
    "LedgerQuerySet",
    "MatchKind",
    "MediumTermEntry",
    "Moment",
    "MoneyCell",
    "MoneyQuerySet",
    "Movement",
    "MovementKind",
    "Nature",
    "Payment",
    "PaymentKind",
    "PaymentQuerySet",
    "Project",
    "ProjectAlias",
    "ProjectKind",
    "RuleKind",
    "Source",
    "TreasuryLine",
    "YearClosing",
]
