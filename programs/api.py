from django.db.models import Prefetch
from rest_framework import serializers

from core.api import ReadOnlyViewSet

from .models import Component, Program


class ComponentSerializer(serializers.ModelSerializer):
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)

    class Meta:
        model = Component
        fields = ["id", "code", "name", "kind", "parent", "order"]


class ProgramSerializer(serializers.ModelSerializer):
    components = ComponentSerializer(many=True, read_only=True)

    class Meta:
        model = Program
        fields = [
            "id",
            "code",
            "name",
            "short_name",
            "kind",
            "generation",
            "valid_from",
            "valid_to",
            "components",
        ]


class ProgramViewSet(ReadOnlyViewSet):
    title = "Chương trình và cây nội dung thành phần"
    queryset = Program.objects.prefetch_related(
        Prefetch("components", Component.objects.select_related("parent"))
    )
    serializer_class = ProgramSerializer
    filterset_fields = {"code": ["exact"], "generation": ["exact"], "kind": ["exact"]}
