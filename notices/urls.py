from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("", views.NoticeListView.as_view(), name="list"),
    path("da-doc/", views.ReadView.as_view(), name="read_all"),
    path("<int:pk>/da-doc/", views.ReadView.as_view(), name="read"),
    path("don-doc/", views.UrgeView.as_view(), name="urge"),
]
