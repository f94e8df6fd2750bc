"""Included only where the province's sign-in is switched on (`OIDC_ISSUER`)."""

from django.urls import path

from . import central_sign_in

urlpatterns = [
    path("dang-nhap/tap-trung/", central_sign_in.start, name="central_start"),
    path("dang-nhap/tap-trung/tra-loi/", central_sign_in.callback, name="central_callback"),
]
