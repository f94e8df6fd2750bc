from django.urls import path

from . import letter_views, views

app_name = "documents"
urlpatterns = [
    path("", views.DocumentListView.as_view(), name="list"),
    path("<int:pk>/", views.DocumentView.as_view(), name="detail"),
    path("<int:pk>/tep/", views.FilesView.as_view(), name="files"),
    path("<int:pk>/tai-ve/<str:file_format>/", views.DownloadView.as_view(), name="download"),
    path("<int:pk>/ghi-so/", views.NumberView.as_view(), name="number"),
    path("mau/", letter_views.TemplateListView.as_view(), name="templates"),
    path("mau/them/", letter_views.TemplateEditView.as_view(), name="template_new"),
    path("mau/<int:pk>/", letter_views.TemplateEditView.as_view(), name="template"),
    path("mau/<int:pk>/soan/", letter_views.ComposeView.as_view(), name="compose"),
    path("the-thuc/<int:pk>/", letter_views.ProfileView.as_view(), name="profile"),
    path("the-thuc/<int:pk>/ky/", letter_views.SignatureView.as_view(), name="signature_new"),
    path(
        "the-thuc/<int:pk>/ky/<int:block>/",
        letter_views.SignatureView.as_view(),
        name="signature",
    ),
]
