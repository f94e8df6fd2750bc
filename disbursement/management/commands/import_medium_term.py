"""import_medium_term FILE [--dry-run]: the medium-term plan."""

from core.clock import today
from disbursement.money_command import MoneyImportCommand


class Command(MoneyImportCommand):
    help = "Nhập kế hoạch đầu tư trung hạn."
    kind = "medium_term"

    def params(self, options):
        return {"sent_on": today().isoformat()}
