"""manage.py freeze_figures [--file published.json]: freeze what is sealed; take in figures that others published."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.accounts.models import User
from apps.core import clock
from apps.core.refusal import Refused
from apps.reports.actions import freeze_sealed, record_figures
from apps.reports.given import read_given


class Command(BaseCommand):
    help = "封存已编制批次各月的月报数；--file 另外登记外单位公布的月份"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", help="公布数（JSON：单位、月份、出处、各行的户、人、支出万元）")

    def handle(self, *args: Any, **options: Any) -> None:
        system, today = User.objects.system(), clock.today()
        count = freeze_sealed(acting_user=system, on=today)
        self.stdout.write(f"月报：新封存 {count} 个月。")
        if options["file"]:
            self.stdout.write(f"公布数：登记 {self._taken_in(options['file'], system, today)} 个月。")

    def _taken_in(self, name: str, system: User, today: Any) -> int:
        """Whole or not at all."""
        try:
            months = read_given(Path(name).read_text(encoding="utf-8"))
            with transaction.atomic():
                for given in months:
                    record_figures(given, acting_user=system, on=today)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"读不出这份文件：{error}") from error
        except Refused as refused:
            raise CommandError(refused.message) from refused
        return len(months)
