"""import_projects FILE [--dry-run]: the register of works, no money."""

from core.clock import today
from disbursement.money_command import MoneyImportCommand


class Command(MoneyImportCommand):
    help = "Nhập danh mục công trình, hoạt động (không có vốn)."
    kind = "projects"

    def params(self, options):
        return {"sent_on": today().isoformat()}
