from django.apps import AppConfig


class DisbursementConfig(AppConfig):
    name = "disbursement"
    verbose_name = "Vốn và giải ngân"

    def ready(self):
        # Importers name models, which exist only once every app is loaded.
        from jobs.imports import register

        from .capital_import import CapitalImporter
        from .extract_import import ExtractImporter

        register(CapitalImporter())
        register(ExtractImporter())
