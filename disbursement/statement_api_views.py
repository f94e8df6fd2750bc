"""The envelope tree and statements over the API: as of a day, as known at a moment; whole đồng."""

from datetime import date

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api_fields import IsoDate, KnownAt, WholeNumber
from core.clock import today
from organizations.api import UnitViewSet

from .api import ProjectViewSet
from .envelope import tree_of, walk
from .overview_page import last_day
from .rows import Where
from .statements import Statement

ROWS = 200


class PlaceQuery(serializers.Serializer):
    plan_year = WholeNumber(min_value=2000, max_value=2100)
    as_of = IsoDate(required=False)
    known_at = KnownAt(required=False)


class MoneyQuery(PlaceQuery):
    program = serializers.CharField(required=False, max_length=32, help_text="Mã chương trình")


class PeriodQuery(PlaceQuery):
    first = IsoDate(required=False, help_text="Từ ngày; bỏ trống là từ đầu")
    page = WholeNumber(
        required=False, min_value=1, max_value=100_000, help_text="200 dòng một trang"
    )


class UnitPeriodQuery(PeriodQuery):
    program = serializers.CharField(required=False, max_length=32, help_text="Mã chương trình")


class PlaceSerializer(serializers.Serializer):
    """Một đơn vị cùng mọi cấp dưới; rỗng khi chưa có số liệu."""

    unit = serializers.CharField(source="unit.code")
    parent = serializers.CharField(allow_null=True)
    planned = serializers.IntegerField(source="figure.planned", allow_null=True)
    carried = serializers.IntegerField(source="figure.carried", allow_null=True)
    to_spend = serializers.IntegerField(source="figure.to_spend", allow_null=True)
    paid = serializers.IntegerField(source="figure.paid", allow_null=True)
    remaining = serializers.IntegerField(source="figure.remaining", allow_null=True)
    rate = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
    assigned = serializers.IntegerField(allow_null=True)
    allotted = serializers.IntegerField(allow_null=True)
    allotted_rate = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)


class EnvelopeSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    places = PlaceSerializer(many=True)


class BalanceSerializer(serializers.Serializer):
    source = serializers.CharField()
    nature = serializers.CharField()
    origin_year = serializers.IntegerField()
    moment = serializers.CharField()
    funding = serializers.CharField()
    capital_before = serializers.IntegerField(allow_null=True)
    paid_before = serializers.IntegerField(allow_null=True)
    capital_within = serializers.IntegerField(allow_null=True)
    paid_within = serializers.IntegerField(allow_null=True)
    closing = serializers.IntegerField(allow_null=True)


class StatementRowSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    is_payment = serializers.BooleanField()
    day = serializers.DateField()
    kind = serializers.CharField()
    project = serializers.CharField(source="code")
    source = serializers.CharField()
    nature = serializers.CharField()
    origin_year = serializers.IntegerField()
    moment = serializers.CharField()
    funding = serializers.CharField()
    amount = serializers.IntegerField()
    basis = serializers.CharField(allow_blank=True, allow_null=True)
    batch = serializers.IntegerField(allow_null=True)
    reverses = serializers.IntegerField(allow_null=True)
    recorded_at = serializers.DateTimeField()


class StatementSerializer(serializers.Serializer):
    first = serializers.DateField(allow_null=True)
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    balances = BalanceSerializer(many=True)
    count = serializers.IntegerField(help_text="Số dòng trong kỳ")
    recorded_later = serializers.IntegerField(help_text="Số dòng ghi sau known_at")
    rows = StatementRowSerializer(many=True)


class PlaceViewSet(UnitViewSet):
    """Units as the catalogue tells them, with the money that lies in them."""

    @extend_schema(parameters=[MoneyQuery], responses=EnvelopeSerializer)
    @action(
        detail=True,
        title="Cây vốn của đơn vị và mọi cấp dưới (đồng)",
        scope="money",
        pagination_class=None,
        filterset_fields={},
        query_class=MoneyQuery,
    )
    def envelope(self, request, pk):
        """Như đã biết vào một lúc khi có known_at; rỗng là chưa có số liệu."""
        where = where_of(self.get_object(), self.query())
        tree = tree_of(where, request.user)
        body = {"as_of": where.day, "known_at": where.known_at, "places": places_of(tree.root)}
        return Response(EnvelopeSerializer(body).data)

    @extend_schema(parameters=[UnitPeriodQuery], responses=StatementSerializer)
    @action(
        detail=True,
        title="Sao kê vốn của đơn vị: số dư, phát sinh, từng dòng (đồng)",
        scope="money",
        pagination_class=None,
        filterset_fields={},
        query_class=UnitPeriodQuery,
    )
    def statement(self, request, pk):
        """Số dư theo nguồn vốn trước kỳ, trong kỳ, cuối kỳ; dòng cũ nhất trước."""
        query = self.query()
        return told(where_of(self.get_object(), query), request.user, query)


class WorksViewSet(ProjectViewSet):
    """Works with their statement."""

    @extend_schema(parameters=[PeriodQuery], responses=StatementSerializer)
    @action(
        detail=True,
        title="Sao kê vốn của một công trình: số dư, phát sinh, từng dòng (đồng)",
        pagination_class=None,
        filterset_fields={},
        query_class=PeriodQuery,
    )
    def statement(self, request, pk):
        """Số dư theo nguồn vốn trước kỳ, trong kỳ, cuối kỳ; dòng cũ nhất trước."""
        project, query = self.get_object(), self.query()
        where = where_of(project.unit, query, project=project.pk)
        return told(where, request.user, query)


def where_of(unit, query, **narrow) -> Where:
    year = query["plan_year"]
    day: date = min(query.get("as_of", today()), last_day(year, today()))
    program = query.get("program", "")
    return Where(unit, year, day, query.get("known_at"), program=program, **narrow)


def places_of(root):
    """Top down, each with the code of the unit above it in this tree."""
    parents = {child.unit.pk: node.unit.code for node in walk(root) for child in node.children}
    for node in walk(root):
        yield {
            "unit": node.unit,
            "parent": parents.get(node.unit.pk),
            "figure": node.figure,
            "rate": node.figure.rate(),
            "assigned": node.assigned,
            "allotted": node.allotted,
            "allotted_rate": node.allotted_rate,
        }


def told(where: Where, user, query) -> Response:
    made = Statement(where, user, query.get("first"))
    start = (query.get("page", 1) - 1) * ROWS
    body = {
        "first": made.first,
        "as_of": made.where.day,
        "known_at": made.where.known_at,
        "balances": [balance_line(*pair) for pair in made.balances.items()],
        "count": made.count,
        "recorded_later": made.late_count,
        "rows": made[start : start + ROWS],
    }
    return Response(StatementSerializer(body).data)


def balance_line(key, balance):
    source, nature, origin_year, moment, funding = key
    return {
        "source": source,
        "nature": nature,
        "origin_year": origin_year,
        "moment": moment,
        "funding": funding,
        "capital_before": balance.capital_before,
        "paid_before": balance.paid_before,
        "capital_within": balance.capital_within,
        "paid_within": balance.paid_within,
        "closing": balance.after,
    }
