"""A register that was approved is written: whole, or not at all."""

from collections import deque
from collections.abc import Iterator
from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.takeover.actions.uploads import begin_attempt, give_up, refuse_month, take
from apps.takeover.enums import UploadState
from apps.takeover.models import RegisterUpload, TakenHousehold
from apps.takeover.plan import Plan, plan_of
from apps.takeover.register.entry import Entry
from apps.takeover.register.write import written
from apps.takeover.transitions import UPLOAD_MOVES


def import_register(upload_id: int, *, acting_user: User, on: date) -> bool:
    """Write an approved register in one transaction, in the name of who approved it; False when nothing was to do.

    Read once more before it is written: when the register, the rules or their values moved since the approval, nothing
    is written and the page says why. It is the only way beside a decided case into a running award.
    """
    if not begin_attempt(upload_id, UploadState.APPROVED, acting_user=acting_user, on=on):
        return False
    try:
        with transaction.atomic():
            upload = take(upload_id, UploadState.APPROVED)
            if upload is None:
                return False
            _import(upload, acting_user, on)
    except Refused as refused:
        with transaction.atomic():
            if upload := take(upload_id, UploadState.APPROVED):
                give_up(upload, refused.message, acting_user=acting_user, on=on)
        return False
    return True


def _import(upload: RegisterUpload, acting_user: User, on: date) -> None:
    require(acting_user, Verb.IMPORT_REGISTER, on=on)
    if acting_user.pk != upload.approved_by_id:
        raise Refused("not_the_approver", "只能以批准人的名义接管。")
    month = Month.of(upload.first_month)
    refuse_month(month, on)
    by = upload.uploaded_by
    plan = plan_of(upload.content(), first_month=month, taken_in_by=by, decided_by=acting_user, on=on)
    _refuse_another(plan, upload, month)
    counts = {"sha256": upload.sha256, "households": len(plan.entries), "persons": plan.persons}
    with act(Verb.IMPORT_REGISTER, acting_user=acting_user, on=on, subject=upload, **counts) as record:
        for portion in written(_handed_over(plan), within=record):
            TakenHousehold.objects.bulk_create(
                TakenHousehold(upload=upload, household=entry.household, old_number=entry.old_number)
                for entry in portion
            )
        upload.state = UPLOAD_MOVES.target(Verb.IMPORT_REGISTER, upload.state)
        upload.save(update_fields=["state"])


def _refuse_another(plan: Plan, upload: RegisterUpload, month: Month) -> None:
    """What is written is what was approved, to the last award."""
    if plan.errors:
        sheet, line, _, says = next(iter(plan.errors))
        raise Refused(
            "register_moved", f"批准之后登记册有变动，有 {plan.errors.count} 处错误：{sheet} 第 {line} 行，{says}"
        )
    if plan.digest(month) != upload.plan_digest:
        raise Refused("register_moved", "批准之后政策参数有变动，试写结果已不同：请重新上传、校核和批准。")


def _handed_over(plan: Plan) -> Iterator[Entry]:
    """The families one by one, each forgotten when it is written."""
    entries, plan.entries = deque(plan.entries), []
    while entries:
        yield entries.popleft()
