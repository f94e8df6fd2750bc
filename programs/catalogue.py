"""The programmes of 2021–2025 as data: `programs/data/*.csv`, each row with its source."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from organizations.models import LegalDocument

from .models import Component, Program

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_catalogue(folder=DATA):
    """Writes documents, programmes and component trees; the same files twice change nothing.

    Returns {"documents", "programs", "components"}: how many rows are new.
    """
    documents = {row["number"]: load_document(row) for row in read(folder / "documents.csv")}
    programs = {
        row["code"]: load_program(row, order, documents)
        for order, row in enumerate(read(folder / "programs.csv"), start=1)
    }
    components = {}
    for order, row in enumerate(read(folder / "components.csv"), start=1):
        components[row["code"]] = load_component(row, order, programs, components)
    loaded = {"documents": documents, "programs": programs, "components": components}
    return {name: sum(is_new for _, is_new in rows.values()) for name, rows in loaded.items()}


def read(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def load_document(row):
    return LegalDocument.objects.update_or_create(
        number=row["number"],
        issued_on=date.fromisoformat(row["issued_on"]),
        defaults={
            "kind": row["kind"],
            "issuer": row["issuer"],
            "is_normative": row["is_normative"] == "1",
            "abstract": row["abstract"],
        },
    )


def load_program(row, order, documents):
    plain = ("name", "short_name", "kind", "generation", "source")
    return Program.objects.update_or_create(
        code=row["code"],
        defaults={key: row[key] for key in plain}
        | {
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            "legal_basis": documents[row["legal_basis"]][0],
            "order": order,
        },
    )


def load_component(row, order, programs, components):
    """A parent stands above its children in the file."""
    plain = ("name", "kind", "lead_text", "source")
    return Component.objects.update_or_create(
        code=row["code"],
        defaults={key: row[key] for key in plain}
        | {
            "program": programs[row["program"]][0],
            "parent": components[row["parent"]][0] if row["parent"] else None,
            "order": order,
        },
    )
