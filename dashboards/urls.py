from django.urls import path
from django.http import HttpResponse

app_name = "dashboards"
urlpatterns = [path("", lambda request: HttpResponse("dashboards"), name="start")]
