"""What has been issued is kept: frozen content, template version and the files themselves."""

from django.conf import settings
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from core.transitions import InvalidTransition
from jobs.models import AuditEntry, StoredFile
from organizations.models import Unit
from organizations.scoping import ScopedQuerySet


class DocumentKind(models.TextChoices):
    REPORT = "BC", "Báo cáo"
    PLAN = "KH", "Kế hoạch"
    NOTICE = "TB", "Thông báo"
    LETTER = "CV", "Công văn"
    SUBMISSION = "TTr", "Tờ trình"
    DECISION = "QĐ", "Quyết định"


class Format(models.TextChoices):
    DOCX = "docx", "Word"
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"


class LayoutProfile(models.Model):
    """How an agency heads and signs its documents, within Decree 30/2020 (annex I)."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="layout", verbose_name="đơn vị")
    agency_parent = models.CharField("cơ quan chủ quản", max_length=200, blank=True)
    agency_name = models.CharField("cơ quan ban hành", max_length=200)
    symbol = models.CharField("ký hiệu", max_length=40, default="BCĐ")
    place = models.CharField("địa danh", max_length=100)
    body_size = models.PositiveSmallIntegerField("cỡ chữ nội dung (pt)", default=14)
    signature_lines = models.JSONField("quyền hạn, chức vụ người ký", default=list)
    recipients = models.JSONField("nơi nhận", default=list)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "thể thức của cơ quan"
        verbose_name_plural = "thể thức của cơ quan"

    def __str__(self):
        return self.agency_name


class IssuedDocument(models.Model):
    """A document as approved. Its content never changes; a correction is a new document."""

    kind = models.CharField("loại văn bản", max_length=4, choices=DocumentKind)
    title = models.CharField("trích yếu", max_length=400)
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị ban hành")
    number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    subject = models.CharField("hồ sơ gốc", max_length=80, unique=True)
    content = models.JSONField("nội dung đã chốt", editable=False)
    template_version = models.CharField("phiên bản mẫu", max_length=20)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người lập"
    )
    created_at = models.DateTimeField("chốt lúc", auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        ordering = ["-pk"]

    def __str__(self):
        return self.title

    @transaction.atomic
    def record_number(self, user, *, number, issued_on):
        """The clerk's number and date, once; the frozen content and files are not touched.

        True for the one who was first. A number is used once per unit and calendar year
        (Decree 30/2020 art. 15): InvalidTransition otherwise.
        """
        # One unit's clerks wait for one another here.
        Unit.objects.select_for_update().get(pk=self.unit_id)
        taken = IssuedDocument.objects.filter(
            unit=self.unit_id, number=number, issued_on__year=issued_on.year
        ).exclude(pk=self.pk)
        if taken.exists():
            raise InvalidTransition(f"Số {number} năm {issued_on.year} đã dùng cho văn bản khác.")
        moved = IssuedDocument.objects.filter(pk=self.pk, number="").update(
            number=number, issued_on=issued_on
        )
        if moved:
            AuditEntry.objects.create(
                action="document.number",
                actor=user,
                unit=self.unit,
                object_label=str(self)[:250],
                detail={"document": self.pk, "number": number, "issued_on": issued_on.isoformat()},
            )
        return bool(moved)

    def file_in(self, file_format):
        """The kept file in a format, or None while it is still being made."""
        return self.files.filter(format=file_format).select_related("file").first()


class DocumentFile(models.Model):
    """One produced file of a document; a reprint serves exactly this."""

    document = models.ForeignKey(
        IssuedDocument, models.CASCADE, related_name="files", verbose_name="văn bản"
    )
    format = models.CharField("định dạng", max_length=4, choices=Format)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="tệp")

    class Meta:
        verbose_name = "tệp của văn bản"
        verbose_name_plural = "tệp của văn bản"
        constraints = [
            models.UniqueConstraint(fields=["document", "format"], name="one_file_per_format"),
        ]

    def __str__(self):
        return f"{self.document} ({self.format})"
