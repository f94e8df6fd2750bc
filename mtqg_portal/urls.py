"""Every address of the portal; words of the address are Vietnamese, names are English."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from . import sign_in, views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("dang-nhap/", sign_in.SignInView.as_view(), name="login"),
    path("dang-nhap/ma-xac-thuc/", sign_in.code, name="login_code"),
    path("dang-nhap/lai/", sign_in.again, name="login_again"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("tai-khoan/", include("organizations.account_urls")),
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
    path("quan-tri/password_change/", views.admin_password, name="admin_password"),
    path("quan-tri/", admin.site.urls),
    path("", include("dashboards.urls")),
]

if settings.OIDC_ISSUER:
    urlpatterns.append(path("", include("mtqg_portal.central_urls")))

if settings.DEBUG:
    urlpatterns.append(path("kieu-dang/", views.styleguide, name="styleguide"))

handler400 = "mtqg_portal.problems.bad_request"
handler403 = "mtqg_portal.problems.permission_denied"
handler404 = "mtqg_portal.problems.page_not_found"
handler500 = "mtqg_portal.problems.server_error"
