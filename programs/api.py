from django.db.models import Prefetch
from rest_framework import serializers

from core.api import ReadOnlyViewSet

from .models import Component, Program, WorkPlan


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
    scope = "catalog"
    queryset = Program.objects.prefetch_related(
        Prefetch("components", Component.objects.select_related("parent"))
    )
    serializer_class = ProgramSerializer
    filterset_fields = {"code": ["exact"], "generation": ["exact"], "kind": ["exact"]}
    order_fields = {"id": "pk", "code": "code", "valid_from": "valid_from"}


class ComponentRowSerializer(ComponentSerializer):
    program = serializers.CharField(source="program.code")

    class Meta(ComponentSerializer.Meta):
        fields = [*ComponentSerializer.Meta.fields, "program", "lead_text"]


class ComponentViewSet(ReadOnlyViewSet):
    title = "Nội dung thành phần của các chương trình"
    scope = "catalog"
    queryset = Component.objects.select_related("program", "parent")
    serializer_class = ComponentRowSerializer
    filterset_fields = {"code": ["exact"], "kind": ["exact"], "program__code": ["exact"]}
    order_fields = {"id": "pk", "code": "code"}

    def readable(self, rows):
        """A catalogue, open like the programmes themselves."""
        return rows if self.request.user.reading_grants() else rows.none()


class PlanSerializer(serializers.ModelSerializer):
    issuer = serializers.CharField(source="issuer.code")
    document = serializers.CharField(source="document.number", allow_null=True, default=None)

    class Meta:
        model = WorkPlan
        fields = ["id", "code", "title", "issuer", "starts_on", "ends_on", "state", "document"]


class PlanRows(ReadOnlyViewSet):
    """Plans to read; the verb that publishes belongs to the room of the tasks."""

    title = "Kế hoạch của Ban Chỉ đạo"
    scope = "tasks"
    queryset = WorkPlan.objects.select_related("issuer", "document")
    serializer_class = PlanSerializer
    filterset_fields = {"code": ["exact"], "state": ["exact"], "issuer__code": ["exact"]}
    order_fields = {"id": "pk", "starts_on": "starts_on"}
