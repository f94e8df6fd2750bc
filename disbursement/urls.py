from django.urls import path

from . import rows_view, rule_views, views

app_name = "disbursement"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("don-vi/<int:pk>/", views.overview, name="unit"),
    path("don-vi/<int:pk>/dong/", rows_view.money_rows_page, name="rows"),
    path("don-vi/<int:pk>/bieu-do/<str:file_format>/", views.chart, name="chart"),
    path("cong-trinh/them/", views.project_create, name="project_create"),
    path("cong-trinh/<int:pk>/", views.project_detail, name="project"),
    path("cong-trinh/<int:pk>/thanh-toan/", views.payment_create, name="payment_create"),
    path("lich-von/", rule_views.calendar, name="calendar"),
    path("ra-soat-0/", rule_views.zero_review, name="zero_review"),
    path("ra-soat-0/xuat/", rule_views.zero_export, name="zero_export"),
    path("nhap-von/", views.CapitalUploadView.as_view(), name="import_capital"),
    path("nhap-giai-ngan/", views.ExtractUploadView.as_view(), name="import_disbursements"),
    path("bieu-mau/<str:kind>/", views.template_file, name="template"),
]
