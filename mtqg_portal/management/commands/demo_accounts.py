"""Prints the accounts of the demo province, one line each."""

from django.core.management.base import BaseCommand

from mtqg_portal.demo import demo_accounts


class Command(BaseCommand):
    help = "In bảng tài khoản mẫu: tên đăng nhập, mật khẩu, chức danh."

    def handle(self, *args, **options):
        rows = [("Tên đăng nhập", "Mật khẩu", "Chức danh")]
        rows += [(row["username"], row["password"], row["title"]) for row in demo_accounts()]
        if len(rows) == 1:
            self.stdout.write("Chưa có tài khoản mẫu. Chạy: manage.py seed_demo")
            return
        widths = [max(len(row[place]) for row in rows) for place in range(3)]
        for row in rows:
            self.stdout.write("  ".join(text.ljust(w) for text, w in zip(row, widths, strict=True)))
