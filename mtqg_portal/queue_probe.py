"""A job that proves the queue from end to end: it waits, then leaves exactly one audit entry.

An administrator enqueues it to see that the worker lives; the recovery drill kills the worker
meanwhile and counts the entries.
"""

import time

from jobs.models import AuditEntry
from jobs.runner import handler

KIND = "heartbeat_probe"
LONGEST = 60


@handler(KIND)
def heartbeat_probe(job):
    time.sleep(min(job.payload.get("seconds", 0), LONGEST))

    def write():
        AuditEntry.objects.create(action=KIND, actor=job.created_by, object_label=str(job.pk))
        return {"entries": 1}

    return write
