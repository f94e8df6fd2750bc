"""The password policy: TCVN 11930:2017 or OWASP ASVS 5.0, which contradict each other (ADR 16)."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from .models import PasswordUse


@dataclass(frozen=True)
class Policy:
    min_length: int
    is_composed: bool
    remembered: int
    expires: bool


POLICIES = {
    "tcvn": Policy(min_length=10, is_composed=True, remembered=5, expires=True),
    "asvs": Policy(min_length=12, is_composed=False, remembered=0, expires=False),
}
# A person may choose a phrase, and hashing must not be a way to keep the server busy.
LONGEST = 128
KINDS = (
    ("chữ thường", str.islower),
    ("chữ hoa", str.isupper),
    ("chữ số", str.isdigit),
    ("ký tự đặc biệt", lambda letter: not letter.isalnum()),
)


def policy():
    return POLICIES[settings.PASSWORD_POLICY]


def expires_after():
    """None where passwords stay good."""
    days = settings.PASSWORD_DAYS
    return timedelta(days=days) if policy().expires and days else None


def is_due(user):
    """Whether the person must choose a new password before anything else."""
    span = expires_after()
    is_old = span is not None and timezone.now() - user.password_changed_at >= span
    return user.must_change_password or is_old


class PolicyValidator:
    """Length, composition and passwords used before, as the policy of this installation wants."""

    def validate(self, password, user=None):
        rules = policy()
        if len(password) < rules.min_length:
            raise ValidationError(f"Mật khẩu quá ngắn. Hãy dùng ít nhất {rules.min_length} ký tự.")
        if len(password) > LONGEST:
            raise ValidationError(f"Mật khẩu quá dài. Hãy dùng nhiều nhất {LONGEST} ký tự.")
        missing = [name for name, is_kind in KINDS if not any(map(is_kind, password))]
        if rules.is_composed and missing:
            raise ValidationError(f"Mật khẩu còn thiếu {', '.join(missing)}. Hãy thêm vào.")
        if user and user.pk and PasswordUse.was_used(user, password, rules.remembered):
            raise ValidationError(
                f"Mật khẩu này trùng một trong {rules.remembered} mật khẩu gần nhất. "
                "Hãy chọn mật khẩu khác."
            )

    def password_changed(self, password, user=None):
        """Called by Django when a person with a new password is saved."""
        PasswordUse.objects.create(user=user, password=user.password)

    def get_help_text(self):
        rules = policy()
        parts = [f"ít nhất {rules.min_length} ký tự"]
        if rules.is_composed:
            parts.append("đủ chữ thường, chữ hoa, chữ số và ký tự đặc biệt")
        if rules.remembered:
            parts.append(f"khác {rules.remembered} mật khẩu gần nhất")
        parts.append("không thuộc loại dễ đoán")
        return f"Mật khẩu mới: {'; '.join(parts)}."
