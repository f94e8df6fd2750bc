"""The addresses of a portal whose central sign-in is on, whatever this run's settings say."""

from django.urls import include, path

from mtqg_portal.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
urlpatterns = [path("", include("mtqg_portal.central_urls")), *urlpatterns]
