from django.urls import path

from . import views

app_name = "dashboards"
urlpatterns = [
    path("", views.start, name="start"),
    path("bieu-do/<slug:name>/<str:file_format>/", views.chart, name="chart"),
    path("nguon/", views.sources, name="sources"),
    path("nguon/<slug:key>/", views.rows, name="rows"),
    path("tim/", views.search, name="search"),
]
