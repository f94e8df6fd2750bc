from django import forms

from .models import StoredFile


class UploadForm(forms.Form):
    """One file for an importer; a room adds its own fields (year, day) beside it.

    A browser forgets a chosen file when another field is wrong, so the file of the first try is
    kept and its key (`kept`) comes back with the second.
    """

    file = forms.FileField(
        label="Tệp",
        error_messages={
            "required": "Hãy chọn tệp cần nhập.",
            "empty": "Tệp rỗng. Hãy chọn lại tệp có dữ liệu.",
        },
    )
    kept = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, importer, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.importer, self.user = importer, user
        self.fields["file"].required = self.kept_file() is None
        self.fields["file"].widget.attrs["accept"] = ",".join(
            f".{ext}" for ext in importer.extensions
        )

    def clean_file(self):
        """Only size and kind; what is inside is the guard's business, in the worker."""
        upload = self.cleaned_data["file"] or self.kept_file()
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
            "file"
        ].help_text = (
            f"Tệp “{stored.name}” đã được giữ, không cần chọn lại; chọn tệp khác nếu muốn thay."
        )

    def params(self):
        """JSON-able options of this import."""
        return {}
