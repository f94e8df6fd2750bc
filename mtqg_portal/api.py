"""The read-only API: every room's rows under one address, its schema and its reference page."""

from django.conf import settings
from django.shortcuts import render
from django.urls import include, path, re_path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from alerts.api import AlertViewSet
from assignments.api import AssignmentViewSet
from core.api_rules import ApiPage
from disbursement.api import LedgerEntryViewSet, PaymentViewSet, ProjectViewSet
from organizations.api import UnitViewSet
from programs.api import ProgramViewSet
from reporting.api import ReportViewSet
from targets.api import IndicatorViewSet, ProgressViewSet, TargetViewSet

app_name = "api"
VIEWSETS = {
    "units": UnitViewSet,
    "programs": ProgramViewSet,
    "indicators": IndicatorViewSet,
    "targets": TargetViewSet,
    "progress": ProgressViewSet,
    "assignments": AssignmentViewSet,
    "projects": ProjectViewSet,
    "ledger-entries": LedgerEntryViewSet,
    "payments": PaymentViewSet,
    "reports": ReportViewSet,
    "alerts": AlertViewSet,
}
router = SimpleRouter()
for prefix, viewset in VIEWSETS.items():
    router.register(prefix, viewset, basename=prefix)


class ApiSessionScheme(OpenApiAuthenticationExtension):
    """Tells the schema how the portal's session is carried."""

    target_class = "core.api_rules.ApiSession"
    name = "session"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def reference(request):
    """The endpoints with their filters; the schema is the full description."""
    rows = [
        {"url": f"/api/v1/{prefix}/", "title": viewset.title, "filters": parameters(viewset)}
        for prefix, viewset in VIEWSETS.items()
    ]
    context = {"endpoints": rows, "page_limit": ApiPage.max_limit}
    return render(request, "api/reference.html", context)


def parameters(viewset):
    return [
        name if lookup == "exact" else f"{name}__{lookup}"
        for name, lookups in viewset.filterset_fields.items()
        for lookup in lookups
    ]


class NoSuchEndpoint(APIView):
    """Programs are answered in JSON even where there is nothing."""

    schema = None

    def get(self, request, **kwargs):
        raise NotFound


urlpatterns = [
    path("", reference, name="reference"),
    path(
        "schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="schema"
    ),
    path("v1/", include(router.urls)),
    re_path(r"^v1/.*/$", NoSuchEndpoint.as_view(), name="no_such_endpoint"),
]
