"""What the two import commands share: options, the empty workbook, help on columns."""

from pathlib import Path

from core.columns import MILLION
from jobs.import_command import ImportCommand

from .templates_xlsx import NOTES, TITLES, template_workbook


class MoneyImportCommand(ImportCommand):
    """An import command that can also write its empty workbook (--template FILE)."""

    def create_parser(self, prog_name, subcommand, **kwargs):
        columns = TITLES[self.kind][1](MILLION)
        lines = [
            f"  {c.label}{' *' if c.required else ''}  {NOTES.get(c.name, '')}" for c in columns
        ]
        return super().create_parser(
            prog_name, subcommand, epilog="Cột (* bắt buộc):  " + ";".join(lines), **kwargs
        )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--template",
            nargs="?",
            const=f"mau_{self.kind}.xlsx",
            metavar="TỆP",
            help="chỉ ghi biểu mẫu trống ra tệp này",
        )

    def handle(self, *args, **options):
        if options["template"]:
            Path(options["template"]).write_bytes(template_workbook(self.kind))
            self.stderr.write(f"Đã ghi biểu mẫu trống: {options['template']}")
            return
        super().handle(*args, **options)
