from django.urls import path

from . import account_views, security_views

app_name = "account"
urlpatterns = [
    path("", account_views.mine, name="mine"),
    path("mat-khau/", account_views.OwnPasswordView.as_view(), name="password"),
    path("xac-thuc-hai-lop/", account_views.SecondFactorView.as_view(), name="second_factor"),
    path("xac-thuc-hai-lop/tat/", account_views.switch_off, name="second_factor_off"),
    path("xac-thuc-hai-lop/ma-khoi-phuc/", account_views.recovery_codes, name="recovery_codes"),
    path("phien/ket-thuc/", account_views.end_sessions, name="end_sessions"),
    path("nhat-ky-bao-mat/", security_views.SecurityLogView.as_view(), name="log"),
    path("nhat-ky-bao-mat/xuat/", security_views.export, name="log_export"),
]
