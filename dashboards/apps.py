from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = "Tổng quan"

    def ready(self):
        # Registers what may be urged about.
        from . import urging  # noqa: F401
