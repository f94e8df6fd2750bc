from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "mtqg_portal"
    verbose_name = "Cổng MTQG"

    def ready(self):
        # Registers the handler of the queue's probe by name.
        from . import queue_probe  # noqa: F401
