from django.urls import path

from . import layout_views, views

app_name = "jobs"
urlpatterns = [
    path("dot-nhap/", views.batch_list, name="batches"),
    path("dot-nhap/<int:pk>/", views.BatchView.as_view(), name="batch"),
    path("dot-nhap/<int:pk>/ap-dung/", views.ApplyView.as_view(), name="apply"),
    path("dot-nhap/<int:pk>/ghep-cot/", layout_views.LayoutView.as_view(), name="layout"),
    path("dot-nhap/<int:pk>/cach-doc/", views.AnswerView.as_view(), name="answer"),
    path("dot-nhap/<int:pk>/ban-ghi-chu/", views.annotated_copy, name="copy"),
    path("dot-nhap/<int:pk>/hoan-tac/", views.UndoView.as_view(), name="undo"),
    path("tep/<int:pk>/", views.stored_file, name="file"),
]
