"""The clock of a case: paused and resumed with a reason, counted anew, and told to the leader when it has run out."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.applications.actions.moving import count_deadline, handling, resume
from apps.applications.deadlines import RUNNING, next_due, spans_of
from apps.applications.enums import Due, PauseReason
from apps.applications.models import Application, Pause
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.refusal import Refused

PORTION = 1000
# One round of the daily work stays short; the next one goes on.
AT_ONCE = 200


def pause_clock(
    application: Application, *, reason: PauseReason, text: str, acting_user: User, on: date
) -> Application:
    """Stop the clock of a case from today: no deadline runs until it is resumed.

    Refused("no_clock") where none runs, ("already_paused"), ("reason_needed") for 其他 without words.
    """
    if reason == PauseReason.OTHER and not text.strip():
        raise Refused("reason_needed", "选“其他”须写明暂停的原因。", field="text")
    said = f"{PauseReason(reason).label} {text.strip()}".strip()
    with handling(application, Verb.PAUSE_CLOCK, acting_user=acting_user, on=on, reason=said) as case:
        if case.state not in RUNNING:
            raise Refused("no_clock", "这件申请现在没有期限在走，不需要暂停。")
        if case.pauses.standing().exists():
            raise Refused("already_paused", "这件申请的计时已经暂停，请刷新页面查看。")
        Pause.objects.create(application=case, since=on, reason=reason, text=text.strip(), by=acting_user)
    return case


def resume_clock(application: Application, *, acting_user: User, on: date) -> Application:
    """Let the clock run again from today; every deadline moves by the working days it stood still.

    Refused("not_paused") when it runs.
    """
    with handling(application, Verb.RESUME_CLOCK, acting_user=acting_user, on=on) as case:
        if not resume(case, acting_user=acting_user, on=on):
            raise Refused("not_paused", "这件申请的计时没有暂停。")
    return case


def escalate_overdue(*, acting_user: User, on: date) -> int:
    """Tell the leader of every case whose deadline has run out, once a deadline; how many now."""
    count = 0
    while count < AT_ONCE and _escalate_one(acting_user, on):
        count += 1
    return count


def _escalate_one(acting_user: User, on: date) -> bool:
    with transaction.atomic():
        overdue = Application.objects.select_for_update(skip_locked=True, of=("self",)).select_related("township")
        case = overdue.overdue(on).filter(escalated_on=None).order_by("due_on", "pk").first()
        if case is None:
            return False
        why = f"{Due(case.due_what).label}应于 {day_label(case.due_on)} 前办结"
        told = {"what": case.due_what, "due_on": case.due_on.isoformat()}
        with act(Verb.ESCALATE, acting_user=acting_user, on=on, subject=case, reason=why, **told):
            case.escalated_on = on
            case.save()
        return True


def recount_deadlines(*, acting_user: User, on: date) -> int:
    """Count the deadlines of all open cases anew, after a year's calendar was published; how many moved.

    A thousand cases a transaction, one record each; what does not move is not written.
    """
    moved, last = 0, 0
    while cases := _portion(after=last):
        last = cases[-1].pk
        moved += _recount(cases, acting_user, on)
    return moved


def _portion(*, after: int) -> list[Application]:
    waiting = Application.objects.filter(state__in=RUNNING, pk__gt=after).order_by("pk")
    return list(waiting.prefetch_related("pauses")[:PORTION])


def _recount(seen: list[Application], acting_user: User, on: date) -> int:
    if not any(_stale(seen)):
        return 0
    with act(Verb.RECOUNT_DEADLINES, acting_user=acting_user, on=on, cases=len(seen)):
        # Seen without a lock, counted under one: whoever acted on a case meanwhile has counted it already.
        keys = [case.pk for case in seen]
        locked = Application.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        stale = list(_stale(locked.prefetch_related("pauses")))
        for case in stale:
            count_deadline(case)
        Application.objects.bulk_update(stale, ["due_on", "due_what", "escalated_on"], batch_size=PORTION)
        return len(stale)


def _stale(cases: Iterable[Application]) -> Iterator[Application]:
    for case in cases:
        what, due = next_due(case, spans_of(case))
        if (due, what or "") != (case.due_on, case.due_what):
            yield case
