from django.urls import path

from . import views

app_name = "documents"
urlpatterns = [
    path("", views.DocumentListView.as_view(), name="list"),
    path("<int:pk>/", views.DocumentView.as_view(), name="detail"),
    path("<int:pk>/tep/", views.FilesView.as_view(), name="files"),
    path("<int:pk>/tai-ve/<str:file_format>/", views.DownloadView.as_view(), name="download"),
    path("<int:pk>/ghi-so/", views.NumberView.as_view(), name="number"),
]
