"""Every address of the portal; words of the address are Vietnamese, names are English."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from . import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("dang-nhap/", views.SignInView.as_view(), name="login"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("nhiem-vu/", include("assignments.urls")),
    path("von/", include("disbursement.urls")),
    path("chi-tieu/", include("targets.urls")),
    path("bao-cao/", include("reporting.urls")),
    path("van-ban/", include("documents.urls")),
    path("thong-bao/", include("notices.urls")),
    path("canh-bao/", include("alerts.urls")),
    path("chuong-trinh/", include("programs.urls")),
    path("don-vi/", include("organizations.urls")),
    path("viec-nen/", include("jobs.urls")),
    path("api/", include("mtqg_portal.api")),
    path("quan-tri/login/", views.admin_sign_in, name="admin_sign_in"),
    path("quan-tri/", admin.site.urls),
    path("", include("dashboards.urls")),
]

if settings.DEBUG:
    urlpatterns.append(path("kieu-dang/", views.styleguide, name="styleguide"))

handler400 = "mtqg_portal.views.bad_request"
handler500 = "mtqg_portal.views.server_error"
