"""The envelope page as a workbook: the rows that are shown, the same figures, in đồng."""

import io
from decimal import Decimal

from core.annotated import safe_text
from core.later import Later
from core.money import format_rate

xlsxwriter = Later("xlsxwriter")
HEAD_ROW = 5
GIVEN = ("Được giao", "Đã phân bổ", "Tỷ lệ phân bổ (%)")
HEADS = (
    "Đơn vị, công trình",
    "Mã",
    "Kế hoạch năm",
    "Vốn kéo dài",
    "Tổng vốn được chi",
    "Đã giải ngân",
    "Còn lại",
    "Tỷ lệ (%)",
    "Thiếu so với tỷ lệ chung",
    *GIVEN,
)
WIDTHS = (52, 16, *([17] * 5), 11, 18, 17, 17, 14)


def overview_workbook(context) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet("Vốn")
    styles = Styles(book)
    for row, text in enumerate(head_lines(context)):
        sheet.write_string(row, 0, safe_text(text), styles.title if row == 0 else styles.text)
    for column, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(HEAD_ROW, column, head, styles.head)
    place = HEAD_ROW + 1
    for line in filter(lambda line: not line.more, context["rows"]):
        write_line(sheet, place, line, context["over"], styles)
        place += 1
    for note in foot_lines(context):
        place += 1
        sheet.write_string(place, 0, safe_text(note), styles.text)
    set_print(sheet)
    book.close()
    return out.getvalue()


class Styles:
    """The formats of the workbook, each made once."""

    def __init__(self, book):
        base = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
        boxed = base | {"border": 1}
        self.text = book.add_format(base)
        self.title = book.add_format(base | {"bold": True, "font_size": 14})
        self.head = book.add_format(boxed | {"bold": True, "text_wrap": True, "align": "center"})
        self.names = [
            book.add_format(boxed | {"indent": level, "bold": level == 0}) for level in range(5)
        ]
        self.amount = book.add_format(boxed | {"num_format": "#,##0"})
        self.rate = book.add_format(boxed | {"num_format": "#,##0.00"})
        self.none = book.add_format(boxed | {"align": "right"})


def head_lines(context):
    """What a sheet of paper must say for itself: place, unit of account, day, denominator."""
    closed = context["closed_on"]
    paid = f"{closed:%d/%m/%Y}" if closed else "chưa có số liệu thanh toán"
    return (
        f"Vốn năm {context['year']}: {context['unit'].name}",
        f"Đơn vị tính: đồng; số liệu đến ngày {context['books'].as_of:%d/%m/%Y}, thanh toán chốt "
        f"đến ngày {paid}",
        f"Mẫu số của tỷ lệ: {context['denominator']}",
        "; ".join(item["label"] for item in context.get("active", [])),
    )


def foot_lines(context):
    total = context["total_rate"]
    out = [f"Tỷ lệ chung: {format_rate(total)}"] if total is not None else []
    return out + context["notes"]


def write_line(sheet, place, line, over, styles):
    figure = line.figure
    sheet.write_string(place, 0, safe_text(line.name), styles.names[min(line.level, 4)])
    sheet.write_string(place, 1, safe_text(line.note), styles.names[1])
    values = (
        figure.planned,
        figure.carried,
        figure.to_spend,
        figure.part(over),
        figure.remaining,
        line.rate,
        line.short,
        line.assigned,
        line.allotted,
        line.allotted_rate,
    )
    for column, value in enumerate(values, start=2):
        if value is None:
            sheet.write_string(place, column, "–", styles.none)
        else:
            style = styles.rate if isinstance(value, Decimal) else styles.amount
            sheet.write_number(place, column, value, style)


def set_print(sheet):
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    sheet.repeat_rows(HEAD_ROW)
    sheet.hide_gridlines(2)
