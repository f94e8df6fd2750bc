"""The log of security events, for account managers and auditors."""

import io

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.generic import ListView

from core.later import Later

from .account_forms import EventFilterForm
from .models import SecurityEvent
from .permissions import require

xlsxwriter = Later("xlsxwriter")
MOST_ROWS = 50_000
HEAD = (
    "Số",
    "Lúc",
    "Sự kiện",
    "Tên đăng nhập",
    "Người làm",
    "Địa chỉ mạng",
    "Trình duyệt",
    "Mã yêu cầu",
    "Chi tiết",
    "Mã băm",
)


class SecurityLogView(ListView):
    template_name = "account/security_log.html"
    context_object_name = "events"
    paginate_by = 50

    def get_queryset(self):
        require(self.request.user, "security.read")
        self.form = EventFilterForm(self.request.GET)
        rows = self.form.narrow(SecurityEvent.objects.all())
        return rows.select_related("user", "actor")

    def get_context_data(self, **kwargs):
        query = self.request.GET.urlencode()
        return super().get_context_data(form=self.form, query=query, **kwargs)


@require_GET
@never_cache
def export(request):
    require(request.user, "security.read")
    rows = EventFilterForm(request.GET).narrow(SecurityEvent.objects.select_related("actor"))
    answer = HttpResponse(
        workbook_of(rows[:MOST_ROWS]),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer["Content-Disposition"] = 'attachment; filename="nhat-ky-bao-mat.xlsx"'
    return answer


def workbook_of(events):
    """Every cell is text: names and browsers are typed by strangers and must not be formulas."""
    kept = io.BytesIO()
    book = xlsxwriter.Workbook(kept, {"in_memory": True})
    sheet = book.add_worksheet("Nhật ký bảo mật")
    for column, title in enumerate(HEAD):
        sheet.write_string(0, column, title, book.add_format({"bold": True}))
    for number, event in enumerate(events, start=1):
        for column, text in enumerate(texts_of(event)):
            sheet.write_string(number, column, text)
    sheet.freeze_panes(1, 0)
    sheet.set_column(1, 9, 22)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return kept.getvalue()


def texts_of(event):
    return (
        str(event.number),
        f"{timezone.localtime(event.at):%d/%m/%Y %H:%M:%S}",
        event.get_kind_display(),
        event.username,
        event.actor.username if event.actor else "",
        event.address or "",
        event.agent,
        event.request_id,
        "; ".join(event.detail_words),
        event.digest,
    )
