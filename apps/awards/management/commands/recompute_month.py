"""manage.py recompute_month 2024-05 [--now]: a month calculated again, every difference on a line."""

import dataclasses
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.awards.models import MonthRun
from apps.awards.recompute import as_known_now, as_known_then, compare, sealed
from apps.core.month import Month


class Command(BaseCommand):
    """Exit status 1 when anything differs or has no answer."""

    help = "把一个月按当时（或 --now 现在）掌握的情况和参数重算，逐行列出不同的户；不改动任何明细"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the month and what to go by."""
        parser.add_argument("month", type=Month.parse, help="月份，如 2024-05")
        parser.add_argument("--now", action="store_true", help="按现在掌握的情况和参数")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and tell."""
        run = MonthRun.objects.standing().filter(month=options["month"].first()).first()
        if run is None:
            raise CommandError(f"{options['month'].label()}还没有核定过。")
        again = as_known_now(run) if options["now"] else as_known_then(run)
        found = compare(sealed(run), again, whole=not options["now"], listed=None)
        for difference in (*found.unanswered, *found.differences):
            self.stdout.write(json.dumps(dataclasses.asdict(difference)))
        told = f"{run.label}：{found.before_units:,} 户，{found.different:,} 户不同，{found.uncalculable:,} 户算不出。"
        self.stderr.write(f"{told}\n封存 {found.before_sha256}\n重算 {found.after_sha256}")
        if not found.is_same:
            sys.exit(1)
