"""check_integrity: every invariant of every room, as JSON; exit 1 when one is broken."""

import json
import sys

from django.core.management.base import BaseCommand

from disbursement.integrity import integrity_checks as disbursement_checks
from organizations.integrity import integrity_checks as account_checks

ROOMS = (account_checks, disbursement_checks)


class Command(BaseCommand):
    help = "Kiểm tra mọi bất biến của số liệu: tổng, chuỗi giao vốn, bút toán đảo, nhật ký bảo mật."

    def handle(self, *args, **options):
        checks = [check for room in ROOMS for check in room()]
        is_ok = all(check["ok"] for check in checks)
        self.stdout.write(
            json.dumps({"checks": checks, "ok": is_ok}, ensure_ascii=False, indent=1, default=str)
        )
        if not is_ok:
            sys.exit(1)
