"""evaluate_rules --as-of D: what each rule of the money calendar finds, as JSON."""

import json
from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from disbursement.calendar import as_json, evaluate, rules_in_play


class Command(BaseCommand):
    help = "Tính lịch vốn của năm đến một ngày; số tiền bằng đồng."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", required=True, help="ngày tính, viết YYYY-MM-DD")
        parser.add_argument("--year", type=int, help="năm kế hoạch, mặc định theo ngày tính")
        parser.add_argument(
            "--known-at", help="chỉ dùng số liệu đã ghi đến thời điểm này (YYYY-MM-DD[THH:MM])"
        )

    def handle(self, *args, **options):
        try:
            day = date.fromisoformat(options["as_of"])
            known_at = moment(options["known_at"])
        except ValueError as error:
            raise CommandError(f"Ngày không đúng: {error}", returncode=2) from None
        rules = rules_in_play(day, options["year"])
        found = [as_json(evaluate(rule, day, known_at)) for rule in rules]
        self.stdout.write(
            json.dumps({"as_of": day.isoformat(), "rules": found}, ensure_ascii=False, indent=1)
        )


def moment(text):
    """A local moment; a day alone means its end."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    if len(text) == 10:
        at = at.replace(hour=23, minute=59, second=59, microsecond=999999)
    return timezone.make_aware(at) if timezone.is_naive(at) else at
