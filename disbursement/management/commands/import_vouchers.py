"""import_vouchers FILE [--year Y] [--dry-run]: the Treasury's payments, one voucher a row."""

from core.clock import today
from disbursement.calendar import plan_year_of
from disbursement.money_command import MoneyImportCommand


class Command(MoneyImportCommand):
    help = "Nhập chứng từ thanh toán của Kho bạc, mỗi dòng một chứng từ (đơn vị: triệu đồng)."
    kind = "vouchers"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, help="năm kế hoạch, mặc định theo hôm nay")

    def params(self, options):
        day = today()
        return {"year": options["year"] or plan_year_of(day), "on": day.isoformat()}
