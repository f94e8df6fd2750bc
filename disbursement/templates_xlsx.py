"""Empty workbooks of the money imports: columns, drop-downs, a guide sheet."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.columns import CHOICE, DATE, MILLION, MONEY

from .allotment_import import allotment_columns
from .capital_import import capital_columns
from .extract_import import extract_columns
from .medium_term_import import medium_term_columns
from .project_import import project_columns
from .sheets import GUIDE_SHEET
from .voucher_import import voucher_columns

HEAD = PatternFill("solid", fgColor="FFEAEFF3")
ROWS = 2000
# The first words of each choice, as typed by an office; further spellings are read as well.
LISTED = {
    "kind": 2,
    "payment_kind": 3,
    "source": 9,
    "nature": 2,
    "moment": 2,
    "funding": 2,
}
NOTES = {
    "code": "Mỗi mã chỉ cho một công trình, hoạt động. Định dạng ô là Văn bản (Text).",
    "name": "Tên theo quyết định giao vốn.",
    "unit_code": "Mã đơn vị trong danh mục; để trống nếu ghi tên xã và tên huyện.",
    "unit_name": "Tên xã, có hoặc không có chữ “Xã”; không bắt buộc đúng dấu.",
    "district": "Cần khi hai xã trùng tên.",
    "component": "Mã thành phần trong danh mục chương trình, ví dụ NTM-02.",
    "origin_year": "Năm vốn được giao lần đầu; để trống là năm kế hoạch, nhỏ hơn là vốn kéo dài.",
    "moment": "Để trống là vốn giao đầu năm.",
    "funding": "Để trống là vốn trong nước.",
    "decided_on": "Ngày/tháng/năm; bắt buộc với vốn bổ sung trong năm.",
    "advance": "Tạm ứng chưa thu hồi, cộng dồn đến ngày chốt; không nằm trong cột thanh toán.",
    "voucher": "Số trên chứng từ; một chứng từ trả cho nhiều công trình thì ghi nhiều dòng.",
    "paid_on": "Ngày/tháng/năm trên chứng từ.",
    "payment_kind": "Thu hồi tạm ứng ghi số dương.",
    "owner_code": "Mã đơn vị của chủ đầu tư; để trống nếu ghi tên.",
    "owner_name": "Tên như trong danh mục đơn vị; tên không tìm thấy thì để trống chủ đầu tư.",
    "total_investment": "Theo quyết định phê duyệt dự án.",
    "paid_before": "Cộng dồn đến hết năm trước năm đầu tiên theo dõi trên cổng.",
    "paid_before_year": "Để trống là năm liền trước năm kế hoạch.",
    "budget_unit_code": "Mã đơn vị có quan hệ với ngân sách.",
    "program": "Mã chương trình, ví dụ NTM.",
    "first_year": "Năm đầu của giai đoạn, ví dụ 2021.",
    "last_year": "Năm cuối của giai đoạn, ví dụ 2025.",
    "volume": "Thanh toán khối lượng hoàn thành, cộng dồn đến ngày chốt; chưa chi thì ghi 0.",
}
TITLES = {
    "capital": ("Danh mục công trình và vốn giao", capital_columns),
    "projects": ("Danh mục công trình, hoạt động", project_columns),
    "allotments": ("Vốn giao cho các đơn vị", allotment_columns),
    "medium_term": ("Kế hoạch đầu tư trung hạn", medium_term_columns),
    "disbursements": ("Số liệu giải ngân lũy kế của Kho bạc", extract_columns),
    "vouchers": ("Chứng từ thanh toán của Kho bạc", voucher_columns),
}


def template_workbook(kind):
    """Bytes of the empty workbook of one import."""
    title, columns_in = TITLES[kind]
    columns = columns_in(MILLION)
    book = Workbook()
    sheet = book.active
    sheet.title = "Số liệu"
    sheet["A1"] = title
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A2"] = "Đơn vị tính: triệu đồng"
    for place, column in enumerate(columns, start=1):
        _column(sheet, place, column)
    sheet.freeze_panes = "B4"
    _guide(book.create_sheet(GUIDE_SHEET), title, columns)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _column(sheet, place, column):
    letter = get_column_letter(place)
    head = sheet[f"{letter}3"]
    head.value = column.label
    head.font, head.fill = Font(bold=True), HEAD
    head.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.column_dimensions[letter].width = 40 if column.name == "name" else 18
    cells = f"{letter}4:{letter}{ROWS}"
    if column.kind is CHOICE:
        _drop_down(sheet, cells, listed(column))
    for (cell,) in sheet[cells]:
        cell.number_format = {MONEY: "#,##0.######", DATE: "dd/mm/yyyy"}.get(column.kind, "@")


def listed(column):
    return [label for _, label in column.options()][: LISTED[column.name]]


def _drop_down(sheet, cells, labels):
    # A list in the cell rule is cut by commas, so labels with one stand on a hidden sheet.
    book = sheet.parent
    lists = book["Danh mục"] if "Danh mục" in book.sheetnames else book.create_sheet("Danh mục")
    lists.sheet_state = "hidden"
    place = get_column_letter(lists.max_column + 1 if lists["A1"].value else 1)
    for number, label in enumerate(labels, start=1):
        lists[f"{place}{number}"] = label
    rule = DataValidation(
        "list", formula1=f"'Danh mục'!${place}$1:${place}${len(labels)}", allow_blank=True
    )
    sheet.add_data_validation(rule)
    rule.add(cells)


def _guide(sheet, title, columns):
    rows = [(title, "", ""), ("Cột", "Bắt buộc", "Cách ghi")]
    rows += [
        (c.label, "có" if c.required else "", NOTES.get(c.name) or _choices_note(c))
        for c in columns
    ]
    rows += [
        ("Số liệu không được là công thức; hãy dán giá trị.", "", ""),
        ("Nhập lại cùng một tệp không làm số liệu tăng gấp đôi.", "", ""),
        ("Còn một dòng lỗi thì cả tệp chưa được ghi; mọi lỗi được chỉ ra cùng lúc.", "", ""),
    ]
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABC", (28, 10, 90), strict=True):
        sheet.column_dimensions[letter].width = width


def _choices_note(column):
    if column.kind is CHOICE:
        return "Chọn: " + "; ".join(listed(column)) + "."
    return "Số tiền, triệu đồng." if column.kind is MONEY else ""
