"""The table is asked in two files, so that two test processes share it."""

from .matrix import all_rows

BEGINNINGS = ("reporting:", "jobs:", "documents:", "notices:", "admin", "account:", "log")
NAMES = sorted({row.name for row in all_rows()})
FIRST = [name for name in NAMES if name.startswith(BEGINNINGS)]
SECOND = [name for name in NAMES if name not in FIRST]
