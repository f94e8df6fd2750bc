"""import_capital FILE --year Y [--dry-run]: allotments by project list."""

from core.clock import today
from disbursement.money_command import MoneyImportCommand


class Command(MoneyImportCommand):
    help = "Nhập danh mục công trình và vốn giao của một năm kế hoạch (đơn vị: triệu đồng)."
    kind = "capital"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, help="năm kế hoạch, mặc định năm nay")

    def params(self, options):
        return {"year": options["year"] or today().year, "sent_on": today().isoformat()}
