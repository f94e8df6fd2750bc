"""manage.py open_round --type half_year --period 2023-H1"""

import json

from django.core.management.base import BaseCommand, CommandError

from core.clock import today
from core.transitions import InvalidTransition
from reporting.models import RoundKind
from reporting.rounds import open_round


class Command(BaseCommand):
    help = "Mở kỳ báo cáo, giao nghĩa vụ cho từng đơn vị. In JSON: round, period, due_on, created."

    def add_arguments(self, parser):
        parser.add_argument("--type", required=True, choices=RoundKind.values)
        parser.add_argument("--period", required=True, help="ví dụ 2023-H1 hoặc 2023")

    def handle(self, *args, **options):
        try:
            report_round, made = open_round(options["type"], options["period"], today=today())
        except (InvalidTransition, ValueError) as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        self.stdout.write(
            json.dumps(
                {
                    "round": report_round.pk,
                    "period": report_round.period,
                    "due_on": report_round.due_on.isoformat(),
                    "created": made,
                    "obligations": report_round.obligations.count(),
                }
            )
        )
