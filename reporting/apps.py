from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "Báo cáo"

    def ready(self):
        # Registers this room's job handlers by name.
        from . import drafts  # noqa: F401
