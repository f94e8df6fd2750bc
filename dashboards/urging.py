"""The words of "Đôn đốc" for a place that is behind with its money."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.money import format_rate
from documents.content import Annex, Column, Kind, Row, RowKind, Table
from documents.matters import Matter, matter_of
from notices.urging import Urge, urge_about
from organizations.models import Unit

from .figures import money_of, short_of, zero_review
from .wording import million


@urge_about("money")
def about_money(pk, user, today):
    unit = get_object_or_404(Unit.objects.for_user(user), pk=pk)
    money = money_of(user, unit, today)
    zero = zero_review(user, today, unit=unit)
    short = short_of(money.total, money.mark)
    words = [
        f"Giải ngân vốn năm {money.books.plan_year} (kể cả vốn kéo dài) "
        f"đạt {format_rate(money.rate)}"
    ]
    if short and short > 0:
        words.append(
            f"còn thiếu {million(short)} triệu đồng so với mốc tiến độ đều "
            f"{format_rate(money.mark)}"
        )
    if zero:
        words.append(
            f"{len(zero.projects)} công trình, hoạt động chưa giải ngân, còn "
            f"{million(zero.amount)} triệu đồng"
        )
    return Urge(
        unit=unit,
        subject=f"Đôn đốc: giải ngân vốn năm {money.books.plan_year}",
        body=f"{'; '.join(words)}. Đề nghị đơn vị nêu nguyên nhân từng công trình, đẩy nhanh "
        "nghiệm thu, thanh toán và đề xuất điều chuyển phần không có khả năng giải ngân.",
        url=reverse("disbursement:unit", args=[unit.pk]),
    )


@matter_of("money")
def of_money(pk, user, today):
    """The same words as a letter, with the projects at 0 % as its annex."""
    urge = about_money(pk, user, today)
    zero = zero_review(user, today, unit=urge.unit)
    title = "DANH SÁCH CÔNG TRÌNH, HOẠT ĐỘNG CHƯA GIẢI NGÂN"
    return Matter(
        units=(urge.unit,),
        subject=urge.subject.removeprefix("Đôn đốc: "),
        text=urge.body,
        annex=Annex(title, (zero_table(zero),)) if zero else None,
    )


def zero_table(zero):
    columns = (
        Column("TT", Kind.CENTER, 0.4),
        Column("Công trình, hoạt động", Kind.TEXT, 3.6),
        Column("Đơn vị", Kind.TEXT, 1.6),
        Column("Còn lại (đồng)", Kind.NUMBER, 1.4),
        Column("Vướng mắc đơn vị nêu", Kind.TEXT, 2.4),
    )
    rows = [
        Row((str(index), one.name, one.unit.label, one.left, one.difficulty or "Chưa nêu"))
        for index, one in enumerate(zero.projects, start=1)
    ]
    rows.append(Row(("", "Tổng cộng", "", zero.amount, ""), RowKind.SUM))
    return Table(columns, tuple(rows))
