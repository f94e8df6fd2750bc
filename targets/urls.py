from django.urls import path

from . import views

app_name = "targets"
urlpatterns = [
    path("", views.target_list, name="list"),
    path("tai-ve/", views.target_export, name="export"),
    path("them/", views.target_create, name="create"),
    path("<int:pk>/", views.target_detail, name="detail"),
    path("<int:pk>/nhap/", views.progress_entry, name="entry"),
    path("<int:pk>/sua/", views.target_edit, name="edit"),
]
