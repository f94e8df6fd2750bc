from django import forms

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

    def __init__(self, *args, importer, **kwargs):
        super().__init__(*args, **kwargs)
        self.importer = importer
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
                f"Tệp {size} MB vượt giới hạn {limit // 1_000_000} MB. "
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

    def params(self):
        """JSON-able options of this import."""
        return {}
