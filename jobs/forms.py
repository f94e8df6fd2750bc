import hashlib

from django import forms
from django.utils import timezone

from .imports import applied_before
from .models import StoredFile


class KeptFileForm(forms.Form):
    """A form with one file, `file_field`, that is not lost when another box is wrong.

    A browser forgets a chosen file when the form comes back, so the file of the first try is
    kept and its key (`kept`) comes with the second.
    """

    file_field = "file"
    kept = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def chosen_file(self):
        """The file of this try, else the kept one, else None."""
        return self.cleaned_data[self.file_field] or self.kept_file()

    def kept_file(self):
        """The person's own file of an earlier try, or None."""
        key = self.data.get(self.add_prefix("kept"), "")
        if not (key.isascii() and key.isdigit() and len(key) < 19):
            return None
        return StoredFile.objects.filter(pk=int(key), uploaded_by=self.user).first()

    def keep(self, stored):
        """Shows the form again with the file already in hand."""
        self.data = self.data.copy()
        self.data[self.add_prefix("kept")] = str(stored.pk)
        self.fields[
            self.file_field
        ].help_text = (
            f"Tệp “{stored.name}” đã được giữ, không cần chọn lại; chọn tệp khác nếu muốn thay."
        )


class UploadForm(KeptFileForm):
    """One file for an importer; a room adds its own fields (year, day) beside it."""

    file = forms.FileField(
        label="Tệp",
        error_messages={
            "required": "Hãy chọn tệp cần nhập.",
            "empty": "Tệp rỗng. Hãy chọn lại tệp có dữ liệu.",
        },
    )

    again = forms.BooleanField(label="Tôi biết tệp này đã nhập và vẫn nhập lại", required=False)

    def __init__(self, *args, importer, **kwargs):
        super().__init__(*args, **kwargs)
        self.importer = importer
        self.applied = None
        # Shown only when it is asked.
        self.fields["again"].widget = forms.HiddenInput()
        self.fields["file"].required = self.kept_file() is None
        self.fields["file"].widget.attrs["accept"] = ",".join(
            f".{ext}" for ext in importer.extensions
        )

    def clean_file(self):
        """Only size and kind; what is inside is the guard's business, in the worker."""
        upload = self.chosen_file()
        limit = self.importer.limits.file_bytes
        if upload.size > limit:
            size = f"{upload.size / 1e6:.1f}".replace(".", ",")
            raise forms.ValidationError(
                f"Tệp {size} MB vượt giới hạn {limit // (1024 * 1024)} MB. "
                "Hãy xóa hình ảnh và các trang tính không dùng.",
                code="too_large",
            )
        if upload.name.rsplit(".", 1)[-1].lower() not in self.importer.extensions:
            wanted = ", ".join(f".{ext}" for ext in self.importer.extensions)
            raise forms.ValidationError(
                f"Tệp “{upload.name}” không thuộc loại được nhận ({wanted}). "
                "Hãy mở bằng Excel hoặc Word và lưu lại đúng loại.",
                code="wrong_kind",
            )
        return upload

    def refuse_the_same_file(self, unit):
        """False after the person was told that this very file has been applied already."""
        if not self.importer.tells_same_file or self.cleaned_data["again"]:
            return True
        upload = self.cleaned_data["file"]
        self.applied = applied_before(self.importer.kind, unit, digest_of(upload))
        if self.applied is None:
            return True
        self.fields["again"].widget = forms.CheckboxInput(attrs={"class": "form-check-input"})
        self.add_error(
            "again",
            f"Tệp này đã được áp dụng ở đợt nhập {self.applied.pk} lúc "
            f"{timezone.localtime(self.applied.applied_at):%H:%M %d/%m/%Y}. Hãy xem lại đợt đó; "
            "chỉ nhập lại khi có chủ ý.",
        )
        return False

    def params(self):
        """JSON-able options of this import."""
        return {}


def digest_of(upload):
    """SHA-256 of a fresh upload or of a kept file; the next reader begins at its start again."""
    if isinstance(upload, StoredFile):
        return upload.sha256
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
