"""Work shared out among forks of this process, each with the world as it stands in memory."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from typing import Any

from django.db import connection


def keep_in_memory():
    """A database in memory is copied by a fork; a file or a server would be shared by all."""
    if connection.vendor != "sqlite":
        sys.exit("Runs on SQLite in memory: leave DATABASE_URL empty.")
    connection.settings_dict["TEST"]["NAME"] = None


inherited = None


def forked(work: Callable, things: Sequence, size: int = 1) -> Iterator[Any]:
    """work(thing) of each in order, by as many forks as there are processors.

    Only places and answers are sent: the work and the things are inherited.
    """
    global inherited
    inherited = work, things
    gc.freeze()
    with get_context("fork").Pool(os.cpu_count()) as pool:
        yield from pool.imap(one, range(len(things)), size)


def one(place: int) -> Any:
    work, things = inherited
    return work(things[place])
