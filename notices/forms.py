"""How a person hears by mail: one choice a kind of notice, and the hour of the day's mail."""

from django import forms

from .models import NoticeKind, Way


class PreferenceForm(forms.Form):
    digest_at = forms.TimeField(
        label="Giờ gửi thư gom trong ngày",
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"placeholder": "07:00", "maxlength": 5}),
        help_text="Mỗi ngày nhiều nhất một thư gom. Thông báo đã đọc trên hệ thống không gửi nữa.",
        error_messages={"invalid": "Giờ chưa đúng. Hãy nhập giờ và phút, như 07:00."},
    )

    def __init__(self, *args, preference, **kwargs):
        kwargs.setdefault("initial", {"digest_at": preference.digest_at})
        super().__init__(*args, **kwargs)
        self.preference = preference
        for kind, label in NoticeKind.choices:
            self.fields[kind] = forms.ChoiceField(
                label=label, choices=Way.choices, initial=preference.way_of(kind)
            )
        self.order_fields([*NoticeKind.values, "digest_at"])

    def keep(self):
        self.preference.digest_at = self.cleaned_data["digest_at"]
        self.preference.ways = {kind: self.cleaned_data[kind] for kind in NoticeKind.values}
        self.preference.save()
