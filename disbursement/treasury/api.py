"""The API of the Treasury: its lines, the differences, the reasons; match, explain, post."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from core.api import ReadOnlyViewSet, StrictSerializer
from core.api_fields import IsoDate, WholeNumber
from core.clock import today
from jobs.api import UPLOAD_FORMS
from jobs.api_writing import as_typed, valid, verb
from organizations.permissions import EVERY_PROGRAM, require

from ..forms import VoucherUploadForm
from ..models import GapNote, GapReason, Project, TreasuryLine
from .candidates import projects_in
from .forms import MOST, ExplainForm, MatchForm, PostForm
from .gaps import GapState, by_project, open_gaps
from .matching import match_line, unmatch_line
from .movements import key_text
from .settling import explain_gap, post_line

UPLOAD_FORMS["vouchers"] = VoucherUploadForm


class TreasuryLineSerializer(serializers.ModelSerializer):
    project = serializers.CharField(source="project.code", allow_null=True, default=None)
    unit = serializers.CharField(source="unit.code")

    class Meta:
        model = TreasuryLine
        fields = [
            "id",
            "unit",
            "batch",
            "number",
            "as_of",
            "plan_year",
            "code",
            "name",
            "source",
            "nature",
            "origin_year",
            "moment",
            "funding",
            "advance",
            "volume",
            "cumulative",
            "project",
            "match",
        ]


class GapQuery(serializers.Serializer):
    plan_year = WholeNumber(min_value=2000, max_value=2100)
    as_of = IsoDate(required=False)


class GapSerializer(serializers.Serializer):
    """Whole đồng; null where one side has never spoken."""

    project = serializers.CharField()
    vintage = serializers.CharField(help_text="Gửi nguyên văn khi giải trình")
    as_of = serializers.DateField()
    line = serializers.IntegerField(allow_null=True)
    reported = serializers.IntegerField(allow_null=True)
    booked = serializers.IntegerField(allow_null=True)
    difference = serializers.IntegerField()
    state = serializers.ChoiceField(GapState.choices)
    reason = serializers.CharField(allow_blank=True)


class MatchBody(StrictSerializer):
    project = serializers.CharField(max_length=40, help_text="Mã công trình trên cổng")


class PostBody(StrictSerializer):
    """Chênh lệch đã xem; khác với lúc ghi thì không ghi."""

    difference = WholeNumber(min_value=-MOST, max_value=MOST, help_text="đồng, cổng trừ Kho bạc")
    reason = serializers.CharField(max_length=250)


class ExplainGapBody(StrictSerializer):
    """Lý do của đúng số chênh lệch đã xem."""

    project = serializers.CharField(max_length=40, help_text="Mã công trình trên cổng")
    plan_year = WholeNumber(min_value=2000, max_value=2100)
    vintage = serializers.CharField(max_length=60, help_text="Một giá trị của gaps")
    difference = WholeNumber(min_value=-MOST, max_value=MOST, help_text="đồng, cổng trừ Kho bạc")
    reason = serializers.ChoiceField(GapReason.choices)
    text = serializers.CharField(max_length=400, required=False, allow_blank=True)


class TreasuryLineViewSet(ReadOnlyViewSet):
    title = "Dòng số liệu Kho bạc (đồng)"
    scope = "money"
    queryset = TreasuryLine.objects.select_related("unit", "project__unit")
    serializer_class = TreasuryLineSerializer
    order_fields = {"id": "pk", "as_of": "as_of"}
    filterset_fields = {
        "plan_year": ["exact"],
        "as_of": ["exact", "gte", "lte"],
        "code": ["exact"],
        "project__code": ["exact"],
        "match": ["exact"],
        "batch": ["exact"],
    }

    @extend_schema(parameters=[GapQuery], responses=GapSerializer(many=True))
    @action(
        detail=False,
        title="Hai số của cổng và Kho bạc theo công trình, nguồn vốn (đồng)",
        serializer_class=GapSerializer,
        filterset_fields={},
        order_fields={"id": "pk"},
        query_class=GapQuery,
    )
    def gaps(self, request):
        """Một trang công trình, mỗi nguồn vốn một dòng; tính lại mỗi lần gọi."""
        query = self.query()
        rows = Project.objects.for_user(request.user).filter(
            payments__plan_year=query["plan_year"]
        ) | Project.objects.for_user(request.user).filter(
            treasury_lines__plan_year=query["plan_year"]
        )
        page = self.paginate_queryset(rows.distinct())
        shown = Project.objects.filter(pk__in=[project.pk for project in page])
        gaps = open_gaps(query["plan_year"], query.get("as_of", today()), shown)
        codes = {project.pk: project.code for project in page}
        lines = [line_of(gap, codes) for group in by_project(gaps) for gap in group.gaps]
        return self.get_paginated_response(GapSerializer(lines, many=True).data)

    @verb("Ghép dòng chờ ghép với một công trình", body=MatchBody, answer=TreasuryLineSerializer)
    def match(self, request, pk):
        """Ghép mọi dòng chờ cùng mã; mã được nhớ cho các tệp sau."""
        line = self.get_object()
        require(request.user, "treasury.match", line.unit, EVERY_PROGRAM)
        projects = projects_in(line, request.user)
        found = projects.filter(code=self.body()["project"]).first()
        form = MatchForm({"project": str(found.pk) if found else "0"}, projects=projects)
        match_line(line, valid(form)["project"], request.user)
        line.refresh_from_db()
        return self.shown(line)

    @verb("Bỏ ghép một mã của Kho bạc", answer=TreasuryLineSerializer)
    def unmatch(self, request, pk):
        """Khi chưa có bút toán, giải trình nào dựa trên việc ghép."""
        self.body()
        line = self.get_object()
        require(request.user, "treasury.match", line.unit, EVERY_PROGRAM)
        unmatch_line(line, request.user)
        line.refresh_from_db()
        return self.shown(line)

    @verb("Ghi theo số Kho bạc", body=PostBody, answer=TreasuryLineSerializer)
    def post_figure(self, request, pk):
        """Ghi thêm một dòng thanh toán để số của cổng bằng số Kho bạc mới nhất."""
        line = self.get_object()
        unit = line.project.unit if line.project else line.unit
        program = line.project.component.program.code if line.project else EVERY_PROGRAM
        require(request.user, "treasury.post", unit, program)
        said = valid(PostForm(as_typed(self.body())))
        post_line(line, **said, user=request.user)
        return self.shown(line)


def line_of(gap, codes):
    return {
        "project": codes[gap.project],
        "vintage": key_text(gap.vintage),
        "as_of": gap.as_of,
        "line": gap.line,
        "reported": gap.reported,
        "booked": gap.booked,
        "difference": gap.difference,
        "state": gap.state,
        "reason": gap.note.words if gap.note and gap.difference else "",
    }


class GapNoteSerializer(serializers.ModelSerializer):
    project = serializers.CharField(source="project.code")

    class Meta:
        model = GapNote
        fields = [
            "id",
            "project",
            "plan_year",
            "source",
            "nature",
            "origin_year",
            "moment",
            "funding",
            "as_of",
            "reported",
            "booked",
            "reason",
            "text",
            "recorded_at",
        ]


class GapNoteViewSet(ReadOnlyViewSet):
    title = "Giải trình chênh lệch với Kho bạc (đồng)"
    scope = "money"
    queryset = GapNote.objects.select_related("project")
    serializer_class = GapNoteSerializer
    order_fields = {"id": "pk", "recorded_at": "recorded_at"}
    filterset_fields = {
        "plan_year": ["exact"],
        "project__code": ["exact"],
        "reason": ["exact"],
    }

    @verb(
        "Giải trình một chênh lệch",
        body=ExplainGapBody,
        answer=GapNoteSerializer,
        status=201,
        detail=False,
    )
    def explain(self, request):
        """Giữ nguyên các giải trình trước; chênh lệch đổi thì cần giải trình lại."""
        body = self.body()
        works = Project.objects.for_user(request.user).select_related("unit", "component__program")
        project = get_object_or_404(works, code=body["project"])
        code = project.component.program.code
        require(request.user, "treasury.explain", project.unit, code)
        typed = as_typed(body | {"year": body["plan_year"]})
        said = valid(ExplainForm(typed), {"year": "plan_year"})
        note = explain_gap(
            project,
            said["year"],
            said["vintage"],
            today(),
            difference=said["difference"],
            reason=said["reason"],
            text=said["text"] or "",
            user=request.user,
        )
        return self.shown(note, 201)
