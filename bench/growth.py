"""Ten times the rows of the demo province, with the same units, programmes and people."""

from itertools import islice

from assignments.models import Assignment, AssignmentParty, Occurrence
from disbursement.models import LedgerEntry, Payment

BATCH = 2000


def copied(model, rows, **changes):
    """The rows once more under new keys; `changes` are made to each copy."""
    copies = []
    for row in rows:
        row.pk = None
        row._state.adding = True
        for name, value in changes.items():
            setattr(row, name, value(row) if callable(value) else value)
        copies.append(row)
    made = iter(copies)
    while part := list(islice(made, BATCH)):
        model._base_manager.bulk_create(part)
    return copies


def grow(times):
    """Money and tasks as many times; returns how many rows there are then."""
    payments = list(Payment._base_manager.filter(reverses=None))
    entries = list(LedgerEntry._base_manager.all())
    for _ in range(times - 1):
        copied(Payment, payments)
        copied(LedgerEntry, entries)
    grow_tasks(times)
    return {
        model._meta.label: model._base_manager.count()
        for model in (Payment, LedgerEntry, Assignment, Occurrence)
    }


def grow_tasks(times):
    tasks = list(Assignment.objects.prefetch_related("parties", "occurrences"))
    below = [(list(task.parties.all()), list(task.occurrences.all())) for task in tasks]
    for copy in range(1, times):
        number = f"x{copy}-"
        copied(Assignment, tasks, number=lambda task, n=number: (n + task.number)[-12:])
        for task, (parties, occurrences) in zip(tasks, below, strict=True):
            copied(AssignmentParty, parties, assignment=task)
            copied(Occurrence, occurrences, assignment=task)
