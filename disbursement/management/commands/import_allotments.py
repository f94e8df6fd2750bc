"""import_allotments FILE --year Y [--dry-run]: what units were allotted."""

from core.clock import today
from disbursement.money_command import MoneyImportCommand


class Command(MoneyImportCommand):
    help = "Nhập vốn giao cho các đơn vị của một năm kế hoạch (đơn vị: triệu đồng)."
    kind = "allotments"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, help="năm kế hoạch, mặc định năm nay")

    def params(self, options):
        return {"year": options["year"] or today().year, "sent_on": today().isoformat()}
