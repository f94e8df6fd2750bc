"""Asking for an access token: for one of the person's posts, for a limited time."""

from django import forms

from core.clock import real_today
from core.columns import DATE, TEXT, Column
from core.forms import ColumnField

from .account_forms import ProofForm
from .models import Post, Scope
from .models.tokens import LONGEST


class TokenForm(ProofForm):
    """With the password: a token outlives a borrowed session and passes the second factor by."""

    field_order = ["name", "post", "expires_on", "scopes", "password"]
    name = ColumnField(
        Column("name", "Tên mã", TEXT, required=True, maximum=80),
        help_text="Phần mềm nào dùng, ví dụ: phần mềm kế toán xã.",
    )
    post = forms.ModelChoiceField(Post.objects.none(), label="Thay mặt chức danh", empty_label=None)
    expires_on = ColumnField(
        Column("expires_on", "Dùng đến hết ngày", DATE, required=True),
        help_text="Nhiều nhất một năm, dạng ngày/tháng/năm.",
    )
    scopes = forms.MultipleChoiceField(
        label="Phạm vi",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Hãy chọn ít nhất một phạm vi."},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = user.current_posts()

    def clean_expires_on(self):
        day, first = self.cleaned_data["expires_on"], real_today()
        if not first <= day <= first + LONGEST:
            raise forms.ValidationError(
                f"Hãy chọn một ngày từ {first:%d/%m/%Y} đến {first + LONGEST:%d/%m/%Y}."
            )
        return day
