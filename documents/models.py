"""What has been issued is kept: frozen content, template version and the files themselves."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from simple_history.models import HistoricalRecords

from core.transitions import InvalidTransition
from jobs.models import AuditEntry, StoredFile
from organizations.models import Unit
from organizations.scoping import ScopedQuerySet

from .content import Signature
from .merging import unknown_fields

# Functions (document, user) of higher rooms, called once when a document gets its number.
WHEN_NUMBERED = []


class DocumentKind(models.TextChoices):
    REPORT = "BC", "Báo cáo"
    PLAN = "KH", "Kế hoạch"
    NOTICE = "TB", "Thông báo"
    LETTER = "CV", "Công văn"
    SUBMISSION = "TTr", "Tờ trình"
    DECISION = "QĐ", "Quyết định"
    INVITATION = "GM", "Giấy mời"
    MINUTES = "BB", "Biên bản"


class Format(models.TextChoices):
    DOCX = "docx", "Word"
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"


class LayoutProfile(models.Model):
    """How an agency heads and signs its documents, within Decree 30/2020 (annex I)."""

    unit = models.OneToOneField(Unit, models.CASCADE, related_name="layout", verbose_name="đơn vị")
    agency_parent = models.CharField("cơ quan chủ quản", max_length=200, blank=True)
    agency_name = models.CharField("cơ quan ban hành", max_length=200)
    full_name = models.CharField(
        "tên cơ quan viết trong câu",
        max_length=200,
        blank=True,
        help_text="Như Ban Chỉ đạo các chương trình mục tiêu quốc gia tỉnh.",
    )
    symbol = models.CharField("ký hiệu", max_length=40, default="BCĐ")
    place = models.CharField("địa danh", max_length=100)
    body_size = models.PositiveSmallIntegerField("cỡ chữ nội dung (pt)", default=14)
    signature_lines = models.JSONField("quyền hạn, chức vụ người ký", default=list)
    recipients = models.JSONField("nơi nhận", default=list)
    drafting_symbol = models.CharField(
        "ký hiệu đơn vị soạn thảo",
        max_length=20,
        blank=True,
        help_text="Đứng sau ký hiệu cơ quan ở số công văn, như BCĐ-KTTH.",
    )
    keeps_fields = models.BooleanField(
        "để trường của hệ thống quản lý văn bản thay chỗ trống số, ngày",
        default=False,
        help_text="In #SoKyHieuVanBan và #DiaDiemNgayBanHanh để hệ thống ấy tự điền khi cấp số.",
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "thể thức của cơ quan"
        verbose_name_plural = "thể thức của cơ quan"

    def __str__(self):
        return self.agency_name

    @property
    def plain_name(self):
        """The agency's name within a sentence."""
        return self.full_name or " ".join(self.agency_name.split()).capitalize()

    def symbol_of(self, kind):
        """ "BC-BCĐ"; an official letter has no kind and names who drafted it: "BCĐ-KTTH"."""
        if kind == DocumentKind.LETTER:
            return "-".join(filter(None, [self.symbol, self.drafting_symbol]))
        return f"{kind}-{self.symbol}"


class Authority(models.TextChoices):
    """In whose name a signer signs (Decree 30/2020, article 13)."""

    OWN = "", "Ký theo chức vụ của mình"
    ON_BEHALF = "TM.", "TM. – thay mặt tập thể"
    FOR_HEAD = "KT.", "KT. – ký thay người đứng đầu"
    BY_ORDER = "TL.", "TL. – thừa lệnh"
    ENTRUSTED = "TUQ.", "TUQ. – thừa ủy quyền"
    ACTING = "Q.", "Q. – quyền cấp trưởng"


class SignatureBlock(models.Model):
    """One way an agency's documents are signed; the titles one a line, as printed."""

    profile = models.ForeignKey(
        LayoutProfile, models.CASCADE, related_name="signatures", verbose_name="thể thức"
    )
    mode = models.CharField("quyền hạn ký", max_length=4, choices=Authority, blank=True)
    titles = models.TextField(
        "chức vụ, mỗi dòng một chức vụ",
        max_length=300,
        help_text="Quyền hạn đứng trước dòng đầu, như KT. TRƯỞNG BAN, dòng sau PHÓ TRƯỞNG BAN.",
    )
    order = models.PositiveSmallIntegerField("thứ tự", default=1)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "khối chữ ký"
        verbose_name_plural = "khối chữ ký"
        ordering = ["order", "pk"]

    def __str__(self):
        return " / ".join(self.signature().lines)

    def clean(self):
        """Whoever signs for another has a title of their own below."""
        needs_two = {Authority.ON_BEHALF, Authority.FOR_HEAD, Authority.BY_ORDER}
        if self.mode in needs_two and len(self.lines) < 2:
            raise ValidationError(
                {
                    "titles": f"{self.mode} cần ít nhất hai dòng: chức vụ được ký thay, rồi chức "
                    "vụ của người ký."
                }
            )

    @property
    def lines(self):
        return [line.strip() for line in self.titles.splitlines() if line.strip()]

    def signature(self, name=""):
        return Signature(titles=tuple(self.lines), mode=self.mode, name=name)


class LetterTemplateQuerySet(ScopedQuerySet):
    def active(self):
        return self.filter(is_active=True)


class LetterTemplate(models.Model):
    """Words of a kind of letter, with merge fields of a fixed list; text, never a program."""

    KINDS = (DocumentKind.LETTER, DocumentKind.INVITATION, DocumentKind.NOTICE)

    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="đơn vị ban hành")
    name = models.CharField("tên mẫu", max_length=120)
    kind = models.CharField(
        "loại văn bản",
        max_length=4,
        choices=[(kind.value, kind.label) for kind in KINDS],
        default=DocumentKind.LETTER,
    )
    abstract = models.CharField("trích yếu", max_length=300)
    body = models.TextField("nội dung", max_length=20_000)
    recipients = models.TextField("nơi nhận thêm, mỗi dòng một nơi", max_length=2_000, blank=True)
    is_active = models.BooleanField("đang dùng", default=True)

    history = HistoricalRecords()
    objects = LetterTemplateQuerySet.as_manager()
    scope_unit = "unit"

    class Meta:
        verbose_name = "mẫu văn bản"
        verbose_name_plural = "mẫu văn bản"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="letter_template_name_once",
                violation_error_message="Đơn vị đã có mẫu cùng tên.",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        problems = {name: unknown_fields(getattr(self, name)) for name in ("abstract", "body")}
        if any(problems.values()):
            raise ValidationError({name: found for name, found in problems.items() if found})

    @property
    def version(self):
        """Which wording of the template: its number and how often it has been written."""
        return f"M{self.pk}.{self.history.count()}"


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
    to_units = models.JSONField("đơn vị sẽ nhận", default=list, blank=True, editable=False)
    addressees = models.ManyToManyField(
        Unit,
        blank=True,
        related_name="received_documents",
        verbose_name="đơn vị đã nhận",
        help_text="Nhận khi văn bản có số; trước đó văn bản chưa ra khỏi cơ quan ban hành.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="người lập"
    )
    created_at = models.DateTimeField("chốt lúc", auto_now_add=True)

    objects = ScopedQuerySet.as_manager()
    scope_unit = "unit"
    scope_parties = ("addressees",)

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
            self.number, self.issued_on = number, issued_on
            self.addressees.set(Unit.objects.filter(pk__in=self.to_units))
            for tell in WHEN_NUMBERED:
                tell(self, user)
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
