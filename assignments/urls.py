from django.urls import path

from . import views

app_name = "assignments"
urlpatterns = [
    path("", views.task_list, name="list"),
    path("tai-ve/", views.export, name="export"),
    path("theo-co-quan/", views.task_board, name="board"),
    path("<int:pk>/", views.task_detail, name="detail"),
    path("<int:pk>/tien-do/", views.ProgressView.as_view(), name="progress"),
    path("<int:pk>/tep/<int:update>/", views.evidence, name="evidence"),
    path("ke-hoach/", views.plan_list, name="plans"),
    path("ke-hoach/nhap/", views.PlanUploadView.as_view(), name="import"),
    path("ke-hoach/nhap/<int:pk>/sua/", views.correct_rows, name="correct"),
    path("ke-hoach/<int:pk>/", views.plan_detail, name="plan"),
    path("ke-hoach/<int:pk>/ban-hanh/", views.plan_publish, name="publish"),
]
