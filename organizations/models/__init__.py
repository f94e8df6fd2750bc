"""Who and where: units over time, committees, posts, people, rights, legal documents."""

from .accounts import EventKind, PasswordUse, PersonSession, SecurityChain, SecurityEvent
from .documents import LegalDocument
from .people import CommitteeRole, Grant, Post, PostHolder, Role, SteeringCommittee, User
from .tokens import ApiToken, Scope
from .units import (
    COMMUNE_KINDS,
    DISTRICT_KINDS,
    Flag,
    Unit,
    UnitAlias,
    UnitEvent,
    UnitFlag,
    UnitKind,
    UnitLineage,
    UnitParent,
    UnitScope,
    Via,
)

__all__ = [
    "COMMUNE_KINDS",
    "DISTRICT_KINDS",
    "ApiToken",
    "CommitteeRole",
    "EventKind",
    "Flag",
    "Grant",
    "LegalDocument",
    "PasswordUse",
    "PersonSession",
    "Post",
    "PostHolder",
    "Role",
    "Scope",
    "SecurityChain",
    "SecurityEvent",
    "SteeringCommittee",
    "Unit",
    "UnitAlias",
    "UnitEvent",
    "UnitFlag",
    "UnitKind",
    "UnitLineage",
    "UnitParent",
    "UnitScope",
    "User",
    "Via",
]
