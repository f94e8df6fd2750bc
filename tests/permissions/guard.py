"""Sees every row that is written while somebody is refused.

The wrapper stands between the ORM and the driver, so nothing is missed: not bulk writes, not raw
statements, not writes undone by the view itself.
"""

import re
from contextlib import contextmanager

from django.db import connection

WRITE = re.compile(
    r'^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|REPLACE\s+INTO)\s+"?(\w+)',
    re.I,
)
# What a refusal may leave behind: the session, sign-ins, the logs of who tried what, and the
# first answer to a form's key, which a second click is given again.
HARMLESS = re.compile(
    r"^(django_session|axes_\w+|jobs_auditentry|jobs_firstanswer"
    r"|organizations_(personsession|securityevent|securitychain))$"
)


SAVEPOINT = re.compile(r'^\s*(SAVEPOINT|ROLLBACK TO SAVEPOINT) "?(\w+)', re.I)


class WriteGuard:
    """`tried`: business tables that were written, in order; `kept`: those not taken back.

    An update that finds no row (compare-and-set by the loser) is no write.
    """

    def __init__(self):
        self.tried, self.kept, self.marks = [], [], {}

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        found = WRITE.match(sql)
        # Of an insert SQLite counts nothing until its returned keys are read.
        is_real = sql.lstrip()[:6].upper() == "INSERT" or context["cursor"].rowcount != 0
        if found and is_real and not HARMLESS.match(found[1]):
            self.tried.append(found[1])
            self.kept.append(found[1])
        self.follow(SAVEPOINT.match(sql))
        return result

    def follow(self, step):
        if step and step[1].upper() == "SAVEPOINT":
            self.marks[step[2]] = len(self.kept)
        elif step:
            del self.kept[self.marks.get(step[2], 0) :]


@contextmanager
def watching():
    guard = WriteGuard()
    with connection.execute_wrapper(guard):
        yield guard
