from django.db.models import OuterRef, Subquery
from rest_framework import serializers

from core.api import ReadOnlyViewSet
from core.clock import today

from .models import Unit, UnitParent
from .models.units import valid_on


class UnitSerializer(serializers.ModelSerializer):
    parent = serializers.CharField(source="parent_code", allow_null=True, default=None)

    class Meta:
        model = Unit
        fields = ["id", "code", "name", "short_name", "kind", "parent", "valid_from", "valid_to"]


class UnitViewSet(ReadOnlyViewSet):
    title = "Đơn vị trong phạm vi quản lý, kèm đơn vị cấp trên hiện nay"
    queryset = Unit.objects.all()
    serializer_class = UnitSerializer
    filterset_fields = {"code": ["exact"], "kind": ["exact"]}

    def readable(self, rows):
        link = UnitParent.objects.filter(valid_on(today()), unit=OuterRef("pk"))
        return (
            super().readable(rows).annotate(parent_code=Subquery(link.values("parent__code")[:1]))
        )
