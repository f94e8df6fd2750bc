"""Legal documents: decisions found units, posts, programmes and money alike."""

from django.db import models
from django.db.models import Q


class LegalDocument(models.Model):
    """A decision, resolution, plan or notice that something rests on."""

    class Kind(models.TextChoices):
        LAW = "law", "Luật, nghị quyết của Quốc hội"
        DECREE = "decree", "Nghị định"
        CIRCULAR = "circular", "Thông tư"
        RESOLUTION = "resolution", "Nghị quyết"
        DECISION = "decision", "Quyết định"
        DIRECTIVE = "directive", "Chỉ thị"
        PLAN = "plan", "Kế hoạch, chương trình"
        NOTICE = "notice", "Thông báo"
        LETTER = "letter", "Công văn, công điện"

    number = models.CharField("số, ký hiệu", max_length=60)
    kind = models.CharField("loại văn bản", max_length=16, choices=Kind)
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    abstract = models.TextField("trích yếu")
    is_normative = models.BooleanField("là văn bản quy phạm pháp luật", default=False)

    class Meta:
        verbose_name = "văn bản pháp lý"
        verbose_name_plural = "văn bản pháp lý"
        ordering = ["-issued_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "issued_on"],
                condition=Q(issued_on__isnull=False),
                name="legal_document_once",
                violation_error_message="Văn bản cùng số và ngày đã có trong hệ thống.",
            ),
        ]

    def __str__(self):
        if self.issued_on:
            return f"{self.number} ngày {self.issued_on:%d/%m/%Y}"
        return self.number
