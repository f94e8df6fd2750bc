"""Invented content for the style page: components in every state, nothing from the database."""

from decimal import Decimal

from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import mark_safe

from core.charts import PHONE_WIDTH, Series, line_chart

ICONS = (
    "home tasks report money target criteria document menu search bell user building calendar "
    "clock alert check close info upload download file table filter send undo lock print offline "
    "saved inbox edit"
)
MONTHS = tuple(f"T{number}" for number in range(1, 13))
PLANNED = tuple(map(Decimal, (3, 8, 15, 24, 34, 45, 53, 61, 69, 78, 88, 100)))
PAID = tuple(map(Decimal, ("1.2", "3.9", "9.6", "16.8", "26.1", "37.38")))


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
    reason = forms.CharField(
        label="Lý do", widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    none = forms.BooleanField(label="Kỳ này không có số liệu", required=False)

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


def samples():
    """The whole context of the style page."""
    shown = SampleForm({"name": "", "paid": "2.150", "program": "a", "place": "in"})
    page = Paginator(range(1240), 50).page(6)
    return {
        "form": shown,
        "filter_form": SampleFilter(prefix="loc"),
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
        "meta": ["Số 5, mục I.2 a)", "Chủ trì: Sở Xây dựng", "Cập nhật 27/6/2023"],
        "actions": [{"label": "Xin gia hạn", "url": "#"}],
        "finding": mark_safe(
            "Đã làm <b>70 %</b>, hạn <b>30/6/2023</b> đã qua. Còn thiếu ý kiến của 3 huyện."
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
    series = [Series("kế hoạch", PLANNED, plan=True), Series("thực hiện", PAID + (None,) * 6)]
    title = "Giải ngân lũy kế và kế hoạch"
    return {
        "chart": mark_safe(line_chart(series, MONTHS, title=title)),
        "chart_phone": mark_safe(line_chart(series, MONTHS, title=title, width=PHONE_WIDTH)),
        "chart_columns": ["Tháng", "Kế hoạch (%)", "Thực hiện (%)"],
        "chart_rows": list(zip(MONTHS, PLANNED, PAID + (None,) * 6, strict=True)),
    }


def list_parts():
    return {
        "events": [
            {
                "at": "03/7/2023, 07:00",
                "what": "Hệ thống đánh dấu quá hạn",
                "mark": "now",
                "detail": "Nhắc Sở Xây dựng, báo cơ quan thường trực sau 3 ngày",
            },
            {
                "at": "27/6/2023, 09:05",
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
                "new": "30/6/2023",
                "mark": "late",
                "who": "Sở Kế hoạch và Đầu tư",
            },
        ],
        "files": [
            {
                "url": "#",
                "name": "Dự thảo quyết định và tờ trình",
                "meta": "PDF, 1,4 MB · 27/6/2023 · bản 3",
            },
            {
                "url": "#",
                "name": "Bảng tổng hợp góp ý của 6 huyện",
                "meta": "Excel, 86 KB · 27/6/2023",
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
        "stages": [
            "on_track",
            "due_soon",
            "overdue",
            "done_on_time",
            "done_late",
            "waiting",
            "undated",
            "draft",
            "submitted",
            "returned",
            "accepted",
            "failed",
        ],
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
            "31/5/2023",
            -33,
            40,
            "overdue",
        ),
        (
            "Rà soát quy định về tiêu chí quy hoạch xã nông thôn mới",
            "Mục I.2 b.1, số 5",
            "Chủ trì",
            "đến ngày 05/7/2023",
            "05/7/2023",
            2,
            90,
            "due_soon",
        ),
        (
            "Quy định quản lý, vận hành, bảo trì công trình theo cơ chế đặc thù",
            "Mục I.2 a), số 7",
            "Chủ trì",
            "Quý III/2023",
            "30/9/2023",
            89,
            None,
            "on_track",
        ),
    ]
