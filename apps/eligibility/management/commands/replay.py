"""manage.py replay [--since DATE] [--household NUMBER]: stored assessments recomputed, every difference on a line."""

import datetime as dt
import json
import sys
from argparse import ArgumentParser
from functools import cache
from typing import Any

from django.core.management.base import BaseCommand

from apps.eligibility.law import law_of
from apps.eligibility.replay import replay, stored_assessments


class Command(BaseCommand):
    """Exit status 1 when anything differs."""

    help = "按当时的情况和标准重算已保存的测算，逐行列出全部差异（JSON Lines），有差异时退出状态为 1"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which assessments, and how strictly."""
        parser.add_argument("--since", type=dt.date.fromisoformat, help="只重算这一天（含）以后的测算，如 2024-01-01")
        parser.add_argument("--household", default="", help="只重算这个家庭编号的测算")
        parser.add_argument("--results-only", action="store_true", help="不比较说明文字，只比较依据和结果")

    def handle(self, *args: Any, **options: Any) -> None:
        """Recompute one by one."""
        looked_at = differing = 0
        law_named = cache(law_of)
        for assessment in stored_assessments(options["since"], options["household"]):
            looked_at += 1
            found = replay(assessment, law_named=law_named, wording=not options["results_only"])
            differing += bool(found)
            of = {"assessment": assessment.pk, "household": assessment.household.number, "as_of": str(assessment.as_of)}
            for difference in found:
                told = {**of, "path": difference.path, "stored": difference.stored, "now": difference.now}
                self.stdout.write(json.dumps(told, ensure_ascii=False))
        self.stderr.write(f"重算 {looked_at:,} 件，{differing:,} 件有差异。")
        if differing:
            sys.exit(1)
