"""manage.py seed_register --households 10000 --seed 1: a larger register for measuring and trying."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.core import clock
from apps.core.refusal import Refused
from apps.office.actions import open_office_date
from apps.office.register.seed import seed_register


class Command(BaseCommand):
    help = "按种子生成较大的测试登记册（合成人员，号段从未启用）；生产环境拒绝"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--households", type=int, required=True, help="户数")
        parser.add_argument("--cases", type=int, default=0, help="另加多少户有申请在办或办结")
        parser.add_argument("--seed", type=int, default=1, help="种子：相同则家庭相同")

    def handle(self, *args: Any, **options: Any) -> None:
        open_office_date()
        begun = time.monotonic()
        try:
            written = seed_register(
                options["households"],
                cases=options["cases"],
                seed=options["seed"],
                acting_user=User.objects.system(),
                on=clock.today(),
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        seconds = time.monotonic() - begun
        self.stdout.write(f"登记册：{written} 户，{seconds:.1f} 秒，每秒 {written / seconds:.0f} 户。")
