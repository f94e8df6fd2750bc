from rest_framework import serializers

from core.api import ReadOnlyViewSet
from core.clock import today

from .models import Assignment, AssignmentParty, Occurrence


class PartySerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code", allow_null=True, default=None)

    class Meta:
        model = AssignmentParty
        fields = ["part", "unit", "group"]


class OccurrenceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Occurrence
        fields = ["sequence", "due_on", "waits_for", "done_on"]


class AssignmentSerializer(serializers.ModelSerializer):
    plan = serializers.CharField(source="plan.code")
    program = serializers.CharField(source="program.code", allow_null=True, default=None)
    stage = serializers.CharField()
    parties = PartySerializer(many=True, read_only=True)
    occurrences = OccurrenceSerializer(many=True, read_only=True)

    class Meta:
        model = Assignment
        fields = [
            "id",
            "plan",
            "section",
            "number",
            "title",
            "program",
            "deadline_text",
            "deadline_kind",
            "percent",
            "stage",
            "parties",
            "occurrences",
        ]


class AssignmentViewSet(ReadOnlyViewSet):
    title = "Nhiệm vụ được giao, kèm kỳ hạn và tình trạng hiện nay"
    queryset = Assignment.objects.select_related("plan", "program").prefetch_related(
        "parties__unit", "occurrences"
    )
    serializer_class = AssignmentSerializer
    filterset_fields = {"plan__code": ["exact"], "program__code": ["exact"]}

    def readable(self, rows):
        return super().readable(rows).with_stage(today())
