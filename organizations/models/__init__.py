"""Who and where: units over time, committees, posts, people, rights, legal documents."""

from .documents import LegalDocument
from .people import CommitteeRole, Grant, Post, PostHolder, Role, SteeringCommittee, User
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
    "CommitteeRole",
    "Flag",
    "Grant",
    "LegalDocument",
    "Post",
    "PostHolder",
    "Role",
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
