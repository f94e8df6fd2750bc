"""The sentences and tiles of the start pages; figures come from dashboards.figures."""

from datetime import date

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode

from core.money import format_amount, format_decimal, format_rate

from .figures import Money, PlaceLine, Sent, Tasks, Zero

PARTS_OF_DAY = ((11, "Sáng"), (13, "Trưa"), (18, "Chiều"), (24, "Tối"))


def million(amount):
    return format_amount(amount, "triệu đồng")


def part_of_day(hour):
    return next(name for until, name in PARTS_OF_DAY if hour < until)


def days_words(days):
    if days == 0:
        return "hôm nay"
    return f"còn {days} ngày" if days > 0 else f"đã qua {-days} ngày"


def money_finding(money: Money, lines: list[PlaceLine], waiting: int):
    """The rate against the even mark, the three places most short, what waits."""
    if money.rate is None:
        text = format_html("Năm {} chưa có số liệu giải ngân.", money.books.plan_year)
    else:
        text = format_html("Giải ngân <b>{}</b>, {}.", format_rate(money.rate), gap_words(money))
    places = lines[:3]
    if places:
        short = sum(line.short or 0 for line in places)
        names = format_html_join(", ", "{}", ((line.unit.label,) for line in places))
        text += format_html(" {} thiếu <b>{}</b> triệu đồng so với mốc.", names, million(short))
    if waiting:
        text += format_html(" <b>{} việc chờ xử lý.</b>", waiting)
    return text


def unit_finding(owed, overdue: int, money: Money, today: date):
    """What the unit owes, what is late, where its money stands."""
    text = format_html("{}", "Không nợ báo cáo.")
    if owed:
        due_on = min(row.due_on for row in owed)
        text = format_html(
            "Còn <b>{}</b> báo cáo phải nộp, hạn gần nhất <b>{}</b>, {}.",
            len(owed),
            f"{due_on:%d/%m/%Y}",
            days_words((due_on - today).days),
        )
    if overdue:
        text += format_html(' <b class="bad">{} nhiệm vụ quá hạn.</b>', overdue)
    if money.rate is not None:
        text += format_html(" Giải ngân <b>{}</b>, {}.", format_rate(money.rate), gap_words(money))
    return text


def gap_words(money: Money):
    points = format_decimal(abs(money.gap), 2)
    if money.gap < 0:
        return format_html('thấp hơn mốc tiến độ đều <b class="bad">{} điểm %</b>', points)
    return format_html("cao hơn mốc tiến độ đều <b>{} điểm %</b>", points)


def money_tile(money: Money, url: str):
    return {
        "label": "Vốn đã giải ngân",
        "value": None if money.rate is None else format_rate(money.rate),
        "reason": "chưa có số liệu thanh toán",
        "bar": money.rate,
        "plan": money.mark,
        "bar_text": format_rate(money.rate),
        "plan_text": format_rate(money.mark),
        "tone": "bad" if money.gap is not None and money.gap < 0 else "good",
        "compare": f"{million(money.total.paid)} trên {million(money.total.to_spend)} triệu đồng "
        "(kế hoạch năm, kể cả vốn kéo dài)",
        "url": url,
    }


def task_tile(tasks: Tasks, program: str):
    late = {"stage": "qua-han"} | ({"program": program} if program else {})
    return {
        "label": "Nhiệm vụ quá hạn",
        "value": tasks.overdue if tasks.total else None,
        "reason": "chưa có nhiệm vụ",
        "of": f"trên {tasks.total}",
        "bar": tasks.overdue * 100 / tasks.total if tasks.total else None,
        "bar_text": f"{tasks.overdue} trên {tasks.total}",
        "tone": "bad" if tasks.overdue else "",
        "compare": f"{tasks.soon} nhiệm vụ đến hạn trong 15 ngày tới",
        "url": f"{reverse('assignments:list')}?{urlencode(late)}",
    }


def report_tile(sent: Sent | None):
    if sent is None:
        return {"label": "Báo cáo đã nộp", "value": None, "reason": "chưa mở kỳ báo cáo"}
    return {
        "label": "Báo cáo đã nộp",
        "value": sent.sent,
        "of": f"trên {sent.owed} đơn vị",
        "bar": sent.sent * 100 / sent.owed,
        "bar_text": f"{sent.sent} trên {sent.owed}",
        "compare": f"Hạn {sent.round.due_on:%d/%m/%Y}, {days_words(sent.days)}",
        "compare_tone": "bad" if sent.days < 0 and sent.sent < sent.owed else "",
        "url": reverse("reporting:round", args=[sent.round.pk]),
    }


def target_tile(line, mark):
    target, value = line.target, line.reached.value
    places = target.indicator.decimals
    goal = format_decimal(target.value, places)
    tile = {
        "label": target.indicator.name,
        "value": None if value is None else format_decimal(value, places),
        "reason": f"chưa có số liệu; mục tiêu năm {goal} {target.indicator.measure_unit}",
        "of": f"trên {goal} {target.indicator.measure_unit}",
        "bar": line.percent,
        "bar_text": format_rate(line.percent),
        "plan": None if line.percent is None else mark,
        "plan_text": format_rate(mark),
        "url": reverse("targets:detail", args=[target.pk]),
    }
    if value is not None:
        tile["compare"] = target_words(line)
    return tile


def target_words(line):
    target, reached = line.target, line.reached
    words = [f"đến {reached.as_of:%d/%m/%Y}"] if reached.as_of else []
    if reached.is_partial:
        words.append(f"{reached.known}/{reached.expected} đơn vị có số liệu")
    if target.base is not None and target.cumulative is not None:
        now = format_decimal(target.base + reached.value, target.indicator.decimals)
        whole = format_decimal(target.cumulative, target.indicator.decimals)
        words.append(f"lũy kế {now} trên {whole}")
    return ", ".join(words)


def zero_tile(zero: Zero, url: str):
    return {
        "label": "Công trình, hoạt động 0 %",
        "value": len(zero.projects),
        "compare": f"{million(zero.amount)} triệu đồng, {zero_days(zero)}",
        "compare_tone": "bad",
        "url": url,
    }


def zero_title(zero: Zero):
    return (
        f"{len(zero.projects)} công trình, hoạt động ở mức 0 %, "
        f"còn {million(zero.amount)} triệu đồng."
    )


def zero_days(zero: Zero):
    return f"ngày rà soát {zero.rule_day:%d/%m/%Y} {days_words(zero.days)}"


def zero_text(zero: Zero):
    if zero.days >= 0:
        return f"Vốn giao đầu năm, {zero_days(zero)}. Sau ngày này vốn thuộc diện điều chuyển."
    return f"Vốn giao đầu năm, {zero_days(zero)}. Cần quyết định điều chuyển hoặc giữ vốn."


def data_day(closed_on: date | None):
    if closed_on is None:
        return "Chưa có số liệu thanh toán trong năm"
    return f"Số liệu thanh toán chốt đến ngày {closed_on:%d/%m/%Y}"
