"""A register handed in by one person, checked by the office, approved by another."""

import hashlib
from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import MonthRun
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.core.workbooks import NotAWorkbook, look_through
from apps.takeover.enums import UploadState
from apps.takeover.models import RegisterUpload
from apps.takeover.models.upload import STANDING
from apps.takeover.plan import plan_of
from apps.takeover.transitions import FOUND_FAULTY, GIVE_UP, UPLOAD_MOVES

MOST_ATTEMPTS = 3


def upload_register(
    content: bytes, *, file_name: str, first_month: date, acting_user: User, on: date
) -> RegisterUpload:
    """Keep a workbook sealed and have it checked; ``first_month`` is the first month this office shall pay.

    Refused("not_a_workbook") for anything that is no plain .xlsx, ("already_uploaded") for the same file again,
    ("month_out_of_reach", "month_already_open") for a month this office cannot begin with.
    """
    require(acting_user, Verb.UPLOAD_REGISTER, on=on)
    refuse_unreadable(content)
    refuse_month(Month.of(first_month), on)
    digest = hashlib.sha256(content).hexdigest()
    with act(Verb.UPLOAD_REGISTER, acting_user=acting_user, on=on, sha256=digest, first_month=str(first_month)):
        if RegisterUpload.objects.filter(sha256=digest, state__in=STANDING).exists():
            raise Refused("already_uploaded", "这份文件已经上传过，请在列表中查看，不必重复上传。", field="file")
        upload = RegisterUpload(
            file_name=file_name[-120:],
            sha256=digest,
            uploaded_by=acting_user,
            uploaded_on=on,
            first_month=first_month.replace(day=1),
        )
        upload.set_content(content)
        upload.save()
        return upload


def refuse_unreadable(content: bytes) -> None:
    """Refused("not_a_workbook") with what to do about it."""
    try:
        look_through(content)
    except NotAWorkbook as error:
        raise Refused("not_a_workbook", str(error), field="file") from error


def refuse_month(month: Month, on: date) -> None:
    """Refused when this office cannot begin to pay with that month."""
    this = Month.of(on)
    if not this <= month <= this.next():
        says = f"首个发放月份应为{this.label()}或{this.next().label()}。"
        raise Refused("month_out_of_reach", says, field="first_month")
    if MonthRun.objects.standing().filter(month__gte=month.first()).exists():
        says = f"{month.label()}的月度核定已经开始，请从下一个月起发放。"
        raise Refused("month_already_open", says, field="first_month")


def check_register(upload_id: int, *, acting_user: User, on: date) -> bool:
    """Read and check a register to its last line and write it on trial; False when there was nothing to do.

    The attempt is counted in a transaction of its own, so that a file that kills its worker does not come back forever.
    """
    if not begin_attempt(upload_id, UploadState.UPLOADED, acting_user=acting_user, on=on):
        return False
    with transaction.atomic():
        upload = take(upload_id, UploadState.UPLOADED)
        if upload is None:
            return False
        with act(Verb.CHECK_REGISTER, acting_user=acting_user, on=on, subject=upload):
            _check(upload, on)
    return True


def _check(upload: RegisterUpload, on: date) -> None:
    month = Month.of(upload.first_month)
    by = upload.uploaded_by
    plan = plan_of(upload.content(), first_month=month, taken_in_by=by, decided_by=by, on=on)
    upload.error_count, upload.errors = plan.errors.count, list(plan.errors)
    upload.warning_count, upload.warnings = plan.warnings.count, list(plan.warnings)
    found = FOUND_FAULTY if plan.errors else Verb.CHECK_REGISTER
    upload.state = UPLOAD_MOVES.target(found, upload.state)
    upload.attempts = 0
    if not plan.errors:
        upload.plan, upload.plan_digest = plan.to_json(), plan.digest(month)
    upload.save()


def take(upload_id: int, state: UploadState) -> RegisterUpload | None:
    """Lock a register that stands there; None when another worker has it or it moved on."""
    rows = RegisterUpload.objects.select_for_update(skip_locked=True, of=("self",)).select_related("uploaded_by")
    return rows.filter(pk=upload_id, state=state).first()


def begin_attempt(upload_id: int, state: UploadState, *, acting_user: User, on: date) -> bool:
    """Count an attempt; False when nothing is to be done, or it was tried often enough and is given up."""
    with transaction.atomic():
        upload = take(upload_id, state)
        if upload is None:
            return False
        if upload.attempts < MOST_ATTEMPTS:
            RegisterUpload.objects.filter(pk=upload.pk).update(attempts=upload.attempts + 1)
            return True
        give_up(
            upload, f"试了 {upload.attempts} 次都没有完成，请联系系统管理员查明原因。", acting_user=acting_user, on=on
        )
        return False


def give_up(upload: RegisterUpload, why: str, *, acting_user: User, on: date) -> None:
    """Say why it came to nothing; the file may be handed in again."""
    with act(Verb.CHECK_REGISTER, acting_user=acting_user, on=on, subject=upload, reason=why[:200]):
        upload.state, upload.why_not = UPLOAD_MOVES.target(GIVE_UP, upload.state), why[:300]
        upload.save(update_fields=["state", "why_not"])


def approve_register(
    upload: RegisterUpload, *, seen: str, accepted: bool, acting_user: User, on: date
) -> RegisterUpload:
    """Have exactly what was seen written: ``seen`` is the digest of the trial on the page.

    Refused("own_work") for who uploaded it, ("content_changed") when the trial is another one by now,
    ("warnings_not_accepted") while its warnings were not accepted.
    """
    require(acting_user, Verb.APPROVE_REGISTER, on=on)
    different_person(acting_user, upload.uploaded_by_id, what="批准接管")
    refuse_month(Month.of(upload.first_month), on)
    given = {"plan_digest": seen, "warnings_accepted": upload.warning_count}
    with act(Verb.APPROVE_REGISTER, acting_user=acting_user, on=on, subject=upload, **given):
        upload = RegisterUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        upload.state = UPLOAD_MOVES.target(Verb.APPROVE_REGISTER, upload.state)
        if seen != upload.plan_digest:
            raise Refused("content_changed", "试写结果已经变化，请刷新页面，核对后再批准。")
        if upload.warning_count and not accepted:
            says = f"有 {upload.warning_count} 条提示：逐条核对后勾选接受，或退回上传人修改。"
            raise Refused("warnings_not_accepted", says, field="accepted")
        upload.approved_by, upload.approved_on = acting_user, on
        upload.save()
        return upload


def reject_register(upload: RegisterUpload, *, reason: str, acting_user: User, on: date) -> RegisterUpload:
    """Send a register back to who handed it in; a mended file is handed in as a new one."""
    require(acting_user, Verb.REJECT_REGISTER, on=on)
    with act(Verb.REJECT_REGISTER, acting_user=acting_user, on=on, subject=upload, reason=reason):
        upload = RegisterUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        upload.state, upload.why_not = UPLOAD_MOVES.target(Verb.REJECT_REGISTER, upload.state), reason
        upload.save()
        return upload
