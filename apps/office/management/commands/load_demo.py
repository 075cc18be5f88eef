"""manage.py load_demo: the demo office, on workstations only."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.core.refusal import Refused
from apps.office.demo.load import load_demo, refuse_elsewhere


class Command(BaseCommand):
    help = "载入演示数据（只在本机的内置数据库；已载入时什么也不做）"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            refuse_elsewhere()
            loaded = load_demo(acting_user=User.objects.system())
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write("演示数据：已载入。" if loaded else "演示数据：已在库中。")
