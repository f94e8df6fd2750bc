"""Writes appendix.tsv, appendix.docx and appendix.xlsx: one appendix, three ways of an office.

Run by hand (`python tests/assignments/data/make_appendix.py`) when the rows below change.
"""

from pathlib import Path

import xlsxwriter
from docx import Document

HERE = Path(__file__).parent
HEAD = (
    "TT",
    "Nội dung/nhiệm vụ",
    "Cơ quan chủ trì",
    "Cơ quan phối hợp",
    "Thời hạn tham mưu ban hành Văn bản",
)
A = "Các Sở, ngành liên quan"
B = "Các Sở, ngành, địa phương liên quan"
C = "Các Sở ngành, địa phương liên quan"
D = "Các Sở ngành liên quan"
E = "Các Sở, ngành, đơn vị liên quan"
F = "Các Sở ngành, đơn vị liên quan"
KHDT, TC, XD = "Sở Kế hoạch và Đầu tư", "Sở Tài chính", "Sở Xây dựng"
LDTBXH, VHTTDL = "Sở Lao động Thương binh và Xã hội", "Sở Văn hóa Thể thao và Du lịch"
VPDP = "Văn phòng điều phối NTM tỉnh"
GUIDED = "kể từ khi có hướng dẫn của các Bộ, ngành Trung ương"
Q3, Q4 = "Quý III/2022", "Quý IV/2022"
ROWS = [
    ("I", "Cơ chế, chính sách"),
    ("I.1", "Văn bản trình HĐND tỉnh"),
    (
        "1",
        "Nguyên tắc phân bổ, mức đối ứng: nông thôn mới",
        "Văn phòng điều phối xây dựng NTM mới tỉnh",
        A,
        Q3,
    ),
    ("2", "Cơ chế huy động và lồng ghép nguồn vốn", KHDT, A, Q4),
    ("3", "Hỗ trợ phát triển sản xuất: nội dung, hồ sơ, thủ tục", "Sở Nông nghiệp và PTNT", A, Q4),
    ("4", "Nguyên tắc phân bổ, mức đối ứng: giảm nghèo", LDTBXH, A, Q3),
    ("I.2", "Văn bản trình UBND tỉnh"),
    ("a)", "Quy định chung của các chương trình"),
    ("1", "Phân cấp quản lý, tổ chức thực hiện", KHDT, B, Q3),
    (
        "2",
        "Kế hoạch 5 năm và hằng năm",
        KHDT,
        B,
        "Kế hoạch giai đoạn 2021-2025 và năm 2022 hoàn thành trước Quý III/2022",
    ),
    (
        "3",
        "Cơ chế quay vòng một phần vốn hỗ trợ",
        TC,
        C,
        "Sau 45 ngày kể từ ngày có hướng dẫn của các Bộ ngành Trung ương",
    ),
    ("4", "Danh mục dự án theo cơ chế đặc thù", KHDT, C, f"Sau 45 ngày {GUIDED}"),
    ("5", "Thiết kế mẫu, thiết kế điển hình", XD, C, Q4),
    ("6", "Chi phí chuẩn bị đầu tư, quản lý dự án", XD, C, Q4),
    ("7", "Quản lý, vận hành, bảo trì công trình", XD, C, Q4),
    ("8", "Thanh toán, quyết toán vốn giao cộng đồng tự làm", TC, C, Q4),
    ("b)", "<i>Văn bản riêng của từng chương trình</i>"),
    ("b.1", "<i>Chương trình MTQG xây dựng nông thôn mới và Chương trình OCOP</i>"),
    ("1", "Kế hoạch nông thôn mới 5 năm và hằng năm", VPDP, C, f"{Q3} và Quý I hằng năm"),
    ("2", "Kế hoạch OCOP hằng năm", VPDP, D, "Quý I hằng năm"),
    ("3", "Bộ tiêu chí xã nông thôn mới các mức", VPDP, C, f"Sau 30 ngày {GUIDED}"),
    ("4", "Bộ tiêu chí huyện nông thôn mới các mức", VPDP, C, f"Sau 30 ngày {GUIDED}"),
    ("5", "Quy định về tiêu chí quy hoạch", XD, F, Q4),
    ("6", "Quy định về công viên, di sản văn hóa", VHTTDL, E, Q3),
    (
        "7",
        "Quy định về mô hình xã, thôn thông minh",
        "Sở Thông tin và Truyền thông",
        E,
        "Quý III//2022",
    ),
    ("b.2", "Chương trình MTQG giảm nghèo bền vững"),
    ("8", "Kế hoạch giảm nghèo bền vững", LDTBXH, A, f"{Q3} và Quý I hằng năm"),
    ("b.3", "Chương trình xây dựng đô thị văn minh"),
    ("9", "Kế hoạch đô thị văn minh", VHTTDL, A, f"{Q3} và Quý I hằng năm"),
    (
        "10",
        "Hướng dẫn xây dựng đô thị văn minh",
        VHTTDL,
        B,
        "Sau 30 ngày kể từ khi có hướng dẫn của Bộ VHTTDL",
    ),
    ("II", "Tuyên truyền"),
    (
        "1",
        "Truyền thông nông thôn mới, OCOP",
        "Văn phòng điều phối nông thôn mới tỉnh",
        E,
        "Nhiệm vụ thường xuyên",
    ),
    ("2", "Kế hoạch truyền thông giảm nghèo", "Sở Lao động Thương binh và xã Xã hội", E, ""),
    ("3", "Kế hoạch truyền thông đô thị văn minh", VHTTDL, E, ""),
    ("III", "Giám sát, đánh giá"),
    ("1", "Báo cáo hằng năm các chương trình", "Cơ quan thường trực từng Chương trình", B, Q4),
    ("2", "Kế hoạch kiểm tra, giám sát giảm nghèo", LDTBXH, B, Q3),
    ("3", "Kế hoạch kiểm tra, giám sát nông thôn mới", "Văn phòng điều phối nông thôn tỉnh", B, Q3),
    ("4", "Kế hoạch kiểm tra, giám sát đô thị văn minh", VHTTDL, B, Q3),
]
# Page breaks: the second repeats the header, the third starts a table without one.
SECOND, THIRD = 13, 27


def write_tsv():
    lines = ["PHỤ LỤC", "Giai đoạn 2021-2025", "", "\t".join(HEAD)]
    for place, row in enumerate(ROWS):
        if place in (SECOND, THIRD):
            lines += ["", "\t".join(HEAD)]
        lines.append("\t".join((*row, "", "", "")[:5]))
    (HERE / "appendix.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_docx():
    document = Document()
    document.add_paragraph("PHỤ LỤC")
    for rows, has_head in ((ROWS[:SECOND], True), (ROWS[SECOND:], False)):
        table = document.add_table(rows=0, cols=5)
        lines = [HEAD, *rows] if has_head else [*rows]
        if not has_head:
            lines.insert(THIRD - SECOND, HEAD)
        for row in lines:
            cells = table.add_row().cells
            for cell, text in zip(cells, row, strict=False):
                cell.text = text.replace("<i>", "").replace("</i>", "")
            if len(row) == 2:
                cells[1].merge(cells[4])
        document.add_paragraph("")
    document.save(HERE / "appendix.docx")


def write_xlsx():
    """Columns in another order, headings merged, numbers as numbers, header in row 5."""
    with xlsxwriter.Workbook(HERE / "appendix.xlsx") as book:
        sheet = book.add_worksheet("Phụ lục")
        sheet.merge_range("A1:E1", "PHỤ LỤC PHÂN CÔNG NHIỆM VỤ")
        sheet.merge_range("A2:E2", "Giai đoạn 2021-2025")
        sheet.write_row(
            "A5",
            (
                "Số TT",
                "Nội dung, nhiệm vụ",
                "Thời hạn hoàn thành",
                "Đơn vị chủ trì",
                "Đơn vị phối hợp",
            ),
        )
        for line, row in enumerate(ROWS, start=5):
            if len(row) == 2:
                sheet.merge_range(
                    line,
                    0,
                    line,
                    4,
                    f"{row[0]} {row[1]}"
                    if ")" in row[0] or "." in row[0]
                    else f"{row[0]}. {row[1]}",
                )
                continue
            number, title, lead, others, deadline = row
            sheet.write(line, 0, int(number))
            sheet.write_row(line, 1, (title, deadline, lead, others))
        sheet.merge_range(line + 2, 0, line + 2, 4, "Tổng cộng: 29 nhiệm vụ")


if __name__ == "__main__":
    write_tsv()
    write_docx()
    write_xlsx()
