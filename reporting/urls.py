from django.urls import path

from . import views

app_name = "reporting"
urlpatterns = [
    path("", views.StartView.as_view(), name="start"),
    path("mo-ky/", views.OpenRoundView.as_view(), name="open_round"),
    path("ky/<int:pk>/", views.RoundView.as_view(), name="round"),
    path("<int:pk>/", views.FillView.as_view(), name="fill"),
    path("<int:pk>/luu-tam/", views.AutosaveView.as_view(), name="autosave"),
    path("<int:pk>/bien-nhan/", views.ReceiptView.as_view(), name="receipt"),
    path("<int:pk>/xem-xet/", views.ReviewView.as_view(), name="review"),
    path("tong-hop/<int:pk>/", views.ConsolidatedView.as_view(), name="consolidated"),
    path("tong-hop/<int:pk>/nguon/", views.SourcesView.as_view(), name="sources"),
    path("tong-hop/<int:pk>/nguon/<slug:key>/", views.RowsView.as_view(), name="rows"),
    path("tong-hop/<int:pk>/tinh-lai/", views.RebuildView.as_view(), name="rebuild"),
    path("tong-hop/<int:pk>/sua-loi-van/", views.EditTextView.as_view(), name="edit_text"),
    path("tong-hop/<int:pk>/duyet/", views.ApproveView.as_view(), name="approve"),
]
