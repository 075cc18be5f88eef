"""Whose turn it is: which cases wait for whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, DateField, ExpressionWrapper, F, Q, Value, When
from django.urls import reverse

from apps.applications.deadlines import SOON, deadline
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


def about_due() -> Case:
    """Roughly when the next deadline of a case is, in calendar days: enough to put the urgent ones first."""
    return Case(
        When(state=State.ACCEPTED, then=_days_after("accepted_on", 5)),
        When(state__in=(State.INVESTIGATED, State.PROPOSED), then=_days_after("accepted_on", 42)),
        When(state=State.PUBLICISED, then=_days_after("notice_ends_on", 14)),
        default=None,
        output_field=DateField(),
    )


def _days_after(field: str, days: int) -> ExpressionWrapper:
    return ExpressionWrapper(F(field) + Value(days), output_field=DateField())


def pressing(user: Any, on: date) -> list[tuple[str, int, str]]:
    """How many of the cases waiting for this user are overdue, due today, due within three working days."""
    mine = Application.objects.visible_to(user).filter(my_turn(user, on)).distinct()
    fields = mine.only("state", "accepted_on", "notice_ends_on")
    days = [found.left for case in fields if (found := deadline(case, today=on)) is not None]
    return [
        ("逾期", sum(left < 0 for left in days), "bad"),
        ("今天到期", sum(left == 0 for left in days), "warn"),
        ("三个工作日内", sum(0 < left <= SOON for left in days), ""),
        ("没有期限", len(fields) - len(days), ""),
    ]


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
