from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Việc nền"

    def ready(self):
        # Registers the handlers of this room by name.
        from . import imports  # noqa: F401
