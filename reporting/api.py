from rest_framework import serializers

from core.api import ReadOnlyViewSet

from .models import Report


class ReportSerializer(serializers.ModelSerializer):
    """The state alone: what a draft says is nobody's figure."""

    kind = serializers.CharField(source="obligation.round.kind")
    period = serializers.CharField(source="obligation.round.period")
    unit = serializers.CharField(source="obligation.unit.code")
    reviewer = serializers.CharField(source="obligation.reviewer.code")
    due_on = serializers.DateField(source="obligation.due_on")
    first_submitted_on = serializers.DateField(source="obligation.done_on", allow_null=True)

    class Meta:
        model = Report
        fields = [
            "id",
            "kind",
            "period",
            "unit",
            "reviewer",
            "state",
            "revision",
            "receipt",
            "due_on",
            "first_submitted_on",
        ]


class ReportViewSet(ReadOnlyViewSet):
    title = "Tình trạng báo cáo định kỳ"
    queryset = Report.objects.select_related(
        "obligation__round", "obligation__unit", "obligation__reviewer"
    )
    serializer_class = ReportSerializer
    filterset_fields = {
        "state": ["exact"],
        "obligation__round__period": ["exact"],
        "obligation__unit__code": ["exact"],
    }
