"""The API: every room's rows and verbs under one address, its schema and its reference page."""

from django.http import Http404
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from alerts.api import AlertViewSet
from assignments.api import AssignmentViewSet, PlanViewSet, UpdateViewSet
from disbursement.api import LedgerEntryViewSet, PaymentViewSet, RuleViewSet
from disbursement.books.api import (
    ArrearsViewSet,
    ClosingViewSet,
    ContractViewSet,
    CounterpartViewSet,
    MediumTermViewSet,
    MovementViewSet,
)
from disbursement.statement_api_views import PlaceViewSet, WorksViewSet
from disbursement.treasury.api import GapNoteViewSet, TreasuryLineViewSet
from documents.api import DocumentViewSet
from jobs.api import BatchViewSet, FileViewSet, JobViewSet
from notices.api import NoticeViewSet
from organizations.api import CommitteeViewSet, PostViewSet
from programs.api import ComponentViewSet, ProgramViewSet
from reporting.api import ConsolidatedViewSet, ObligationViewSet, ReportViewSet, RoundViewSet
from targets.api import IndicatorViewSet, ProgressViewSet, TargetViewSet

from . import api_reference, api_token_views

app_name = "api"
VIEWSETS = {
    "units": PlaceViewSet,
    "committees": CommitteeViewSet,
    "posts": PostViewSet,
    "programs": ProgramViewSet,
    "components": ComponentViewSet,
    "indicators": IndicatorViewSet,
    "plans": PlanViewSet,
    "assignments": AssignmentViewSet,
    "assignment-updates": UpdateViewSet,
    "targets": TargetViewSet,
    "progress": ProgressViewSet,
    "projects": WorksViewSet,
    "ledger-entries": LedgerEntryViewSet,
    "payments": PaymentViewSet,
    "movements": MovementViewSet,
    "medium-term": MediumTermViewSet,
    "counterpart-rules": CounterpartViewSet,
    "arrears": ArrearsViewSet,
    "contracts": ContractViewSet,
    "year-closings": ClosingViewSet,
    "treasury-lines": TreasuryLineViewSet,
    "gap-notes": GapNoteViewSet,
    "calendar-rules": RuleViewSet,
    "rounds": RoundViewSet,
    "obligations": ObligationViewSet,
    "reports": ReportViewSet,
    "consolidated": ConsolidatedViewSet,
    "documents": DocumentViewSet,
    "notices": NoticeViewSet,
    "alerts": AlertViewSet,
    "batches": BatchViewSet,
    "files": FileViewSet,
    "jobs": JobViewSet,
}
router = SimpleRouter()
for prefix, viewset in VIEWSETS.items():
    router.register(prefix, viewset, basename=prefix)


class NoSuchEndpoint(APIView):
    """Programs are answered in JSON even where there is nothing."""

    schema = None
    permission_classes = [IsAuthenticated]

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise Http404


class Schema(SpectacularAPIView):
    """Open to whoever signs in or has a token of any scope."""

    permission_classes = [IsAuthenticated]
    title = "Bản mô tả OpenAPI này"


urlpatterns = [
    path("", api_reference.reference, name="reference"),
    path("ma-truy-cap/", api_token_views.TokenView.as_view(), name="tokens"),
    path(
        "ma-truy-cap/<int:pk>/thu-hoi/", api_token_views.RevokeView.as_view(), name="token_revoke"
    ),
    path("schema/", Schema.as_view(), name="schema"),
    path("v1/", include(router.urls)),
    re_path(r"^v1/.*$", NoSuchEndpoint.as_view(), name="no_such_endpoint"),
]
