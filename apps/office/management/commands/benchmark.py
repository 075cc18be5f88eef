"""manage.py benchmark rules: figures as JSON, to be repeated on any machine; see docs/benchmarks.md."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.eligibility.benchmark import rules

PARTS = {"rules": rules}


class Command(BaseCommand):
    help = "测量速度并以 JSON 输出（rules：规则）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", choices=sorted(PARTS), help="测量哪一部分")
        parser.add_argument("--lines", type=int, default=100_000, help="assess 测量的行数")

    def handle(self, *args: Any, **options: Any) -> None:
        measured = PARTS[options["part"]](lines=options["lines"])
        self.stdout.write(json.dumps(measured, ensure_ascii=False, indent=2))
