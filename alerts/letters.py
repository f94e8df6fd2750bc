"""An alert and a report owed as the matter of a letter; who gets a letter hears of it."""

from django.urls import reverse

from documents.content import Annex, Column, Kind, Row, Table
from documents.matters import Matter, matter_of
from documents.models import WHEN_NUMBERED
from notices.models import Notice, NoticeKind

from .models import Alert, AlertRule
from .urging import about_alert, about_obligation

TITLES = {
    AlertRule.ZERO_DISBURSEMENT: "DANH SÁCH CÔNG TRÌNH, HOẠT ĐỘNG CHƯA GIẢI NGÂN",
    AlertRule.ASSIGNMENT_OVERDUE: "DANH SÁCH NHIỆM VỤ QUÁ HẠN",
    AlertRule.REPORT_OVERDUE: "DANH SÁCH BÁO CÁO QUÁ HẠN",
}


@matter_of("alert")
def of_alert(pk, user, today):
    """The alert's words, and every open alert of its kind that the same unit has."""
    urge = about_alert(pk, user, today)  # 404 for what the person may not read
    rule = Alert.objects.get(pk=pk).rule
    rows = Alert.objects.for_user(user).open().filter(unit=urge.unit, rule=rule)
    return Matter(
        units=(urge.unit,),
        subject=subject_of(urge),
        text=urge.body,
        annex=Annex(TITLES[rule], (alert_table(rows, rule, today),)),
    )


@matter_of("obligation")
def of_obligation(pk, user, today):
    urge = about_obligation(pk, user, today)
    return Matter(units=(urge.unit,), subject=subject_of(urge), text=urge.body)


def subject_of(urge):
    """ "Đôn đốc: X" as part of a sentence that says "đôn đốc" itself."""
    return urge.subject.removeprefix("Đôn đốc: ").rstrip(".")


def alert_table(rows, rule, today):
    has_money = rule == AlertRule.ZERO_DISBURSEMENT
    columns = [
        Column("TT", Kind.CENTER, 0.4),
        Column("Nội dung", Kind.TEXT, 5),
        Column("Thời hạn", Kind.CENTER, 1),
        Column("Quá hạn (ngày)", Kind.NUMBER, 0.8),
    ]
    if has_money:
        columns.append(Column("Còn lại (đồng)", Kind.NUMBER, 1.4))
    lines = [
        Row(
            (
                str(index),
                row.title,
                f"{row.due_on:%d/%m/%Y}",
                max((today - row.due_on).days, 0),
                *((row.amount,) if has_money else ()),
            )
        )
        for index, row in enumerate(rows, start=1)
    ]
    return Table(tuple(columns), tuple(lines))


def tell_addressees(document, user):
    """A letter with its number has left the office: each addressee is told once."""
    for unit in document.addressees.all():
        Notice.objects.send(
            key=f"document-{document.pk}-{unit.pk}",
            unit=unit,
            kind=NoticeKind.DOCUMENT,
            subject=f"{document.get_kind_display()} số {document.number}: {document.title}"[:300],
            url=reverse("documents:detail", args=[document.pk]),
            sender=user,
        )


WHEN_NUMBERED.append(tell_addressees)
