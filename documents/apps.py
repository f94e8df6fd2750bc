from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Văn bản"

    def ready(self):
        # Registers this room's job handlers by name.
        from . import issuing  # noqa: F401
