from django.urls import path
from django.http import HttpResponse

app_name = "assignments"
urlpatterns = [path("", lambda request: HttpResponse("assignments"), name="list")]
