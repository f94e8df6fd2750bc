"""The words of "Đôn đốc" for a place that is behind with its money."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.money import format_rate
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
