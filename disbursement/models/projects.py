"""Works and recurrent activity lines, their contracts, and what is owed to builders."""

from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from simple_history.models import HistoricalRecords

from core.append_only import AppendOnlyRows
from core.text import search_key
from organizations.models import LegalDocument, Unit
from organizations.scoping import ScopedQuerySet
from programs.models import Component

from .cells import PLACE, MoneyCell
from .record import Recorded
from .words import ProjectKind


class ProjectQuerySet(ScopedQuerySet):
    """Found by code or name without diacritics; the key is written with the name."""

    def matching(self, text):
        rows = self
        for word in search_key(text).split():
            rows = rows.filter(search_key__contains=word)
        return rows

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        for project in objs:
            project.search_key = project.found_by
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs, fields, **kwargs):
        objs, fields = list(objs), list(fields)
        if {"name", "code"} & set(fields):
            fields.append("search_key")
            for project in objs:
                project.search_key = project.found_by
        return super().bulk_update(objs, fields, **kwargs)


class Project(models.Model):
    """Works or a recurrent activity line: the last rung of the allocation chain."""

    code = models.CharField("mã dự án", max_length=40, unique=True)
    name = models.CharField("tên công trình, hoạt động", max_length=300)
    search_key = models.CharField("khóa tìm kiếm", max_length=341, editable=False, default="")
    kind = models.CharField("loại", max_length=8, choices=ProjectKind)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="projects", verbose_name="địa bàn, đơn vị"
    )
    owner = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_projects",
        verbose_name="chủ đầu tư",
    )
    component = models.ForeignKey(
        Component, models.PROTECT, related_name="projects", verbose_name="nội dung thành phần"
    )
    total_investment = models.BigIntegerField("tổng mức đầu tư (đồng)", null=True, blank=True)
    # Keys of the accountant and the Treasury; empty where nobody has given them.
    budget_unit_code = models.CharField("mã ĐVQHNS", max_length=20, blank=True)
    target_program_code = models.CharField("mã CTMTQG", max_length=20, blank=True)
    chapter = models.CharField("chương", max_length=10, blank=True)
    category = models.CharField("loại, khoản", max_length=20, blank=True)
    item = models.CharField("mục, tiểu mục", max_length=20, blank=True)
    # Before the first year kept here, so that "cumulative" means since the works began.
    paid_before = models.BigIntegerField(
        "lũy kế giải ngân các năm trước khi theo dõi trên cổng (đồng)", null=True, blank=True
    )
    paid_before_year = models.PositiveSmallIntegerField("lũy kế đến hết năm", null=True, blank=True)
    settled_amount = models.BigIntegerField("giá trị quyết toán (đồng)", null=True, blank=True)
    settlement = models.ForeignKey(
        LegalDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quyết định phê duyệt quyết toán",
    )
    difficulty = models.CharField("vướng mắc đơn vị nêu", max_length=400, blank=True)

    history = HistoricalRecords(excluded_fields=["search_key"])
    objects = ProjectQuerySet.as_manager()
    scope_unit = "unit"
    scope_parties = ("owner",)
    scope_program = "component__program__code"

    class Meta:
        verbose_name = "công trình, hoạt động"
        verbose_name_plural = "công trình, hoạt động"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paid_before__isnull=True, paid_before_year__isnull=True)
                | Q(paid_before__gte=0, paid_before_year__isnull=False),
                name="paid_before_has_its_year",
                violation_error_message="Lũy kế các năm trước phải ghi kèm năm, và không âm.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.search_key = self.found_by
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_key"}
        with transaction.atomic():
            is_moved = self._is_moved()
            if is_moved:
                self._count(-1)
            super().save(*args, **kwargs)
            if is_moved:
                self._count(1)

    @property
    def found_by(self):
        return search_key(f"{self.code} {self.name}")[:341]

    def _is_moved(self):
        """Whether its money will belong to another cell; asked of the row as it is stored."""
        if self._state.adding:
            return False
        stored = Project.objects.select_for_update().values_list(*PLACE).get(pk=self.pk)
        return stored != (self.unit_id, self.owner_id, self.component_id)

    def _count(self, sign):
        MoneyCell.objects.take_in("planned", self.entries.all(), sign)
        MoneyCell.objects.take_in("paid", self.payments.all(), sign)


class Contract(models.Model):
    """What the owner agreed with a builder; money is still counted by payments alone."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="contracts", verbose_name="công trình, hoạt động"
    )
    number = models.CharField("số hợp đồng", max_length=60)
    contractor = models.CharField("nhà thầu", max_length=200)
    signed_on = models.DateField("ngày ký")
    due_on = models.DateField("ngày hoàn thành theo hợp đồng", null=True, blank=True)
    amount = models.BigIntegerField("giá trị hợp đồng (đồng)")

    history = HistoricalRecords()
    objects = ScopedQuerySet.as_manager()
    scope_unit = "project__unit"
    scope_parties = ("project__owner",)
    scope_program = "project__component__program__code"

    class Meta:
        verbose_name = "hợp đồng"
        verbose_name_plural = "hợp đồng"
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="one_contract_per_number",
                violation_error_message="Hợp đồng cùng số của công trình này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="contract_amount_positive",
                violation_error_message="Giá trị hợp đồng phải lớn hơn 0.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("signed_on")),
                name="contract_due_not_before_signed",
                violation_error_message="Ngày hoàn thành phải từ ngày ký trở đi.",
            ),
        ]

    def __str__(self):
        return f"Hợp đồng {self.number}"


class ArrearsQuerySet(AppendOnlyRows, ScopedQuerySet):
    """The newest statement of a project up to a day is what it owes."""

    def standing(self, day):
        newest = ConstructionArrears.objects.filter(project=OuterRef("project"), as_of__lte=day)
        newest = newest.order_by("-as_of", "-pk").values("pk")[:1]
        return self.filter(pk=Subquery(newest))


class ConstructionArrears(Recorded):
    """Nợ đọng xây dựng cơ bản: work accepted and not paid for, as of a day. 0 means none left."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="arrears", verbose_name="công trình, hoạt động"
    )
    as_of = models.DateField("tính đến ngày")
    amount = models.BigIntegerField("số nợ đọng (đồng)")
    note = models.CharField("ghi chú", max_length=300, blank=True)

    objects = ArrearsQuerySet.as_manager()
    scope_unit = "project__unit"
    scope_parties = ("project__owner",)
    scope_program = "project__component__program__code"

    class Meta:
        verbose_name = "nợ đọng xây dựng cơ bản"
        verbose_name_plural = "nợ đọng xây dựng cơ bản"
        ordering = ["as_of", "pk"]
        indexes = [models.Index(fields=["project", "as_of"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="arrears_not_negative",
                violation_error_message="Số nợ đọng không thể âm.",
            ),
        ]

    def __str__(self):
        return f"Nợ đọng {self.amount} đồng đến {self.as_of:%d/%m/%Y}"
