"""manage.py old_register --households 300: a made-up old register and its last roll, to try the take-over with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from apps.core import clock
from apps.core.month import Month
from apps.office.register.old import old_register, paid_roll
from apps.office.register.seed import families


class Command(BaseCommand):
    help = "生成一册合成的原登记册和上个月的发放名册（.xlsx），用来试做登记册接管和平行试算"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--households", type=int, default=300, help="户数")
        parser.add_argument("--seed", type=int, default=6, help="种子：相同则家庭相同")
        parser.add_argument("--folder", type=Path, default=Path(), help="写到哪个文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        on = clock.today()
        month = (Month.of(on) - 1).first()

        def entries() -> Any:
            return families(options["households"], seed=options["seed"], on=on)

        made = {"原登记册.xlsx": old_register(entries()), f"发放名册-{month:%Y-%m}.xlsx": paid_roll(entries(), month)}
        for name, content in made.items():
            path = options["folder"] / name
            path.write_bytes(content)
            self.stdout.write(f"{path} {len(content):,} 字节")
