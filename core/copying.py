"""Very many rows into one table: COPY on PostgreSQL, one executemany elsewhere."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

CHUNK = 2_000
TO_ESCAPE = re.compile(r"[\\\t\n\r]")
ESCAPED = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def copy_rows(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Appends rows of plain values (text, whole numbers, days, moments, JSON as text, None).

    Every column without a default of the database has to be named. Constraints hold as ever; no
    `save` and no signal is called, so what follows from a row is the caller's to write.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    if connection.vendor == "postgresql":
        lines = _Lines(rows)
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", lines)
        return lines.count
    marks = ", ".join(["%s"] * len(fields))
    return _by_chunks(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def _by_chunks(statement: str, rows: Iterable[Sequence[Any]]) -> int:
    count, waiting = 0, iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(itertools.islice(waiting, CHUNK)):
            cursor.executemany(statement, [[_adapted(value) for value in row] for row in chunk])
            count += len(chunk)
    return count


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(value, date) else value


class _Lines:
    """What COPY reads: rows as text, made as they are asked for."""

    def __init__(self, rows: Iterable[Sequence[Any]]):
        self.rows: Iterator[Sequence[Any]] = iter(rows)
        self.count = 0

    def read(self, size: int = -1) -> str:
        chunk = list(itertools.islice(self.rows, CHUNK))
        self.count += len(chunk)
        return "".join("\t".join([_text(value) for value in row]) + "\n" for row in chunk)


def _text(value: Any) -> str:
    if value is None:
        return r"\N"
    if value.__class__ is str:
        return TO_ESCAPE.sub(_escape, value) if TO_ESCAPE.search(value) else value
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _escape(found: re.Match[str]) -> str:
    return ESCAPED[found[0]]
