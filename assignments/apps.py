from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    name = "assignments"
    verbose_name = "Nhiệm vụ"

    def ready(self):
        from jobs.imports import register

        from .importer import TaskImporter

        register(TaskImporter())
