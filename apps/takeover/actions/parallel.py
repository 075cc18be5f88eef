"""A month that was paid, calculated beside: nothing but the comparison's own figures is written."""

import hashlib
from collections import Counter
from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.takeover.actions.uploads import MOST_ATTEMPTS, refuse_unreadable
from apps.takeover.comparing import compared, read_roll
from apps.takeover.enums import Finding, RollState
from apps.takeover.models import ParallelLine, ParallelMonth
from apps.takeover.transitions import FOUND_FAULTY, ROLL_MOVES
from apps.takeover.workbook.faults import Faults


def upload_roll(content: bytes, *, file_name: str, month: date, acting_user: User, on: date) -> ParallelMonth:
    """Keep the paid roll of a month sealed and have it compared with what the rules give.

    Refused("not_a_workbook"), or ("month_out_of_reach") for a month to come.
    """
    require(acting_user, Verb.COMPARE_ROLL, on=on)
    refuse_unreadable(content)
    if month > on:
        raise Refused("month_out_of_reach", "只能试算已经发放的月份，请填本月或以前。", field="month")
    digest = hashlib.sha256(content).hexdigest()
    with act(Verb.COMPARE_ROLL, acting_user=acting_user, on=on, sha256=digest, month=f"{month:%Y-%m}"):
        parallel = ParallelMonth(
            file_name=file_name[-120:],
            sha256=digest,
            uploaded_by=acting_user,
            uploaded_on=on,
            month=month.replace(day=1),
        )
        parallel.set_content(content)
        parallel.save()
        return parallel


def compare_roll(parallel_id: int, *, acting_user: User, on: date) -> bool:
    """Compare a roll with the register; False when there was nothing to do. No act of the office: figures only."""
    with transaction.atomic():
        parallel = _take(parallel_id)
        if parallel is None:
            return False
        ParallelMonth.objects.filter(pk=parallel.pk).update(attempts=parallel.attempts + 1)
        if parallel.attempts >= MOST_ATTEMPTS:
            faults = Faults()
            faults.add("", 0, "", f"试了 {parallel.attempts} 次都没有完成，请联系系统管理员查明原因。")
            _faulty(parallel, faults)
            return False
    with transaction.atomic():
        parallel = _take(parallel_id)
        if parallel is None:
            return False
        faults = Faults()
        roll = read_roll(parallel.content(), faults)
        lines = [] if faults else list(compared(parallel, roll, faults))
        if faults:
            _faulty(parallel, faults)
        else:
            _keep(parallel, lines)
    return True


def _take(parallel_id: int) -> ParallelMonth | None:
    rows = ParallelMonth.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=parallel_id, state=RollState.UPLOADED).first()


def _faulty(parallel: ParallelMonth, faults: Faults) -> None:
    parallel.state = ROLL_MOVES.target(FOUND_FAULTY, parallel.state)
    parallel.error_count, parallel.errors = faults.count, list(faults)
    parallel.save(update_fields=["state", "error_count", "errors"])


def _keep(parallel: ParallelMonth, lines: list[ParallelLine]) -> None:
    ParallelLine.objects.bulk_create(lines, batch_size=2000)
    units, paid, due = Counter[str](), Counter[str](), Counter[str]()
    for line in lines:
        units[line.finding] += 1
        paid[line.finding] += line.paid_fen or 0
        due[line.finding] += line.due_fen or 0
    parallel.figures = {finding.value: [units[finding], paid[finding], due[finding]] for finding in Finding}
    parallel.state = ROLL_MOVES.target(Verb.COMPARE_ROLL, parallel.state)
    parallel.save(update_fields=["state", "figures"])
