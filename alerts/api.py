from rest_framework import serializers

from core.api import ReadOnlyViewSet

from .models import Alert


class AlertSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = Alert
        fields = [
            "id",
            "rule",
            "subject",
            "title",
            "unit",
            "due_on",
            "amount",
            "state",
            "opened_at",
        ]


class AlertViewSet(ReadOnlyViewSet):
    title = "Cảnh báo"
    queryset = Alert.objects.select_related("unit")
    serializer_class = AlertSerializer
    filterset_fields = {"rule": ["exact"], "state": ["exact"], "unit__code": ["exact"]}
