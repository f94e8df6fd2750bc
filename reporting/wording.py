"""Figures as sentences in administrative style; an office may put its own words in their place."""

from datetime import date
from decimal import Decimal

from core.money import format_amount, format_decimal, format_rate
from core.periods import Period

from .models import NarrativeSection

PARAGRAPHS = {
    "money": "Phân bổ và giải ngân vốn",
    "natures": "Giải ngân theo tính chất vốn",
    "places": "Giải ngân theo địa bàn, đơn vị",
    "targets": "Thực hiện mục tiêu, chỉ tiêu",
    "tasks": "Thực hiện nhiệm vụ được giao",
    "reports": "Chế độ báo cáo",
}


def million(amount):
    return f"{format_amount(amount, 'triệu đồng')} triệu đồng"


def percent(text):
    return format_rate(None if text is None else Decimal(text))


def day(iso):
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def paragraphs(figures):
    """{key: generated text} for every paragraph of the report."""
    return {
        "money": money_text(figures),
        "natures": natures_text(figures["money"]),
        "places": places_text(figures["money"]),
        "targets": targets_text(figures["targets"]),
        "tasks": tasks_text(figures["tasks"]),
        "reports": reports_text(figures["reports"]),
        **{section: collected_text(figures["texts"][section]) for section in NarrativeSection},
    }


def money_text(figures):
    money = figures["money"]
    line = money["total"]
    if line["to_spend"] is None:
        return f"Chưa có số liệu kế hoạch vốn năm {money['year']}."
    parts = [
        f"{label} {million(line[key])}"
        for key, label in (
            ("planned", "kế hoạch giao trong năm"),
            ("carried", "vốn các năm trước kéo dài"),
        )
        if line[key] is not None
    ]
    whole = f"Tổng vốn thực hiện năm {money['year']} là {million(line['to_spend'])}, gồm"
    if line["paid"] is None:
        return f"{whole} {' và '.join(parts)}. Chưa có số liệu giải ngân."
    return (
        f"{whole} {' và '.join(parts)}. Lũy kế giải ngân đến ngày {day(figures['money_on'])} là "
        f"{million(line['paid'])}, đạt {percent(line['rate'])} {figures['denominator']}."
    )


def natures_text(money):
    parts = [
        f"{line['name'].lower()} {million(line['paid'])}, đạt {percent(line['rate'])}"
        for line in money["by_nature"]
    ]
    return f"Trong đó: {'; '.join(parts)}." if parts else ""


def places_text(money):
    rated = sorted(
        (line for line in money["by_unit"] if line["rate"] is not None),
        key=lambda line: Decimal(line["rate"]),
    )
    if len(rated) < 2:
        return ""
    low = ", ".join(f"{line['name']} ({percent(line['rate'])})" for line in rated[:3])
    high = ", ".join(f"{line['name']} ({percent(line['rate'])})" for line in rated[:-4:-1])
    return f"Các đơn vị giải ngân cao: {high}; các đơn vị giải ngân thấp: {low}."


def targets_text(targets):
    # Disbursement targets have their own part (II); they are not said twice.
    numeric = [line for line in targets if line["goal"] is not None and not line["from_ledger"]]
    known = [line for line in numeric if line["value"] is not None]
    met = [line for line in known if line["is_met"]]
    if not known:
        return "Chưa có số liệu chỉ tiêu được chấp nhận."
    shown = "; ".join(target_phrase(line) for line in known)
    return (
        f"Trong {len(numeric)} chỉ tiêu định lượng có {len(known)} chỉ tiêu đã có số liệu, "
        f"{len(met)} chỉ tiêu đạt mục tiêu năm. Cụ thể: {shown}."
    )


def target_phrase(line):
    value = format_decimal(Decimal(line["value"]), line["decimals"])
    goal = format_decimal(Decimal(line["goal"]), line["decimals"])
    wording = line["wording"][0].lower() + line["wording"][1:]
    return f"{wording}: {value} {line['measure']} (mục tiêu {line['operator']} {goal})"


def tasks_text(tasks):
    if not tasks["total"]:
        return "Chưa có nhiệm vụ nào được giao trong kế hoạch."
    return (
        f"Trong {tasks['total']} nhiệm vụ theo kế hoạch, đến ngày {day(tasks['on'])} đã hoàn thành "
        f"{tasks['done']}, quá hạn {tasks['overdue']}, chờ hướng dẫn của cấp trên "
        f"{tasks['waiting']}, chưa có thời hạn {tasks['undated']}."
    )


def reports_text(reports):
    base = (
        f"Có {reports['sent']}/{reports['owed']} đơn vị đã gửi báo cáo, trong đó "
        f"{reports['on_time']} đơn vị gửi đúng hạn, {reports['accepted']} báo cáo được chấp nhận."
    )
    if not reports["missing"]:
        return base
    return f"{base} Đơn vị chưa gửi: {', '.join(reports['missing'])}."


def collected_text(rows):
    return "\n".join(f"{row['unit']}: {row['text']}" for row in rows)


def period_title(period):
    return Period.parse(period).label
