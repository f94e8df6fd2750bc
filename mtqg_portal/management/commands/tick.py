"""For the day the queue is down: does by hand what the scheduler does each minute."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.clock import now, today
from jobs import runner
from mtqg_portal.ticking import tick_all


class Command(BaseCommand):
    help = "Tính lại cảnh báo, dự thảo đến hạn và gọi lại các việc nền chưa xong."

    def handle(self, *args, **options):
        tick_all(today(), now())
        runner.sweep(timezone.now())
