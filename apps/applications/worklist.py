"""Whose turn it is: which cases wait for whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from apps.applications.models import Application
from apps.applications.transitions import State
from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.models import MonthRun
from apps.core.navigation import Badge
from apps.payments.enums import BatchState
from apps.payments.models import Batch


def my_turn(user: Any, on: date) -> Q:
    """The condition on cases whose next step this user may take today."""
    waiting = Q(pk__in=())
    if user.may(Verb.ACCEPT, on=on):
        waiting |= Q(state__in=(State.DRAFT, State.SUBMITTED, State.RETURNED, State.ACCEPTED))
        waiting |= Q(state=State.PROPOSED, opinions__agrees=True)
    if user.may(Verb.PROPOSE, on=on):
        waiting |= Q(state=State.INVESTIGATED) & ~Q(investigated_by=user)
    if user.may(Verb.CONFIRM, on=on):
        waiting |= Q(state=State.PUBLICISED, notice_ends_on__lt=on)
        waiting |= Q(state=State.PROPOSED) & ~Q(opinions__agrees=True)
    return waiting


def worklist_badge(user: Any, on: date) -> Badge | None:
    """How many cases wait for this user."""
    count = Application.objects.visible_to(user).filter(my_turn(user, on)).distinct().count()
    return Badge(count, label="件轮到您") if count else None


@dataclass(frozen=True)
class Task:
    """Work of the month or the money that waits for this user."""

    label: str
    count: int
    url: str


def money_tasks(user: Any, on: date) -> list[Task]:
    """What of the month and the batches waits for this user, in the order of the work."""
    waiting = [
        ("本月待核定", Verb.OPEN_MONTH, _month_unopened(on), "month-list"),
        ("月度核定待确认", Verb.CONFIRM_MONTH, _runs(RunState.CALCULATED), "month-list"),
        ("待编制批次的月份", Verb.DRAW_BATCH, _runs(RunState.CONFIRMED), "month-list"),
        ("待送审的批次", Verb.FREEZE_BATCH, _batches(BatchState.DRAFT), "batch-list"),
        ("待批准的批次", Verb.APPROVE_BATCH, _batches(BatchState.FROZEN), "batch-list"),
        ("待放行的批次", Verb.RELEASE_BATCH, _batches(BatchState.APPROVED), "batch-list"),
        ("待送交银行的批次", Verb.SUBMIT_BATCH, _batches(BatchState.SEALED), "batch-list"),
        ("等待银行回盘的批次", Verb.IMPORT_RETURN, _batches(BatchState.SUBMITTED), "batch-list"),
        ("待关闭的批次", Verb.CLOSE_BATCH, _batches(BatchState.RECONCILED), "batch-list"),
    ]
    return [Task(label, count, reverse(url)) for label, verb, count, url in waiting if count and user.may(verb, on=on)]


def _month_unopened(on: date) -> int:
    return 0 if MonthRun.objects.filter(month=on.replace(day=1)).exclude(state=RunState.VOID).exists() else 1


def _runs(state: str) -> int:
    return MonthRun.objects.filter(state=state).count()


def _batches(state: str) -> int:
    return Batch.objects.filter(state=state).count()
