from rest_framework import serializers

from core.api import ReadOnlyViewSet

from .models import Indicator, Progress, Target


class IndicatorSerializer(serializers.ModelSerializer):
    programs = serializers.SlugRelatedField("code", many=True, read_only=True)
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)

    class Meta:
        model = Indicator
        fields = [
            "id",
            "code",
            "name",
            "measure_unit",
            "decimals",
            "aggregation",
            "direction",
            "parent",
            "programs",
        ]


class IndicatorViewSet(ReadOnlyViewSet):
    title = "Danh mục chỉ số"
    queryset = Indicator.objects.select_related("parent").prefetch_related("programs")
    serializer_class = IndicatorSerializer
    filterset_fields = {"code": ["exact"], "programs__code": ["exact"]}

    def readable(self, rows):
        """A catalogue, open to everybody who holds any right."""
        return rows if self.request.user.reading_grants() else rows.none()


class TargetSerializer(serializers.ModelSerializer):
    indicator = serializers.CharField(source="indicator.code")
    program = serializers.CharField(source="program.code")
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = Target
        fields = [
            "id",
            "indicator",
            "program",
            "unit",
            "period",
            "wording",
            "operator",
            "value",
            "base",
            "cumulative",
            "share",
            "due_text",
            "due_on",
        ]


class TargetViewSet(ReadOnlyViewSet):
    title = "Chỉ tiêu giao"
    queryset = Target.objects.select_related("indicator", "program", "unit")
    serializer_class = TargetSerializer
    filterset_fields = {
        "period": ["exact"],
        "program__code": ["exact"],
        "unit__code": ["exact"],
        "indicator__code": ["exact"],
    }


class ProgressSerializer(serializers.ModelSerializer):
    indicator = serializers.CharField(source="indicator.code")
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = Progress
        fields = [
            "id",
            "indicator",
            "unit",
            "period",
            "value",
            "note",
            "as_of",
            "revision",
            "recorded_at",
        ]


class ProgressViewSet(ReadOnlyViewSet):
    title = "Kết quả thực hiện chỉ tiêu (chỉ số liệu chính thức)"
    queryset = Progress.objects.official().select_related("indicator", "unit")
    serializer_class = ProgressSerializer
    filterset_fields = {
        "period": ["exact"],
        "unit__code": ["exact"],
        "indicator__code": ["exact"],
    }
