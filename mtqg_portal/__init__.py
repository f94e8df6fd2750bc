"""Project package: it knows every app, no app knows it."""

from core.version import VERSION as __version__

from .celery import app as celery_app

__all__ = ["__version__", "celery_app"]
