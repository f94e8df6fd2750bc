"""Units change over time: identities with a dated tree, events and a dated closure (ADR 4)."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q

from core.clock import real_today
from core.text import nfc, search_key, sort_key

from ..reach import NOWHERE
from .documents import LegalDocument


class UnitKind(models.TextChoices):
    PROVINCE = "province", "tỉnh, thành phố"
    DISTRICT = "district", "huyện"
    CITY = "city", "thành phố thuộc tỉnh"
    TOWN = "town", "thị xã"
    COMMUNE = "commune", "xã"
    WARD = "ward", "phường"
    TOWNSHIP = "township", "thị trấn"
    SPECIAL_ZONE = "special_zone", "đặc khu"
    AGENCY = "agency", "sở, ban, ngành"
    OFFICE = "office", "văn phòng điều phối"
    TREASURY = "treasury", "Kho bạc Nhà nước"
    FRONT = "front", "Mặt trận, đoàn thể"


DISTRICT_KINDS = (UnitKind.DISTRICT, UnitKind.CITY, UnitKind.TOWN)
COMMUNE_KINDS = (UnitKind.COMMUNE, UnitKind.WARD, UnitKind.TOWNSHIP, UnitKind.SPECIAL_ZONE)


def valid_on(day, prefix=""):
    """Rows in force on a day; `valid_to` is the first day that no longer counts."""
    ends = f"{prefix}valid_to"
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": day})
    )


class UnitQuerySet(models.QuerySet):
    def valid_on(self, day):
        return self.filter(valid_on(day))

    def districts(self):
        return self.filter(kind__in=DISTRICT_KINDS)

    def communes(self):
        return self.filter(kind__in=COMMUNE_KINDS)

    def agencies(self):
        return self.filter(
            kind__in=[UnitKind.AGENCY, UnitKind.OFFICE, UnitKind.TREASURY, UnitKind.FRONT]
        )

    def below(self, unit, day):
        """The unit itself and all under it in the tree of that day."""
        return self.filter(pk__in=UnitScope.objects.tree(unit, day))

    def for_user(self, user):
        """Units inside the area of any grant held today; no grant, no rows."""
        reaches = [grant.reach for grant in user.reading_grants()]
        return self.filter(reduce(or_, reaches, NOWHERE).condition("pk"))


class Unit(models.Model):
    """An administrative unit or agency as an identity; names and places may change by events."""

    code = models.CharField("mã đơn vị", max_length=32, unique=True)
    name = models.CharField("tên đơn vị", max_length=200)
    short_name = models.CharField("tên ngắn", max_length=80, blank=True)
    kind = models.CharField("loại đơn vị", max_length=16, choices=UnitKind)
    valid_from = models.DateField("hiệu lực từ")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)
    sort_key = models.CharField("khóa sắp xếp", max_length=400, editable=False, db_index=True)
    search_key = models.CharField("khóa tìm kiếm", max_length=200, editable=False, db_index=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unit_ends_after_start",
                violation_error_message="Ngày hết hiệu lực phải sau ngày bắt đầu.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.set_keys()
        super().save(*args, **kwargs)

    def set_keys(self):
        """Also for bulk loads, which skip save()."""
        self.name = nfc(self.name)
        self.sort_key = sort_key(self.name)
        self.search_key = search_key(self.name)

    @property
    def label(self):
        return self.short_name or self.name

    @property
    def is_district(self):
        return self.kind in DISTRICT_KINDS

    @property
    def is_commune(self):
        return self.kind in COMMUNE_KINDS

    def parent_on(self, day):
        """The unit directly above on that day, or None."""
        link = self.parent_links.filter(valid_on(day)).select_related("parent").first()
        return link.parent if link else None


class UnitAlias(models.Model):
    """Another spelling of an agency, as printed in somebody's plan; remembered once confirmed."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases", verbose_name="đơn vị")
    text = models.CharField("cách viết khác", max_length=200)
    text_key = models.CharField("khóa tìm kiếm", max_length=200, unique=True, editable=False)

    class Meta:
        verbose_name = "tên gọi khác"
        verbose_name_plural = "tên gọi khác"

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        self.text_key = search_key(self.text)
        super().save(*args, **kwargs)


class Flag(models.TextChoices):
    EXTREMELY_DIFFICULT = "extremely_difficult", "đặc biệt khó khăn"
    POOR_DISTRICT = "poor_district", "huyện nghèo"
    BORDER = "border", "biên giới"
    ETHNIC_AREA = "ethnic_area", "vùng đồng bào dân tộc thiểu số và miền núi"


class UnitFlag(models.Model):
    """A dated standing of a unit, given and taken away by decisions."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="flags", verbose_name="đơn vị")
    flag = models.CharField("diện", max_length=24, choices=Flag)
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)
    decision = models.ForeignKey(
        LegalDocument, models.PROTECT, null=True, blank=True, verbose_name="quyết định"
    )

    class Meta:
        verbose_name = "diện của đơn vị"
        verbose_name_plural = "diện của đơn vị"
        constraints = [
            models.UniqueConstraint(fields=["unit", "flag", "valid_from"], name="unit_flag_once"),
        ]

    def __str__(self):
        return self.get_flag_display()


class UnitParent(models.Model):
    """The dated tree: on any day a unit hangs under at most one other."""

    unit = models.ForeignKey(
        Unit, models.CASCADE, related_name="parent_links", verbose_name="đơn vị"
    )
    parent = models.ForeignKey(
        Unit, models.PROTECT, related_name="child_links", verbose_name="đơn vị cấp trên"
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)

    class Meta:
        verbose_name = "quan hệ trực thuộc"
        verbose_name_plural = "quan hệ trực thuộc"
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_parent_per_day"),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(valid_to__isnull=True),
                name="unit_one_open_parent",
                violation_error_message="Đơn vị đã có đơn vị cấp trên đang hiệu lực.",
            ),
            models.CheckConstraint(condition=~Q(unit=F("parent")), name="unit_not_its_own_parent"),
        ]

    def __str__(self):
        return f"{self.unit} thuộc {self.parent}"


class UnitEvent(models.Model):
    """A merge, split, renaming or abolition; it ends units and starts others."""

    class Kind(models.TextChoices):
        MERGE = "merge", "sáp nhập"
        SPLIT = "split", "chia tách"
        RENAME = "rename", "đổi tên"
        ABOLISH = "abolish", "kết thúc hoạt động"

    kind = models.CharField("loại sự kiện", max_length=12, choices=Kind)
    effective_on = models.DateField("ngày hiệu lực")
    decision = models.ForeignKey(LegalDocument, models.PROTECT, verbose_name="quyết định")

    class Meta:
        verbose_name = "sự kiện đơn vị"
        verbose_name_plural = "sự kiện đơn vị"

    def __str__(self):
        return f"{self.get_kind_display()} {self.effective_on:%d/%m/%Y}"


class UnitLineage(models.Model):
    """Who came from whom, with the share that passes on (weight 1 = the whole)."""

    event = models.ForeignKey(
        UnitEvent, models.CASCADE, related_name="lineage", verbose_name="sự kiện"
    )
    old = models.ForeignKey(
        Unit, models.PROTECT, related_name="successors", verbose_name="đơn vị cũ"
    )
    new = models.ForeignKey(
        Unit, models.PROTECT, related_name="predecessors", verbose_name="đơn vị mới"
    )
    weight = models.DecimalField("tỷ trọng", max_digits=9, decimal_places=8, default=1)

    class Meta:
        verbose_name = "quan hệ kế thừa"
        verbose_name_plural = "quan hệ kế thừa"
        constraints = [
            models.UniqueConstraint(fields=["event", "old", "new"], name="lineage_once"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=1), name="lineage_weight_is_share"
            ),
        ]

    def __str__(self):
        return f"{self.old} → {self.new}"


class Via(models.TextChoices):
    TREE = "tree", "trực thuộc"
    LINEAGE = "lineage", "kế thừa"


class UnitScopeQuerySet(models.QuerySet):
    def tree(self, unit, day):
        """Ids of the unit and all below it on that day. Sums join on the tree alone."""
        return self.filter(valid_on(day), ancestor=unit, via=Via.TREE).values("descendant")

    def readable_from(self, unit_id):
        """Ids readable from a unit today: those below it now, and ended units whose last
        parent or successor is below it."""
        ended = Q(descendant__valid_to__isnull=False, valid_to=F("descendant__valid_to"))
        now = valid_on(real_today())
        return self.filter(ended | now, ancestor=unit_id).values("descendant")


class UnitScope(models.Model):
    """The dated closure of the tree, rebuilt by unit events (organizations.closure)."""

    ancestor = models.ForeignKey(
        Unit, models.CASCADE, related_name="scope_below", verbose_name="đơn vị trên"
    )
    descendant = models.ForeignKey(
        Unit, models.CASCADE, related_name="scope_above", verbose_name="đơn vị dưới"
    )
    valid_from = models.DateField("từ ngày")
    valid_to = models.DateField("hết hiệu lực từ", null=True, blank=True)
    via = models.CharField("qua", max_length=8, choices=Via, default=Via.TREE)

    objects = UnitScopeQuerySet.as_manager()

    class Meta:
        verbose_name = "phạm vi đơn vị"
        verbose_name_plural = "phạm vi đơn vị"
        indexes = [
            models.Index(fields=["ancestor", "via", "valid_from"]),
            models.Index(fields=["descendant", "via"]),
        ]

    def __str__(self):
        return f"{self.ancestor} ⊇ {self.descendant}"
