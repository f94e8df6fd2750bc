"""Under /von/doi-chieu/, in the name space of the room."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.reconcile, name="reconcile"),
    path("so-lieu/", views.reconcile_rows, name="reconcile_rows"),
    path("xuat/", views.reconcile_export, name="reconcile_export"),
    path("bien-ban/", views.reconcile_minutes, name="reconcile_minutes"),
    path("chon/", views.reconcile_bulk, name="reconcile_bulk"),
    path("cho-ghep/", views.waiting, name="waiting_lines"),
    path("cong-trinh/<int:pk>/", views.reconcile_project, name="reconcile_project"),
    path("cong-trinh/<int:pk>/giai-trinh/", views.explain, name="explain_gap"),
    path("dong/<int:pk>/ghep/", views.match, name="match_line"),
    path("dong/<int:pk>/bo-ghep/", views.unmatch, name="unmatch_line"),
    path("dong/<int:pk>/ghi/", views.post, name="post_line"),
    path("thanh-toan/<int:pk>/dao/", views.undo_post, name="take_back"),
]
