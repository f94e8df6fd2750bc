from datetime import date

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from core.api import ReadOnlyViewSet
from core.api_rules import check_parameters
from core.clock import today

from .figures import grouped, open_books
from .models import LedgerEntry, Payment, Project


class ProjectSerializer(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.code")
    owner = serializers.CharField(source="owner.code", allow_null=True, default=None)
    component = serializers.CharField(source="component.code")
    program = serializers.CharField(source="component.program.code")

    class Meta:
        model = Project
        fields = [
            "id",
            "code",
            "name",
            "kind",
            "unit",
            "owner",
            "component",
            "program",
            "total_investment",
            "difficulty",
        ]


class FigureQuery(serializers.Serializer):
    plan_year = serializers.IntegerField(min_value=2000, max_value=2100)
    as_of = serializers.DateField(required=False)


class ProjectFigureSerializer(serializers.Serializer):
    """Whole đồng; null where nothing is known."""

    project = serializers.CharField()
    unit = serializers.CharField()
    planned = serializers.IntegerField(allow_null=True)
    carried = serializers.IntegerField(allow_null=True)
    to_spend = serializers.IntegerField(allow_null=True)
    paid = serializers.IntegerField(allow_null=True)
    remaining = serializers.IntegerField(allow_null=True)
    rate = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)


class ProjectViewSet(ReadOnlyViewSet):
    title = "Công trình, hoạt động"
    queryset = Project.objects.select_related("unit", "owner", "component__program")
    serializer_class = ProjectSerializer
    filterset_fields = {
        "code": ["exact"],
        "kind": ["exact"],
        "unit__code": ["exact"],
        "component__program__code": ["exact"],
    }

    @extend_schema(parameters=[FigureQuery], responses=ProjectFigureSerializer(many=True))
    @action(detail=False, serializer_class=ProjectFigureSerializer, filterset_fields={})
    def figures(self, request):
        """Plan and payments of a plan year up to a day (today when not given)."""
        check_parameters(request.query_params, {"plan_year", "as_of"})
        query = FigureQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        year = query.validated_data["plan_year"]
        as_of = query.validated_data.get("as_of", today())
        rows = self.get_queryset().filter(entries__plan_year=year).distinct()
        lines = project_lines(self.paginate_queryset(rows), year, as_of, request.user)
        return self.get_paginated_response(ProjectFigureSerializer(lines, many=True).data)


def project_lines(projects, plan_year: int, as_of: date, user) -> list[dict]:
    books = open_books(plan_year, as_of, user=user).where(project__in=[p.pk for p in projects])
    figures = grouped(books, "project")
    return [figure_line(project, figures.get(project.pk)) for project in projects]


def figure_line(project, figure):
    names = ("planned", "carried", "to_spend", "paid", "remaining")
    values = {name: getattr(figure, name, None) for name in names}
    rate = figure.rate() if figure else None
    return {"project": project.code, "unit": project.unit.code, **values, "rate": rate}


class LedgerEntrySerializer(serializers.ModelSerializer):
    project = serializers.CharField(source="project.code", allow_null=True, default=None)
    unit = serializers.CharField(source="unit.code")
    component = serializers.CharField(source="component.code")
    decision = serializers.CharField(source="decision.number", allow_null=True, default=None)

    class Meta:
        model = LedgerEntry
        fields = [
            "id",
            "kind",
            "project",
            "unit",
            "component",
            "source",
            "nature",
            "plan_year",
            "origin_year",
            "moment",
            "amount",
            "decision",
            "effective_on",
            "recorded_at",
            "reverses",
            "note",
        ]


class LedgerEntryViewSet(ReadOnlyViewSet):
    title = "Bút toán vốn (đồng)"
    queryset = LedgerEntry.objects.select_related("project", "unit", "component", "decision")
    serializer_class = LedgerEntrySerializer
    filterset_fields = {
        "plan_year": ["exact"],
        "kind": ["exact"],
        "source": ["exact"],
        "nature": ["exact"],
        "unit__code": ["exact"],
        "project__code": ["exact"],
        "effective_on": ["gte", "lte"],
    }


class PaymentSerializer(serializers.ModelSerializer):
    project = serializers.CharField(source="project.code")
    unit = serializers.CharField(source="project.unit.code")

    class Meta:
        model = Payment
        fields = [
            "id",
            "kind",
            "project",
            "unit",
            "source",
            "nature",
            "plan_year",
            "origin_year",
            "moment",
            "amount",
            "reported_cumulative",
            "reported_advance",
            "paid_on",
            "voucher",
            "recorded_at",
            "reverses",
            "is_over_plan",
        ]


class PaymentViewSet(ReadOnlyViewSet):
    title = "Thanh toán, giải ngân (đồng)"
    queryset = Payment.objects.select_related("project__unit")
    serializer_class = PaymentSerializer
    filterset_fields = {
        "plan_year": ["exact"],
        "kind": ["exact"],
        "source": ["exact"],
        "nature": ["exact"],
        "project__unit__code": ["exact"],
        "project__code": ["exact"],
        "paid_on": ["gte", "lte"],
    }
