from django.urls import path
from django.http import HttpResponse

app_name = "programs"
urlpatterns = [path("", lambda request: HttpResponse("programs"), name="list")]
