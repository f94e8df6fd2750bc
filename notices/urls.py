from django.urls import path

from . import mail_views, views

app_name = "notices"
urlpatterns = [
    path("", views.NoticeListView.as_view(), name="list"),
    path("da-doc/", views.ReadView.as_view(), name="read_all"),
    path("<int:pk>/", views.NoticeView.as_view(), name="detail"),
    path("<int:pk>/da-doc/", views.ReadView.as_view(), name="read"),
    path("don-doc/", views.UrgeView.as_view(), name="urge"),
    path("cach-nhan-thu/", mail_views.PreferenceView.as_view(), name="preferences"),
    path("nhat-ky-gui/", mail_views.DeliveryLogView.as_view(), name="deliveries"),
    path("nhat-ky-gui/<int:pk>/gui-lai/", mail_views.RetryView.as_view(), name="retry"),
]
