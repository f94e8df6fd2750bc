from django.urls import include, path

from . import act_views, frame_views, register_views, rows_view, rule_views, statement_views, views

app_name = "disbursement"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("don-vi/<int:pk>/", views.overview, name="unit"),
    path("don-vi/<int:pk>/dong/", rows_view.money_rows_page, name="rows"),
    path("don-vi/<int:pk>/bieu-do/<str:file_format>/", views.chart, name="chart"),
    path("cong-trinh/", register_views.project_list, name="register"),
    path("cong-trinh/xuat/", register_views.project_list_export, name="register_export"),
    path("cong-trinh/them/", views.project_create, name="project_create"),
    path("cong-trinh/<int:pk>/", views.project_detail, name="project"),
    path("cong-trinh/<int:pk>/thanh-toan/", views.payment_create, name="payment_create"),
    path("lich-von/", rule_views.calendar, name="calendar"),
    path("ra-soat-0/", rule_views.zero_review, name="zero_review"),
    path("ra-soat-0/xuat/", rule_views.zero_export, name="zero_export"),
    path("nhap-von/", views.CapitalUploadView.as_view(), name="import_capital"),
    path("nhap-cong-trinh/", views.ProjectUploadView.as_view(), name="import_projects"),
    path("nhap-giao-don-vi/", views.AllotmentUploadView.as_view(), name="import_allotments"),
    path("nhap-trung-han/", views.MediumTermUploadView.as_view(), name="import_medium_term"),
    path("nhap-giai-ngan/", views.ExtractUploadView.as_view(), name="import_disbursements"),
    path("nhap-chung-tu/", views.VoucherUploadView.as_view(), name="import_vouchers"),
    path("doi-chieu/", include("disbursement.treasury.urls")),
    path("but-toan/ghi/", act_views.EntryView.as_view(), name="entry_create"),
    path("but-toan/<int:pk>/dinh-chinh/", act_views.CorrectView.as_view(), name="entry_correct"),
    path("dieu-chuyen/ghi/", act_views.TransferView.as_view(), name="transfer"),
    path("chuyen-nguon/ghi/", act_views.CarryOverView.as_view(), name="carry_over"),
    path("thu-hoi/ghi/", act_views.RecoverView.as_view(), name="recover"),
    path("dieu-chinh/<int:pk>/", act_views.MovementView.as_view(), name="movement"),
    path("chung-tu/<int:pk>/dao/", act_views.ReversePaymentView.as_view(), name="payment_reverse"),
    path("cong-trinh/<int:pk>/sua/", frame_views.project_edit, name="project_edit"),
    path("cong-trinh/<int:pk>/no-dong/", frame_views.arrears, name="arrears"),
    path("cong-trinh/<int:pk>/hop-dong/", frame_views.contract, name="contract"),
    path("hop-dong/<int:pk>/", frame_views.contract_edit, name="contract_edit"),
    path("no-dong/", frame_views.arrears_list, name="arrears_list"),
    path("khoa-so/", frame_views.year_closing, name="year_closing"),
    path("khoa-so/<int:pk>/mo-lai/", frame_views.year_reopen, name="year_reopen"),
    path("trung-han/", frame_views.medium_term, name="medium_term"),
    path("doi-ung/", frame_views.counterpart, name="counterpart"),
    path("sao-ke/", statement_views.statement_home, name="statement_home"),
    path("sao-ke/don-vi/<int:pk>/", statement_views.statement, name="statement"),
    path(
        "sao-ke/cong-trinh/<int:pk>/", statement_views.project_statement, name="project_statement"
    ),
    path("sao-ke/tep/<int:pk>/", statement_views.statement_file, name="statement_file"),
    path("bieu-mau/<str:kind>/", views.template_file, name="template"),
]
