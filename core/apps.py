from django.apps import AppConfig
from django.forms import Field


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Nền tảng"

    def ready(self) -> None:
        # Django's own sentence states the fault only; ours says the remedy.
        Field.default_error_messages["required"] = "Hãy nhập hoặc chọn mục này."
