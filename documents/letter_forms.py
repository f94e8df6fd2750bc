"""Forms of letters: the template with its allowed fields, the letter, the agency's layout."""

from django import forms

from core.forms import PickList
from organizations.models import Unit
from organizations.permissions import can

from .content import RANGES
from .letters import Letter, recipients_of
from .merging import GAP, unknown_fields
from .models import LayoutProfile, LetterTemplate, SignatureBlock

BODY_ROWS = {"rows": 14}
SIZES = next((low, high) for name, _, low, high in RANGES if name == "body_size")


def lines_of(text):
    return tuple(line.strip() for line in text.splitlines() if line.strip())


class TemplateForm(forms.ModelForm):
    class Meta:
        model = LetterTemplate
        fields = ["name", "kind", "abstract", "body", "recipients", "is_active"]
        widgets = {
            "body": forms.Textarea(attrs=BODY_ROWS),
            "recipients": forms.Textarea(attrs={"rows": 4}),
        }

    def clean_name(self):
        """The agency is no field of the form, so its constraint is asked for here."""
        name = " ".join(self.cleaned_data["name"].split())
        others = LetterTemplate.objects.filter(unit=self.instance.unit_id, name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Đơn vị đã có mẫu cùng tên. Hãy đặt tên khác.")
        return name


class LetterForm(forms.Form):
    """The merged words may be reworded; no merge field may be left in them."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    units = forms.ModelMultipleChoiceField(Unit.objects.none(), label="Kính gửi", widget=PickList)
    abstract = forms.CharField(label="Trích yếu", max_length=300)
    body = forms.CharField(
        label="Nội dung",
        max_length=20_000,
        widget=forms.Textarea(attrs=BODY_ROWS),
        help_text="Mỗi dòng một đoạn; dòng bắt đầu bằng “- ” là một gạch đầu dòng.",
    )
    with_annex = forms.BooleanField(label="Kèm phụ lục danh sách", required=False)
    signature = forms.ModelChoiceField(
        SignatureBlock.objects.none(), label="Khối chữ ký", empty_label=None
    )
    signer = forms.CharField(label="Họ tên người ký", max_length=80, required=False)
    recipients = forms.CharField(
        label="Nơi nhận",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Mỗi dòng một nơi; dòng cuối là nơi lưu.",
    )

    def __init__(self, *args, template, profile, user, matter=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.template, self.profile, self.matter = template, profile, matter
        self.fields["units"].queryset = Unit.objects.for_user(user).order_by("sort_key")
        self.fields["signature"].queryset = profile.signatures.all()
        if not (matter and matter.annex):
            del self.fields["with_annex"]

    @classmethod
    def start(cls, key, draft, template, profile, matter):
        """Initial values of a new letter."""
        units = matter.units if matter else ()
        return {
            "key": key,
            "units": [unit.pk for unit in units],
            "with_annex": True,
            "signature": profile.signatures.first(),
            "recipients": "\n".join(recipients_of(template, profile, units or (None,))),
            **draft,
        }

    def _clean_words(self, name):
        faults = unknown_fields(self.cleaned_data[name])
        if faults or "{{" in self.cleaned_data[name]:
            raise forms.ValidationError(
                faults or ["Còn trường trộn chưa thay. Hãy thay bằng lời của văn bản."]
            )
        if GAP in self.cleaned_data[name]:
            raise forms.ValidationError("Còn chỗ “……” chưa điền. Hãy viết lời thay vào.")
        return self.cleaned_data[name]

    def clean_abstract(self):
        return " ".join(self._clean_words("abstract").split())

    def clean_body(self):
        return self._clean_words("body")

    def letter(self):
        data = self.cleaned_data
        return Letter(
            template=self.template,
            abstract=data["abstract"],
            body=data["body"],
            units=tuple(data["units"]),
            recipients=lines_of(data["recipients"]),
            signature=data["signature"].signature(data["signer"]),
            annex=self.matter.annex if data.get("with_annex") else None,
        )


class ProfileForm(forms.ModelForm):
    """How the agency heads its documents; measures outside the decree's ranges are refused."""

    recipient_lines = forms.CharField(
        label="Nơi nhận, mỗi dòng một nơi",
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    body_size = forms.TypedChoiceField(
        label="Cỡ chữ nội dung (pt)", coerce=int, choices=[(size, size) for size in SIZES]
    )

    class Meta:
        model = LayoutProfile
        fields = [
            "agency_parent",
            "agency_name",
            "full_name",
            "symbol",
            "drafting_symbol",
            "place",
            "body_size",
            "keeps_fields",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["recipient_lines"] = "\n".join(self.instance.recipients)

    def save(self, commit=True):
        self.instance.recipients = list(lines_of(self.cleaned_data["recipient_lines"]))
        return super().save(commit)


class SignatureForm(forms.ModelForm):
    class Meta:
        model = SignatureBlock
        fields = ["mode", "titles"]
        widgets = {"titles": forms.Textarea(attrs={"rows": 3})}


def templates_of(user):
    """Templates of the agencies the person may issue documents of."""
    rows = LetterTemplate.objects.for_user(user).select_related("unit")
    return [row for row in rows if can(user, "document.issue", row.unit)]
