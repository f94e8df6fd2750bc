"""Units, committees and posts as the API tells them; posts are told without who holds them."""

from django.db.models import OuterRef, Subquery
from rest_framework import serializers

from core.api import ReadOnlyViewSet
from core.clock import today

from .models import Post, SteeringCommittee, Unit, UnitParent
from .models.units import valid_on


class UnitSerializer(serializers.ModelSerializer):
    parent = serializers.CharField(source="parent_code", allow_null=True, default=None)

    class Meta:
        model = Unit
        fields = ["id", "code", "name", "short_name", "kind", "parent", "valid_from", "valid_to"]


class UnitViewSet(ReadOnlyViewSet):
    title = "Đơn vị trong phạm vi quản lý, kèm đơn vị cấp trên hiện nay"
    scope = "catalog"
    queryset = Unit.objects.all()
    serializer_class = UnitSerializer
    filterset_fields = {"code": ["exact"], "kind": ["exact"]}
    order_fields = {"id": "pk", "code": "code", "name": "sort_key"}

    def readable(self, rows):
        link = UnitParent.objects.filter(valid_on(today()), unit=OuterRef("pk"))
        return (
            super().readable(rows).annotate(parent_code=Subquery(link.values("parent__code")[:1]))
        )


class CommitteeSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    standing_agency = serializers.CharField(source="standing_agency.code")
    decision = serializers.CharField(source="decision.number", allow_null=True, default=None)

    class Meta:
        model = SteeringCommittee
        fields = [
            "id",
            "unit",
            "name",
            "standing_agency",
            "decision",
            "valid_from",
            "valid_to",
        ]


class CommitteeViewSet(ReadOnlyViewSet):
    title = "Ban Chỉ đạo của các đơn vị trong phạm vi"
    scope = "catalog"
    queryset = SteeringCommittee.objects.select_related("unit", "standing_agency", "decision")
    serializer_class = CommitteeSerializer
    filterset_fields = {"unit__code": ["exact"]}

    def readable(self, rows):
        return rows.filter(unit__in=units_of(self.request.user))


class PostSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = Post
        fields = ["id", "code", "title", "unit", "committee", "committee_role"]


class PostViewSet(ReadOnlyViewSet):
    title = "Chức danh của các đơn vị trong phạm vi"
    scope = "catalog"
    queryset = Post.objects.select_related("unit")
    serializer_class = PostSerializer
    filterset_fields = {"unit__code": ["exact"], "committee_role": ["exact"]}
    order_fields = {"id": "pk", "code": "code"}

    def readable(self, rows):
        return rows.filter(unit__in=units_of(self.request.user))


def units_of(user):
    return Unit.objects.for_user(user).order_by().values("pk")
