from django.urls import path
from django.http import HttpResponse

app_name = "disbursement"
urlpatterns = [path("", lambda request: HttpResponse("disbursement"), name="overview")]
