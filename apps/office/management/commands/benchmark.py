"""manage.py benchmark PART: figures as JSON, to repeat; see docs/benchmarks.md."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.awards.benchmark import what_if
from apps.core import clock
from apps.core.month import Month
from apps.eligibility.benchmark import rules
from apps.office.listing import lists
from apps.office.measuring.faults import faults
from apps.office.measuring.month import month
from apps.office.measuring.partner_list import partner_list
from apps.office.measuring.servers import has_own_servers, measured_apart
from apps.office.register.benchmark import takeover

PARTS = {
    "rules": lambda options: rules(lines=options["lines"]),
    "lists": lambda options: lists(clock.today()),
    "takeover": lambda options: takeover(options["households"]),
    "faults": lambda _: faults(),
    "month": lambda options: month(options["households"]),
    "partner-list": lambda options: partner_list(options["households"]),
    "what-if": lambda options: what_if(Month.of(clock.today()).next()),
}
# These fill a database: they get servers of their own, which are gone afterwards.
APART = {"month", "partner-list"}


class Command(BaseCommand):
    help = "测量速度并以 JSON 输出"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", choices=sorted(PARTS), help="测量哪一部分")
        parser.add_argument("--lines", type=int, default=100_000, help="assess 测量的行数")
        parser.add_argument("--households", type=int, default=20_000, help="接管或核定的户数")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["part"] in APART and not has_own_servers():
            sys.exit(measured_apart(sys.argv[1:]))
        measured = PARTS[options["part"]](options)
        self.stdout.write(json.dumps(measured, ensure_ascii=False, indent=2))
