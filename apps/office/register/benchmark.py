"""How long a take-over takes, from the file to the last award; everything is rolled back."""

import resource
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.awards.models import Award
from apps.core import clock
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.office.demo.accounts import open_accounts
from apps.office.register.old import old_register, paid_roll
from apps.office.register.seed import families
from apps.takeover.actions import (
    approve_register,
    check_register,
    compare_roll,
    import_register,
    upload_register,
    upload_roll,
)
from apps.takeover.models import RegisterUpload

SEED = 6


def takeover(households: int) -> dict[str, Any]:
    """Seconds of each step over a made-up register; needs areas and standards, leaves nothing."""
    if not settings.OFFICE_DATE:
        raise Refused("not_here", "测量会写入又撤销一册合成的登记册，只能在演示环境做。")
    on, took = clock.today(), _Watch()
    with transaction.atomic():
        if not User.objects.filter(username="reviewer").exists():
            open_accounts(acting_user=User.objects.system())
        content = old_register(families(households, seed=SEED, on=on))
        roll = paid_roll(families(households, seed=SEED, on=on), (Month.of(on) - 1).first())
        measured = _measured(content, roll, on, took)
        transaction.set_rollback(True)
    return {"households": households, "workbook_bytes": len(content), **measured}


class _Watch:
    def __init__(self) -> None:
        self.milliseconds: dict[str, dict[str, int]] = {}

    def __call__(self, step: str, do: Callable[[], Any]) -> Any:
        begun, worked = time.monotonic(), time.process_time()
        done = do()
        spent = {"wall": time.monotonic() - begun, "processor": time.process_time() - worked}
        self.milliseconds[step] = {name: round(seconds * 1000) for name, seconds in spent.items()}
        return done


def _measured(content: bytes, roll: bytes, on: date, took: _Watch) -> dict[str, Any]:
    chief, reviewer = (User.objects.get(username=name) for name in ("bureau_chief", "reviewer"))
    given = {"acting_user": chief, "on": on}
    month = Month.of(on).next().first()
    upload = took("upload", lambda: upload_register(content, file_name="测量", first_month=month, **given))
    took("check_and_trial", lambda: check_register(upload.pk, **given))
    upload = RegisterUpload.objects.get(pk=upload.pk)
    approve_register(upload, seen=upload.plan_digest, accepted=True, acting_user=reviewer, on=on)
    took("import", lambda: import_register(upload.pk, acting_user=reviewer, on=on))
    last = (Month.of(on) - 1).first()
    parallel = took("upload_roll", lambda: upload_roll(roll, file_name="测量", month=last, **given))
    took("compare", lambda: compare_roll(parallel.pk, **given))
    parallel.refresh_from_db()
    return {
        "milliseconds": took.milliseconds,
        "warnings": upload.warning_count,
        "awards": Award.objects.filter(household__taken_over__upload=upload).count(),
        "findings": {finding: sums[0] for finding, sums in parallel.figures.items()},
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
