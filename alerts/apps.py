from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "alerts"
    verbose_name = "Cảnh báo"

    def ready(self):
        # Registers what may be urged and written about.
        from . import letters, urging  # noqa: F401
