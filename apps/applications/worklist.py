"""Whose turn it is: which cases wait for whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse

from apps.applications.deadlines import SOON, deadline
from apps.applications.models import Application, Interruption
from apps.applications.transitions import State
from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.facts import month_to_open
from apps.awards.models import MonthRun
from apps.core.navigation import Badge
from apps.households.models import AccountState, BankAccount, Household, Relocation, RelocationState
from apps.payments.enums import BatchState
from apps.payments.mending import FailedPayment, failed_payments
from apps.payments.models import Batch, Entitlement


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
    """How many of the cases waiting for this user are overdue, due today, soon or later: together all of them."""
    mine = Application.objects.visible_to(user).filter(my_turn(user, on)).distinct()
    fields = mine.only("state", "accepted_on", "notice_ends_on")
    days = [found.left for case in fields if (found := deadline(case, today=on)) is not None]
    return [
        ("逾期", sum(left < 0 for left in days), "bad"),
        ("今天到期", sum(left == 0 for left in days), "warn"),
        (f"{SOON} 个工作日内", sum(0 < left <= SOON for left in days), ""),
        ("期限更远", sum(left > SOON for left in days), ""),
        ("没有期限", len(fields) - len(days), ""),
    ]


def worklist_badge(user: Any, on: date) -> Badge | None:
    """How many cases wait for this user."""
    count = Application.objects.visible_to(user).filter(my_turn(user, on)).distinct().count()
    return Badge(count, label="件轮到您") if count else None


def reviews_badge(user: Any, on: date) -> Badge | None:
    """How many families this user's desk should have begun to examine again by now."""
    if not user.may(Verb.START_REVIEW, on=on):
        return None
    open_case = Application.objects.open().filter(household=OuterRef("pk"))
    due = Household.objects.visible_to(user).filter(review_due_on__lt=on).exclude(Exists(open_case))
    count = due.count()
    return Badge(count, label="户复核逾期", hot=True) if count else None


@dataclass(frozen=True)
class Task:
    """Work of the accounts, the month or the money that waits for this user."""

    label: str
    count: int
    url: str
    unit: str = ""

    @property
    def value(self) -> str:
        return f"{self.count} {self.unit}".strip()


def money_tasks(user: Any, on: date) -> list[Task]:
    """What of the accounts, the month and the batches waits for this user, in the order of the work."""
    month = month_to_open(on) if user.may(Verb.OPEN_MONTH, on=on) else None
    waiting: list[tuple[str, str, Verb, Callable[[], int], str]] = [
        ("收款失败待更正", "户", Verb.PROPOSE_ACCOUNT, lambda: _families_to_mend(user), "failed-list"),
        ("收款账户待核准", "个", Verb.APPROVE_ACCOUNT, lambda: accounts_waiting(user).count(), "account-list"),
        ("迁入待接收", "户", Verb.ACCEPT_RELOCATION, lambda: _relocations(user), "relocation-list"),
        ("暂停、退出待决定", "户", Verb.APPROVE_INTERRUPTION, lambda: _interruptions(user), "interruption-list"),
        (f"{month.label() if month else ''}待核定", "", Verb.OPEN_MONTH, lambda: int(month is not None), "month-list"),
        ("月度核定待确认", "", Verb.CONFIRM_MONTH, lambda: _runs(RunState.CALCULATED), "month-list"),
        ("待编制批次的月份", "", Verb.DRAW_BATCH, lambda: _runs(RunState.CONFIRMED), "batch-list"),
        ("更正后可重新发放", "笔", Verb.REISSUE, lambda: sum(one.ready for one in _failed(user)), "failed-list"),
        ("待送审的批次", "", Verb.FREEZE_BATCH, lambda: _batches(BatchState.DRAFT), "batch-list"),
        ("待批准的批次", "", Verb.APPROVE_BATCH, lambda: _batches(BatchState.FROZEN), "batch-list"),
        ("待放行的批次", "", Verb.RELEASE_BATCH, lambda: _batches(BatchState.APPROVED), "batch-list"),
        ("待送交银行的批次", "", Verb.SUBMIT_BATCH, lambda: _batches(BatchState.SEALED), "batch-list"),
        ("等待银行回盘的批次", "", Verb.IMPORT_RETURN, lambda: _batches(BatchState.SUBMITTED), "batch-list"),
        ("待关闭的批次", "", Verb.CLOSE_BATCH, lambda: _batches(BatchState.RECONCILED), "batch-list"),
    ]
    mine = [(label, unit, counted(), url) for label, unit, verb, counted, url in waiting if user.may(verb, on=on)]
    return [Task(label, count, reverse(url), unit) for label, unit, count, url in mine if count]


def accounts_waiting(user: Any) -> QuerySet[BankAccount]:
    """Proposed accounts of this user's townships that wait for a second person by themselves.

    That of a family not yet paid is approved together with its case.
    """
    proposed = BankAccount.objects.visible_to(user).filter(state=AccountState.PROPOSED)
    return proposed.exclude(decided_with_a_case())


def decided_with_a_case() -> Q:
    """The condition on proposed accounts that the confirmation of an open case approves."""
    in_use = BankAccount.objects.filter(household=OuterRef("household"), state=AccountState.APPROVED)
    return Q(Exists(Application.objects.open().filter(household=OuterRef("household")))) & ~Q(Exists(in_use))


def _failed(user: Any) -> list[FailedPayment]:
    return failed_payments(Entitlement.objects.visible_to(user).failed())


def _families_to_mend(user: Any) -> int:
    """Families for which nobody has proposed another account yet."""
    open_ones = [one for one in _failed(user) if not one.ready and one.proposed is None]
    return len({one.instruction.entitlement.household_id for one in open_ones})


def _relocations(user: Any) -> int:
    here = Relocation.objects.filter(user.scope().rows("to_township"), state=RelocationState.PROPOSED)
    return here.count()


def _interruptions(user: Any) -> int:
    return Interruption.objects.visible_to(user).waiting().count()


def _runs(state: str) -> int:
    return MonthRun.objects.filter(state=state).count()


def _batches(state: str) -> int:
    return Batch.objects.filter(state=state).count()
