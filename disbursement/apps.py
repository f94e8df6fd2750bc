from django.apps import AppConfig


class DisbursementConfig(AppConfig):
    name = "disbursement"
    verbose_name = "Vốn và giải ngân"

    def ready(self):
        # Importers name models, which exist only once every app is loaded.
        from jobs.imports import register

        from . import statement_jobs  # noqa: F401  registers the job that makes their files
        from .allotment_import import AllotmentImporter
        from .capital_import import CapitalImporter
        from .extract_import import ExtractImporter
        from .medium_term_import import MediumTermImporter
        from .project_import import ProjectImporter
        from .voucher_import import VoucherImporter

        register(CapitalImporter())
        register(ProjectImporter())
        register(AllotmentImporter())
        register(MediumTermImporter())
        register(ExtractImporter())
        register(VoucherImporter())
