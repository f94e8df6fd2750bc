from django import forms

from .imports import file_kind


class UploadForm(forms.Form):
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
        self.fields["file"].widget.attrs["accept"] = ",".join(
            f".{ext}" for ext in importer.extensions
        )

    def clean_file(self):
        """Only size and kind; what is inside is the guard's business, in the worker."""
        upload = self.cleaned_data["file"]
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

    @property
    def kind(self):
        return file_kind(self.cleaned_data["file"].name)
