"""Forms of one's own account."""

from datetime import timedelta

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from .models import EventKind
from .passwords import PolicyValidator

CODE_ATTRS = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Mã xác thực",
        help_text="6 chữ số trên ứng dụng xác thực, hoặc một mã khôi phục 8 chữ số.",
        max_length=20,
        widget=forms.TextInput(attrs=CODE_ATTRS),
    )


class SetUpForm(forms.Form):
    code = forms.CharField(
        label="Mã đang hiện trên ứng dụng",
        help_text="6 chữ số, đổi sau mỗi 30 giây.",
        max_length=10,
        widget=forms.TextInput(attrs={**CODE_ATTRS, "inputmode": "numeric"}),
    )


class ProofForm(forms.Form):
    """The password once more."""

    password = forms.CharField(
        label="Mật khẩu hiện tại",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OwnPasswordForm(PasswordChangeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = "Mật khẩu hiện tại"
        self.fields["new_password1"].label = "Mật khẩu mới"
        self.fields["new_password1"].help_text = PolicyValidator().get_help_text()
        self.fields["new_password2"].label = "Nhập lại mật khẩu mới"
        self.fields["new_password2"].help_text = ""


class EventFilterForm(forms.Form):
    kind = forms.ChoiceField(
        label="Sự kiện", required=False, choices=[("", "Mọi sự kiện"), *EventKind.choices]
    )
    username = forms.CharField(label="Tên đăng nhập", required=False, max_length=150)
    address = forms.GenericIPAddressField(label="Địa chỉ mạng", required=False)
    since = forms.DateField(label="Từ ngày", required=False)
    until = forms.DateField(label="Đến ngày", required=False)

    def narrow(self, events):
        """The events that fit; a field that cannot be read narrows nothing and says so."""
        given = self.cleaned_data if self.is_valid() else {}
        if given.get("kind"):
            events = events.filter(kind=given["kind"])
        if given.get("username"):
            events = events.filter(username__icontains=given["username"])
        if given.get("address"):
            events = events.filter(address=given["address"])
        if given.get("since"):
            events = events.filter(at__date__gte=given["since"])
        if given.get("until"):
            events = events.filter(at__date__lt=given["until"] + timedelta(days=1))
        return events
