"""The words of "Đôn đốc" for an alert and for a report owed."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from core.money import format_amount
from notices.urging import Urge, urge_about
from reporting.models import Obligation

from .models import Alert, AlertRule

ASKS = {
    AlertRule.ZERO_DISBURSEMENT: (
        "Đề nghị đơn vị nêu rõ nguyên nhân, hoàn thiện hồ sơ thanh toán hoặc đề xuất điều chuyển "
        "vốn theo quy định."
    ),
    AlertRule.ASSIGNMENT_OVERDUE: (
        "Đề nghị đơn vị khẩn trương hoàn thành, cập nhật tiến độ kèm tài liệu chứng minh."
    ),
    AlertRule.REPORT_OVERDUE: "Đề nghị đơn vị nộp báo cáo trên hệ thống ngay trong ngày.",
}


@urge_about("alert")
def about_alert(pk, user, today):
    alert = get_object_or_404(Alert.objects.for_user(user).open().select_related("unit"), pk=pk)
    money = f" Còn {format_amount(alert.amount)} đồng chưa giải ngân." if alert.amount else ""
    return Urge(
        unit=alert.unit,
        subject=f"Đôn đốc: {alert.title}",
        body=f"{alert.title}. Hạn {alert.due_on:%d/%m/%Y}, {days_text(alert.due_on, today)}."
        f"{money} {ASKS[alert.rule]}",
        url=alert.url,
    )


@urge_about("obligation")
def about_obligation(pk, user, today):
    rows = Obligation.objects.for_user(user).owed().filter(done_on=None)
    row = get_object_or_404(rows.select_related("unit", "round"), pk=pk)
    return Urge(
        unit=row.unit,
        subject=f"Đôn đốc: {row.round} chưa nộp",
        body=f"{row.round}: hạn nộp {row.due_on:%d/%m/%Y}, {days_text(row.due_on, today)}. "
        f"{ASKS[AlertRule.REPORT_OVERDUE]}",
        url=reverse("reporting:fill", args=[row.pk]),
    )


def days_text(due_on, today):
    days = (due_on - today).days
    if days == 0:
        return "hôm nay là ngày cuối"
    return f"còn {days} ngày" if days > 0 else f"đã quá {-days} ngày"
