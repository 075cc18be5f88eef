"""Loading the demo office, whole or not at all."""

import os
from datetime import date

from django.conf import settings
from django.db import transaction

from apps.accounts.actions import load_areas
from apps.accounts.models import User
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.models import OfficeDate
from apps.core.refusal import Refused
from apps.office.demo.accounts import open_accounts
from apps.office.demo.cast import Cast
from apps.office.demo.earlier import hand_over_earlier_months
from apps.office.demo.office import Office, live
from apps.office.demo.sandbox import open_sandbox
from apps.office.divisions import shipped_divisions
from apps.office.register.takeover import take_over

OPENS_ON = date(2024, 5, 20)
TAKEN_OVER_ON = date(2024, 2, 1)
REGISTER = "demo"


def refuse_elsewhere() -> None:
    """Refused("not_here") unless this is a workstation with an office date and a database of its own."""
    if not settings.OFFICE_DATE:
        raise Refused("not_here", "演示数据只能载入使用工作日期的演示环境，生产环境不能载入。")
    if os.environ.get("DATABASE_URL"):
        raise Refused("not_here", "已设置 DATABASE_URL：演示数据只载入内置数据库，不动外部数据库。")


def is_loaded() -> bool:
    """Whether the demo office is there already."""
    return Record.objects.filter(verb=Verb.LOAD_DEMO, payload__register=REGISTER).exists()


def load_demo(*, acting_user: User) -> bool:
    """Load the demo office in one transaction; False when it was there. Refused where other people already work."""
    if is_loaded():
        return False
    if User.objects.exclude(pk=acting_user.pk).exists():
        raise Refused("not_empty", "库中已有其他账号，演示数据只能载入空库（make reset 可清空本机数据）。")
    with transaction.atomic():
        OfficeDate.objects.update_or_create(pk=1, defaults={"day": OPENS_ON})
        load_areas(shipped_divisions(), acting_user=acting_user, on=OPENS_ON)
        open_accounts(acting_user=acting_user)
        cast = Cast(Office())
        take_over(cast.on_the_rolls(), register=REGISTER, acting_user=acting_user, on=TAKEN_OVER_ON)
        live(cast.lives(), until=OPENS_ON)
        open_sandbox(on=OPENS_ON)
        hand_over_earlier_months(acting_user=acting_user, on=OPENS_ON)
    return True
