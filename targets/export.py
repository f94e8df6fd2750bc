"""The list of targets as a workbook; figures stay numbers, words can never run as formulas."""

import io

from core.annotated import write_text
from core.later import Later

from .wording import condition_words, cumulative_words

openpyxl = Later("openpyxl")
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLES = (
    "Chương trình",
    "Chỉ tiêu",
    "Điều kiện",
    "Lũy kế phải đạt",
    "Đơn vị tính",
    "Thực hiện",
    "Số liệu đến ngày",
    "So với chỉ tiêu (%)",
    "Tình trạng",
)
WIDTHS = (22, 60, 22, 22, 12, 14, 16, 18, 20)


def targets_workbook(lines, unit, year):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = f"Chỉ tiêu {year}"
    write_text(sheet["A1"], f"Chỉ tiêu năm {year} của {unit.name}")
    sheet["A1"].font = openpyxl.styles.Font(bold=True, size=13)
    write_row(sheet, 3, TITLES)
    for place, line in enumerate(lines, start=4):
        write_row(sheet, place, cells_of(line))
    for cell in sheet[3]:
        cell.font = openpyxl.styles.Font(bold=True)
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHI"[number]].width = width
    sheet.freeze_panes = "C4"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(line):
    target = line.target
    return (
        target.program.short_name,
        target.wording,
        condition_words(target),
        cumulative_words(target),
        target.indicator.measure_unit,
        line.reached.value,
        line.reached.as_of,
        line.percent,
        line.standing_label,
    )


def write_row(sheet, number, values):
    for place, value in enumerate(values, start=1):
        cell = sheet.cell(number, place)
        if isinstance(value, str):
            write_text(cell, value)
            cell.alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
        else:
            cell.value = value
            if hasattr(value, "year"):
                cell.number_format = "dd/mm/yyyy"
