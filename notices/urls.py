from django.urls import path
from django.http import HttpResponse

app_name = "notices"
urlpatterns = [path("", lambda request: HttpResponse("notices"), name="list")]
