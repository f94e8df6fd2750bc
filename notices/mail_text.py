"""What a mail says, and what a failure of the mail server means in words."""

from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from .models import Channel


def mail_of(delivery, connection):
    """The same key gives the same Message-ID, so that a repeat can be told from a second mail."""
    kept = delivery.items.filter(dropped_at=None).select_related("notice")
    notices = [item.notice for item in kept.order_by("pk")]
    text = render_to_string(
        "notices/mail.txt",
        {
            "notices": notices,
            "is_digest": delivery.channel == Channel.DIGEST,
            "name": str(delivery.user),
            "base": settings.PORTAL_URL.rstrip("/"),
        },
    )
    host = urlsplit(settings.PORTAL_URL).hostname or "localhost"
    return EmailMessage(
        subject=f"[MTQG] {delivery.subject}",
        body=text,
        to=[delivery.address],
        connection=connection,
        headers={"Message-ID": f"<{delivery.key}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def refused_for_good(error):
    """The server knows the address as wrong (5xx): trying again would not help."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _ in error.recipients.values())


def why_failed(error):
    """State, then remedy; nothing of the server's own words but its code."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = ", ".join(str(code) for code, _ in error.recipients.values())
        return f"Máy chủ thư từ chối địa chỉ nhận (mã {codes}). Hãy kiểm tra địa chỉ của tài khoản."
    if isinstance(error, SMTPAuthenticationError):
        return "Máy chủ thư không nhận tài khoản gửi. Hãy kiểm tra EMAIL_URL."
    if isinstance(error, SMTPResponseException):
        return f"Máy chủ thư từ chối (mã {error.smtp_code}). Hệ thống sẽ tự gửi lại."
    if isinstance(error, OSError):
        return "Không nối được với máy chủ thư. Hãy kiểm tra EMAIL_URL và mạng."
    return f"Không lập được thư ({type(error).__name__}). Hãy báo người quản trị."
