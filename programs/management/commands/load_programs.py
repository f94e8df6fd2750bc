"""Loads the catalogue of programmes from the data files of the source tree."""

import json

from django.core.management.base import BaseCommand

from programs.catalogue import load_catalogue


class Command(BaseCommand):
    help = (
        "Nạp danh mục chương trình, nội dung thành phần và văn bản gốc từ programs/data. "
        "Chạy lại không tạo thêm; in JSON số dòng mới."
    )

    def handle(self, *args, **options):
        self.stdout.write(json.dumps(load_catalogue()))
