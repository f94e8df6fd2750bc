from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "mtqg_portal"
    verbose_name = "Cổng MTQG"
