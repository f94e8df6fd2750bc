from django.urls import path
from django.http import HttpResponse

app_name = "targets"
urlpatterns = [path("", lambda request: HttpResponse("targets"), name="list")]
