from rest_framework import serializers

from core.api import ReadOnlyViewSet

from .models import Alert


class AlertSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    topic = serializers.CharField(read_only=True)

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
            "topic",
        ]


class AlertViewSet(ReadOnlyViewSet):
    title = "Cảnh báo"
    about = "topic là nội dung gửi cho địa chỉ đôn đốc khi muốn đôn đốc về cảnh báo này."
    scope = "alerts"
    queryset = Alert.objects.select_related("unit")
    serializer_class = AlertSerializer
    filterset_fields = {"rule": ["exact"], "state": ["exact"], "unit__code": ["exact"]}
    order_fields = {"id": "pk", "due_on": "due_on", "opened_at": "opened_at"}
