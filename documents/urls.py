from django.urls import path
from django.http import HttpResponse

app_name = "documents"
urlpatterns = [path("", lambda request: HttpResponse("documents"), name="list")]
