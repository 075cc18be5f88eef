"""manage.py load_standards: the parameters that come with the program become the office's law, once or again."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.accounts.models import User
from apps.core import clock
from apps.eligibility.actions import load_standards
from apps.eligibility.policy.standards import Law


class Command(BaseCommand):
    help = "载入随系统发布的标准（可重复执行：只补新值，不动民政局自行核准的）"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many."""
        written = load_standards(Law.shipped().rows, acting_user=User.objects.system(), on=clock.today())
        self.stdout.write(f"标准：写入 {written} 项。" if written else "标准：已是最新。")
