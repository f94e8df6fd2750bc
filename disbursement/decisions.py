"""The decision that money rests on: found by its number, or noted down on first use."""

from organizations.models import LegalDocument


class ManyDecisions(Exception):
    """Several documents bear this number; the day tells them apart."""


def find_decision(number, issued_on=None):
    """The document of this number (and day), or None when nobody has noted it."""
    found = LegalDocument.objects.filter(number__iexact=tidy(number))
    if issued_on:
        found = found.filter(issued_on=issued_on)
    rows = list(found[:2])
    if len(rows) > 1:
        raise ManyDecisions
    return rows[0] if rows else None


def tidy(number):
    return " ".join(number.split())


def new_decision(number, issued_on, unit, abstract):
    """Not saved yet: a preview writes nothing."""
    number = tidy(number)
    is_resolution = "/NQ" in number.upper()
    kinds = LegalDocument.Kind
    return LegalDocument(
        number=number,
        issued_on=issued_on,
        kind=kinds.RESOLUTION if is_resolution else kinds.DECISION,
        issuer=f"{'HĐND' if is_resolution else 'UBND'} {unit.name}",
        abstract=abstract,
    )


def stored(decision):
    """Two officers who name the same new decision share one document."""
    named = {"number": decision.number, "issued_on": decision.issued_on}
    others = {name: getattr(decision, name) for name in ("kind", "issuer", "abstract")}
    return LegalDocument.objects.get_or_create(**named, defaults=others)[0]
