"""Invented content for the style page: components in every state, nothing from the database."""

from decimal import Decimal

from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import mark_safe

from core.charts import (
    BarChart,
    BarRow,
    BulletChart,
    BulletRow,
    Frame,
    HeatRow,
    HeatTable,
    Line,
    LineChart,
    Series,
)
from core.forms import PickList
from core.money import format_decimal
from core.templatetags.ui import AUDIENCES, STATUS

ICONS = (
    "home tasks report money target criteria document menu search bell user building calendar "
    "clock alert check close info upload download file table filter send undo lock print offline "
    "saved inbox edit"
)
MONTHS = tuple(f"T{number}" for number in range(1, 13))
PLANNED = tuple(map(Decimal, (3, 8, 15, 24, 34, 45, 53, 61, 69, 78, 88, 100)))
PAID = tuple(map(Decimal, ("1.2", "3.9", "9.6", "16.8", "26.1", "37.38")))
RATES = (
    ("Huyện Ngàn Sao", Decimal("58.30")),
    ("Thị xã Bến Sen", Decimal("52.22")),
    ("Huyện Mây Ngàn", Decimal("36.82")),
    ("Huyện Đá Biếc", Decimal("24.78")),
    ("Huyện Suối Đàn", Decimal(0)),
    ("Sở Nội vụ", None),
)


CHOSEN = ["Huyện Đá Biếc", "Huyện Suối Đàn"]
PROBLEM = {
    "title": "Yêu cầu chưa được thực hiện",
    "message": "Trang đã mở quá lâu nên cần xác nhận lại.",
    "kept": "Nội dung đã nhập vẫn còn.",
    "code": "NTM-000",
}


class SampleForm(forms.Form):
    name = forms.CharField(label="Tên nhiệm vụ", help_text="Ghi như trong phụ lục kế hoạch.")
    paid = forms.CharField(
        label="Giải ngân lũy kế", widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    program = forms.ChoiceField(
        label="Chương trình", choices=[("a", "Nông thôn mới"), ("b", "Giảm nghèo bền vững")]
    )
    place = forms.ChoiceField(
        label="Chuyển đến đâu",
        widget=forms.RadioSelect,
        choices=[("in", "Công trình khác trong xã"), ("out", "Xã khác trong huyện")],
    )
    to = forms.MultipleChoiceField(
        label="Kính gửi", widget=PickList, choices=[(name, name) for name, _ in RATES]
    )
    reason = forms.CharField(
        label="Lý do", widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    none = forms.BooleanField(label="Kỳ này không có số liệu", required=False)
    code = forms.CharField(
        label="Mã dự án",
        required=False,
        disabled=True,
        initial="HT-0001",
        help_text="Mã do hệ thống cấp, không sửa được.",
    )
    file = forms.FileField(label="Tệp bảng kê", required=False, help_text="Nhận tệp .xlsx.")
    proof = forms.FileField(
        label="Tài liệu chứng minh", error_messages={"required": "Hãy chọn tệp chứng minh."}
    )

    def clean_paid(self):
        raise forms.ValidationError(
            "Giải ngân lũy kế 2.150 lớn hơn kế hoạch 1.950 triệu đồng. Hãy kiểm tra lại số đã nhập."
        )


class SampleFilter(forms.Form):
    q = forms.CharField(label="Từ khóa", required=False)
    program = forms.ChoiceField(label="Chương trình", choices=[("", "Cả năm chương trình")])
    role = forms.ChoiceField(label="Vai trò", choices=[("", "Chủ trì và phối hợp")])
    source = forms.ChoiceField(label="Nguồn giao", choices=[("", "Mọi nguồn")])
    unit = forms.ChoiceField(label="Đơn vị", choices=[("", "Mọi đơn vị")])
    due = forms.ChoiceField(label="Thời hạn", choices=[("", "Mọi thời hạn")])


class BadFilter(forms.Form):
    day = forms.DateField(
        label="Từ ngày",
        error_messages={"invalid": "Ngày không có trong lịch. Hãy nhập dạng ngày/tháng/năm."},
    )


def samples():
    """The whole context of the style page."""
    shown = SampleForm({"name": "", "paid": "2.150", "program": "a", "place": "in", "to": CHOSEN})
    page = Paginator(range(1240), 50).page(6)
    return {
        "form": shown,
        "filter_form": SampleFilter(prefix="loc"),
        "bad_filter": BadFilter({"sai-day": "31/02/2023"}, prefix="sai"),
        "page_obj": page,
        "rows": task_rows(),
        **page_parts(),
        **chart_parts(),
        **list_parts(),
        **state_parts(),
    }


def page_parts():
    return {
        "crumbs": [{"label": "Nhiệm vụ", "url": "#"}, {"label": "Kế hoạch 86/KH-BCĐ", "url": "#"}],
        "meta": ["Số 5, mục I.2 a)", "Chủ trì: Sở Xây dựng", "Cập nhật 27/06/2023"],
        "actions": [{"label": "Xin gia hạn", "url": "#"}],
        "finding": mark_safe(
            "Đã làm <b>70 %</b>, hạn <b>30/06/2023</b> đã qua. Còn thiếu ý kiến của 3 huyện."
        ),
        "chips": [
            {"label": "Chưa xong", "url": "#", "count": 8, "current": True},
            {"label": "Quá hạn", "url": "#", "count": 2, "hot": True},
            {"label": "Chờ sự kiện", "url": "#", "count": 1},
        ],
        "filters": [
            {"label": "Chương trình: Nông thôn mới", "remove_url": "#"},
            {"label": "Chủ trì", "remove_url": "#"},
        ],
        "steps": [
            {"label": "Tải tệp", "state": "done"},
            {"label": "Xem trước và sửa", "note": "còn 7 dòng", "state": "now"},
            {"label": "Duyệt nội dung"},
            {"label": "Ban hành", "note": "cơ quan chủ trì nhìn thấy nhiệm vụ"},
        ],
    }


def chart_parts():
    return {"charts": [line_sample(), bar_sample(), bullet_sample(), heat_sample()]}


def line_sample():
    paid = PAID + (None,) * 6
    series = (Series("kế hoạch", PLANNED, plan=True), Series("thực hiện", paid))
    rows = zip(MONTHS, PLANNED, paid, strict=True)
    return Frame(
        "duong",
        LineChart("Chậm hơn kế hoạch từ tháng 2, khoảng cách đang rộng ra", series, MONTHS),
        "% vốn được chi, lũy kế · Kho bạc, chốt 30/06/2023",
        ("Tháng", "Kế hoạch (%)", "Thực hiện (%)"),
        [
            Line((month, format_decimal(plan, 2), format_decimal(done, 2)))
            for month, plan, done in rows
        ],
        note="Mẫu số: kế hoạch giao năm 2023 cộng vốn năm 2022 chuyển sang.",
        urls={"csv": "#", "png": "#"},
    )


def bar_sample():
    rows = tuple(BarRow(name, value) for name, value in RATES)
    limits = (Decimal(45), Decimal(38), Decimal(31))
    return Frame(
        "thanh",
        BarChart("3 trên 5 huyện dưới mốc", rows, Decimal(45), "mốc 45 %", thresholds=limits),
        "% vốn được chi · chốt 30/06/2023",
        ("Huyện", "Tỷ lệ (%)"),
        [Line((name, format_decimal(value, 2)), "#") for name, value in RATES],
    )


def bullet_sample():
    rows = (
        BulletRow("Số xã đạt chuẩn nông thôn mới", Decimal("14.3"), "1 trên 7 xã"),
        BulletRow("Số hộ nghèo giảm", Decimal("61.7"), "1.850 trên 3.000 hộ"),
        BulletRow("Số sản phẩm OCOP mới", None, "– trên 24 sản phẩm"),
    )
    return Frame(
        "chi-tieu",
        BulletChart("1 trên 2 chỉ tiêu dưới mốc", rows, Decimal(50), "mốc 50 %"),
        "Mức đạt so với mục tiêu năm; vạch đậm là mục tiêu",
        ("Chỉ tiêu", "Thực hiện trên mục tiêu"),
        [Line((row.label, row.figure)) for row in rows],
    )


def heat_sample():
    columns = ("Nông thôn mới", "Giảm nghèo bền vững", "Dân tộc thiểu số và miền núi")
    rows = (
        HeatRow("Ngàn Sao", (Decimal("58.3"), Decimal("41.2"), None)),
        HeatRow("Mây Ngàn", (Decimal("26.8"), Decimal("36.4"), Decimal("45.1"))),
        HeatRow("Đá Biếc", (Decimal("24.8"), Decimal("19.6"), Decimal(0))),
    )
    limits = (Decimal(45), Decimal(38), Decimal(31))
    return Frame(
        "o-mau",
        HeatTable("Giảm nghèo: 3 trên 3 huyện dưới mốc", columns, rows, thresholds=limits),
        "% vốn được chi của từng chương trình",
        ("Huyện", *columns),
        [Line((row.label, *(format_decimal(v, 1) for v in row.values))) for row in rows],
    )


def list_parts():
    return {
        "events": [
            {
                "at": "03/07/2023, 07:00",
                "what": "Hệ thống đánh dấu quá hạn",
                "mark": "now",
                "detail": "Nhắc Sở Xây dựng, báo cơ quan thường trực sau 3 ngày",
            },
            {
                "at": "27/06/2023, 09:05",
                "what": "Cập nhật tiến độ",
                "old": "55 %",
                "new": "70 %",
                "who": "Phòng Quản lý xây dựng",
                "file_url": "#",
                "file_label": "2 tệp kèm theo",
            },
            {
                "at": "28/12/2022, 16:40",
                "what": "Gia hạn lần 1",
                "old": "31/12/2022",
                "new": "30/06/2023",
                "mark": "late",
                "who": "Sở Kế hoạch và Đầu tư",
            },
        ],
        "files": [
            {
                "url": "#",
                "name": "Dự thảo quyết định và tờ trình",
                "meta": "PDF, 1,4 MB · 27/06/2023 · bản 3",
            },
            {
                "url": "#",
                "name": "Bảng tổng hợp góp ý của 6 huyện",
                "meta": "Excel, 86 KB · 27/06/2023",
            },
        ],
        "sections": [
            {"label": "1. Chỉ đạo, điều hành", "url": "#", "tone": "good", "word": "Xong"},
            {
                "label": "2. Huy động và giải ngân",
                "url": "#",
                "tone": "bad",
                "word": "2 lỗi",
                "current": True,
            },
            {"label": "3. Tệp kèm theo", "url": "#", "tone": "mute", "word": "Không bắt buộc"},
        ],
    }


def state_parts():
    return {
        "stages": list(STATUS),
        "reviewer_stages": list(AUDIENCES["reviewer"]),
        "owed_stages": list(AUDIENCES["owed"]),
        "told": [
            {"level_tag": "success", "message": "Đã gửi lúc 14:05, mã BN-2023-0042."},
            {"level_tag": "warning", "message": "Đợt nhập còn 2 dòng phải xác nhận."},
        ],
        "problem": PROBLEM,
        "readings": [{"text": "1234"}, {"text": "1,234"}],
        "icons": ICONS.split(),
        "errors": [
            {
                "target": "o2b",
                "message": "Ngân sách trung ương, sự nghiệp, ước cả năm: lớn hơn kế hoạch 58.640",
            },
            {"target": "", "message": "Mục II thiếu nguyên nhân"},
        ],
    }


def task_rows():
    """Name, place, role, wording, day, days left, percent done, stage."""
    return [
        (
            "Hướng dẫn chi phí chuẩn bị đầu tư, quản lý dự án theo cơ chế đặc thù",
            "Mục I.2 a), số 6",
            "Chủ trì",
            "trước tháng 6/2023",
            "31/05/2023",
            -33,
            40,
            "overdue",
        ),
        (
            "Rà soát quy định về tiêu chí quy hoạch xã nông thôn mới",
            "Mục I.2 b.1, số 5",
            "Chủ trì",
            "đến ngày 05/7/2023",
            "05/07/2023",
            2,
            90,
            "due_soon",
        ),
        (
            "Quy định quản lý, vận hành, bảo trì công trình theo cơ chế đặc thù",
            "Mục I.2 a), số 7",
            "Chủ trì",
            "Quý III/2023",
            "30/09/2023",
            89,
            None,
            "on_track",
        ),
    ]
