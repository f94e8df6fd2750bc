"""Builds the fictitious province into a database that has no unit yet."""

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from mtqg_portal.env import is_production
from mtqg_portal.seeding.build import build_demo
from organizations.models import Unit


class Command(BaseCommand):
    help = (
        "Tạo tỉnh mẫu (mọi tên gọi, số liệu đều hư cấu) trong cơ sở dữ liệu chưa có đơn vị nào. "
        "Đã có đơn vị thì không làm gì; --reset xóa hết dữ liệu rồi tạo lại."
    )

    def add_arguments(self, parser):
        parser.add_argument("--reset", action="store_true", help="xóa hết dữ liệu trước khi tạo")

    def handle(self, *args, **options):
        if options["reset"]:
            self.empty()
        elif Unit.objects.exists():
            self.stderr.write("Cơ sở dữ liệu đã có đơn vị: giữ nguyên, không tạo dữ liệu mẫu.")
            return
        with transaction.atomic():
            build_demo()
        self.stderr.write("Đã tạo tỉnh mẫu.")

    def empty(self):
        if is_production():
            raise CommandError("Không xóa dữ liệu trên máy chủ đang phục vụ thật.")
        call_command("flush", interactive=False, verbosity=0)
