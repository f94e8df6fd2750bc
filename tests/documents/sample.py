"""A half-year report of an invented province, used by the tests of every format."""

from datetime import date
from decimal import Decimal

from core.charts import BarChart, BarRow, LineChart, Series
from documents.content import (
    Annex,
    BulletList,
    Chart,
    Column,
    ColumnGroup,
    Footnote,
    Heading,
    Kind,
    Layout,
    OfficialDocument,
    Paragraph,
    Row,
    RowKind,
    Signature,
    Table,
)

DISTRICTS = (
    ("Thành phố Mẫu Sơn", 31_760, 24_930, 13),
    ("Thị xã Điện Mẫu", 41_230, 21_640, 20),
    ("Huyện Phú Ninh Mẫu", 47_850, 23_410, 11),
    ("Huyện Duy Mẫu", 52_410, 24_180, 14),
    ("Huyện Đại Mẫu", 70_980, 28_250, 18),
    ("Huyện Hiệp Mẫu", 61_280, 22_930, 11),
    ("Huyện Bắc Mẫu", 118_260, 41_270, 13),
    ("Huyện Nam Mẫu", 104_730, 31_420, 12),
    ("Huyện Tây Mẫu", 96_420, None, 10),
)
ACTUAL = ("1.20", "3.90", "9.60", "16.80", "26.10", "37.38")
PLAN = (3, 8, 15, 24, 34, 45, 53, 61, 69, 78, 88, 100)


def rate(part: int | None, whole: int) -> Decimal | None:
    return None if part is None else Decimal(part * 100) / whole


def bars() -> Chart:
    rows = tuple(BarRow(name, rate(paid, plan)) for name, plan, paid, _ in DISTRICTS)
    limits = (Decimal(45), Decimal(40), Decimal(35))
    title = "Tỷ lệ giải ngân theo huyện"
    chart = BarChart(title, rows, Decimal(45), "mốc 45 %", thresholds=limits)
    caption = "Hình 2. Tỷ lệ giải ngân của 9 huyện, thị xã, thành phố"
    return Chart(chart.svg(font_family="Tinos"), caption)


def lines() -> Chart:
    series = (
        Series("thực hiện", tuple(map(Decimal, ACTUAL))),
        Series("kế hoạch", tuple(map(Decimal, PLAN)), plan=True),
    )
    points = tuple(f"T{month}" for month in range(1, 13))
    chart = LineChart("Giải ngân lũy kế", series, points)
    caption = "Hình 1. Giải ngân lũy kế theo tháng, % kế hoạch vốn năm 2023"
    return Chart(chart.svg(font_family="Tinos"), caption)


def district_table() -> Table:
    columns = (
        Column("TT", Kind.CENTER, 0.5),
        Column("Đơn vị", Kind.TEXT, 2.4),
        ColumnGroup(
            "Vốn ngân sách Trung ương",
            (
                Column("Kế hoạch", Kind.NUMBER, 1.2),
                ColumnGroup(
                    "Giải ngân",
                    (
                        Column("Số tiền", Kind.NUMBER, 1.2),
                        Column("Tỷ lệ (%)", Kind.NUMBER, 1, 2),
                    ),
                ),
            ),
        ),
        Column("Số xã\nđã báo cáo", Kind.NUMBER, 1),
    )
    rows = [Row(("Các địa phương",), RowKind.SECTION)]
    for index, (name, plan, paid, communes) in enumerate(DISTRICTS, start=1):
        rows.append(Row((str(index), name, plan, paid, rate(paid, plan), communes), level=1))
    plan, paid = sum(row[1] for row in DISTRICTS), sum(row[2] or 0 for row in DISTRICTS)
    total = ("", "Tổng cộng", plan, paid, rate(paid, plan), sum(row[3] for row in DISTRICTS))
    rows.append(Row(total, RowKind.SUM))
    return Table(
        columns,
        tuple(rows),
        "Kết quả giải ngân theo địa phương",
        "Đơn vị tính: triệu đồng",
        ("Ghi chú: dấu “–” là chưa có số liệu, không phải bằng 0.",),
    )


def works_table() -> Table:
    money = (Column("Kế hoạch", Kind.NUMBER), Column("Thực hiện", Kind.NUMBER))
    columns = (
        Column("TT", Kind.CENTER, 0.5),
        Column("Công trình, dự án", Kind.TEXT, 4),
        Column("Địa điểm", Kind.TEXT, 1.6),
        ColumnGroup("Vốn đầu tư", money),
        ColumnGroup("Vốn sự nghiệp", money),
        Column("Tỷ lệ (%)", Kind.NUMBER, 0.8, 2),
        Column("Ghi chú", Kind.TEXT, 1.6),
    )
    rows: list[Row] = []
    for group in ("Giao thông", "Thủy lợi", "Nước sạch", "Trường học"):
        rows.append(Row((group,), RowKind.SECTION))
        rows += [_work(group, number) for number in range(1, 11)]
    return Table(columns, tuple(rows), unit_note="Đơn vị tính: triệu đồng")


def _work(group: str, number: int) -> Row:
    plan, paid = 1_250 * number, 310 * number + 75
    note = "=1+1" if number == 1 else ""
    name = f"{group} – công trình số {number} tại khu tái định cư thôn Mẫu {number}"
    place = f"Xã Mẫu {number}"
    return Row((str(number), name, place, plan, paid, 120 * number, None, rate(paid, plan), note))


def sample_document(**changes: object) -> OfficialDocument:
    values = {
        "layout": Layout(
            agency_parent="ỦY BAN NHÂN DÂN\nTỈNH MẪU",
            agency_name="BAN CHỈ ĐẠO\nCÁC CHƯƠNG TRÌNH MTQG",
            agency_full_name="Ban Chỉ đạo các Chương trình mục tiêu quốc gia tỉnh Mẫu",
        ),
        "kind_name": "BÁO CÁO",
        "abstract": "Kết quả thực hiện các Chương trình mục tiêu quốc gia\n6 tháng đầu năm 2023",
        "symbol": "BC-BCĐ",
        "number": "7",
        "place": "Mẫu Sơn",
        "issued_on": date(2023, 7, 5),
        "addressed_to": ("Ban Chỉ đạo Trung ương các Chương trình MTQG", "Ủy ban nhân dân tỉnh"),
        "blocks": body_blocks(),
        "signature": Signature(
            ("TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "PHÓ CHỦ TỊCH UBND TỈNH"),
            "Nguyễn Văn Mẫu",
            "KT.",
        ),
        "recipients": (
            "Như trên",
            "Thường trực Tỉnh ủy (b/c)",
            "Thành viên Ban Chỉ đạo",
            "UBND các huyện, thị xã, thành phố",
            "Lưu: VT, VPĐP",
        ),
        "annexes": (
            Annex("DANH MỤC CÔNG TRÌNH SỬ DỤNG VỐN CHƯƠNG TRÌNH", (works_table(),)),
            Annex("DANH MỤC VĂN BẢN ĐÃ BAN HÀNH", (Paragraph("Gồm 12 văn bản."),), False),
        ),
    }
    return OfficialDocument(**{**values, **changes})


def body_blocks() -> tuple:
    return (
        Paragraph("Căn cứ Nghị định số 27/2022/NĐ-CP ngày 19/4/2022 của Chính phủ;", basis=True),
        Paragraph("Căn cứ Kế hoạch số 12/KH-BCĐ ngày 03/02/2023 của Ban Chỉ đạo.", basis=True),
        Paragraph("Ban Chỉ đạo báo cáo kết quả thực hiện các Chương trình như sau:"),
        Heading("I. QUẢN LÝ, ĐIỀU HÀNH"),
        Heading("1. Cơ chế, chính sách; tổ chức bộ máy", 2),
        Paragraph(
            "Sáu tháng đầu năm, tỉnh ban hành 12 văn bản, gồm 02 nghị quyết của Hội đồng nhân dân, "
            "04 quyết định và 06 kế hoạch; kiện toàn Ban Chỉ đạo cấp tỉnh và 9/9 cấp huyện."
        ),
        Heading("a) Kiểm tra, giám sát", 3),
        BulletList(
            (
                "Tổ chức 03 đoàn kiểm tra tại 9 huyện, thị xã, thành phố;",
                "Họp giao ban định kỳ 02 lần, ban hành 02 thông báo kết luận.",
            )
        ),
        Heading("II. HUY ĐỘNG, PHÂN BỔ VÀ GIẢI NGÂN VỐN"),
        Paragraph(
            "Đến hết ngày 30/6/2023, toàn tỉnh giải ngân được 37,38 % kế hoạch vốn, thấp hơn mốc "
            "45% do Ban Chỉ đạo đề ra; khoảng cách rộng dần từ tháng 2."
        ),
        lines(),
        bars(),
        district_table(),
        Footnote("Nguồn: Kho bạc Nhà nước tỉnh, chốt lúc 17 giờ ngày 30/6/2023."),
        Heading("III. KIẾN NGHỊ"),
        Paragraph(
            "Đề nghị Ủy ban nhân dân tỉnh xem xét điều chuyển vốn của các dự án giải ngân thấp "
            "sang công trình có khả năng hấp thụ; giao các địa phương chưa có số liệu báo cáo "
            "trước ngày 15/7/2023./."
        ),
    )
