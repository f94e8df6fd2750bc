"""What the pages of imports show: faults by kind, rows by the page, the list with its filter."""

import re

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count
from django.utils.http import urlencode

from core.account_unit import WORDS
from core.tables import ABOVE, CONFIRMED, REMEMBERED, TITLE

from .imports import IMPORTERS
from .models import Batch, BatchState, Job
from .staged import DOUBTFUL_ROW

PAGE = 50
FIRST_CELLS = 12
QUOTED = re.compile(r"“[^”]*”|[0-9][0-9.,/]*")
KNOWN_BY = {
    TITLE: "ghi ở tiêu đề cột",
    ABOVE: "ghi phía trên bảng",
    CONFIRMED: "đã xác nhận cho tệp này",
    REMEMBERED: "nhớ từ lần xác nhận trước",
}
STATE_LABELS = {
    "created": "Mới",
    "updated": "Thay đổi",
    "unchanged": "Không đổi",
    "gone": "Không còn trong tệp",
    "held": "Chưa ghi sổ",
    "waiting": "Chờ ghép",
}


def issue_groups(issues):
    """Faults that say the same of other values together: how many, and where the first stand."""
    groups = {}
    for issue in issues:
        key = issue["severity"], issue["sheet"], QUOTED.sub("…", issue["message"])
        groups.setdefault(key, []).append(issue)
    out = [
        {
            "message": found[0]["message"],
            "sheet": found[0]["sheet"],
            "count": len(found),
            "cells": [issue["cell"] for issue in found[:FIRST_CELLS] if issue["cell"]],
            "more": max(0, len(found) - FIRST_CELLS),
            "issues": found[:200],
        }
        for found in groups.values()
    ]
    return sorted(out, key=lambda group: -group["count"])


def rows_context(batch, data):
    """A page of the rows read: of a small import all of them, of a big one faults first."""
    counts = dict(batch.staged_rows.order_by().values_list("state").annotate(Count("pk")))
    if not counts:
        return {"rows": batch.preview}
    chosen = data.get("ket-qua", "")
    rows = batch.staged_rows.all()
    doubtful = rows.filter(rank=DOUBTFUL_ROW).count()
    if chosen == "doubt":
        rows = rows.filter(rank=DOUBTFUL_ROW)
    elif chosen in counts:
        rows = rows.filter(state=chosen)
    page = Paginator(rows, PAGE).get_page(data.get("page"))
    shown = [row.data | {"faults": row.faults} for row in page.object_list]
    return {"rows": shown, "rows_page": page, "row_chips": chips(counts, doubtful, chosen)}


def chips(counts, doubtful, chosen):
    items = [("", "Tất cả", sum(counts.values()), False)]
    items.append(("error", "Có lỗi", counts.get("error", 0), True))
    items.append(("doubt", "Cần xem lại", doubtful, False))
    items += [(key, label, counts.get(key, 0), False) for key, label in STATE_LABELS.items()]
    return [
        {
            "label": label,
            "url": f"?{urlencode({'ket-qua': key})}#rows",
            "count": count,
            "hot": hot and count,
            "current": key == chosen,
        }
        for key, label, count, hot in items
        if count or not key
    ]


def layout_lines(batch):
    """How columns and units were understood: shown beside the preview."""
    table = batch.params.get("table")
    if not table:
        return []
    titles = {title["index"]: title for title in table["titles"]}
    return [
        {
            "label": column["label"],
            "title": titles.get(column["place"], {}).get("title", ""),
            "letters": titles.get(column["place"], {}).get("letters", ""),
            "unit": WORDS.get(column.get("unit")),
            "how": KNOWN_BY.get(column.get("known_by"), ""),
        }
        for column in table["columns"]
        if column["place"] is not None
    ]


def job_of(batch, key):
    """The job that works on the batch now: for its progress."""
    return Job.objects.filter(key=key).first()


class BatchFilter(forms.Form):
    """Every choice stands in the address."""

    q = forms.CharField(label="Tên tệp", required=False, max_length=100)
    loai = forms.ChoiceField(label="Loại", required=False)
    trang_thai = forms.ChoiceField(
        label="Trạng thái", required=False, choices=[("", "Mọi trạng thái"), *BatchState.choices]
    )
    nguoi = forms.ChoiceField(label="Người nhập", required=False)

    def __init__(self, data, *, user):
        super().__init__(data)
        kinds = sorted((i.label, kind) for kind, i in IMPORTERS.items())
        self.fields["loai"].choices = [("", "Mọi loại"), *((k, label) for label, k in kinds)]
        self.fields["nguoi"].choices = [("", "Mọi người"), ("toi", "Tôi nhập")]
        self.user = user

    def rows(self):
        """What is misspelt in the address counts as not chosen."""
        self.is_valid()
        said = self.cleaned_data
        rows = Batch.objects.for_user(self.user).select_related("file", "created_by", "unit")
        if said.get("q"):
            rows = rows.filter(file__name__icontains=said["q"])
        if said.get("loai"):
            rows = rows.filter(kind=said["loai"])
        if said.get("trang_thai"):
            rows = rows.filter(state=said["trang_thai"])
        return rows.filter(created_by=self.user) if said.get("nguoi") else rows
