"""import_disbursements FILE --as-of D [--year Y] [--dry-run]: the Treasury's cumulative extract."""

from datetime import date

from django.core.management.base import CommandError

from core.clock import today
from disbursement.calendar import plan_year_of
from disbursement.money_command import MoneyImportCommand


class Command(MoneyImportCommand):
    help = "Nhập số liệu giải ngân lũy kế của Kho bạc đến một ngày (đơn vị: triệu đồng)."
    kind = "disbursements"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--as-of", help="ngày chốt số liệu, viết YYYY-MM-DD")
        parser.add_argument("--year", type=int, help="năm kế hoạch, mặc định theo ngày chốt")

    def params(self, options):
        try:
            day = date.fromisoformat(options["as_of"] or "")
        except ValueError:
            raise CommandError("Cần --as-of YYYY-MM-DD.", returncode=2) from None
        if day > today():
            raise CommandError("Ngày chốt chưa đến. Hãy ghi ngày của số liệu.", returncode=2)
        return {"as_of": day.isoformat(), "year": options["year"] or plan_year_of(day)}
