"""Whose turn it is: which cases wait for whom."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from apps.applications.actions.spot_checks import waiting_for_the_draw
from apps.applications.models import (
    Application,
    Appraisal,
    CheckRequest,
    Complaint,
    Delegation,
    Ending,
    EndingGround,
    Interruption,
    Kind,
    Lead,
    Objection,
    Opinion,
    Revocation,
    SpotCheck,
    Step,
    Waiver,
)
from apps.applications.transitions import (
    OPEN,
    ComplaintState,
    EndingState,
    LeadState,
    ObjectionState,
    RevocationState,
    State,
)
from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.facts import month_to_open
from apps.awards.models import MonthRun, SetAside
from apps.core.navigation import Badge
from apps.eligibility.models import ParameterChange
from apps.households.models import AccountState, BankAccount, Household, Relocation, RelocationState
from apps.payments.enums import BatchState
from apps.payments.facts_corrections import recalculation_tasks
from apps.payments.mending import FailedPayment, failed_payments
from apps.payments.models import Batch, Entitlement
from apps.payments.waiting import counted, kinds_of


def my_turn(user: Any, on: date) -> Q:
    """The condition on cases whose next step this user's desk may take today."""
    return _any(condition for condition, _ in _turns(user, on))


def mine(user: Any, on: date) -> Q:
    """The same without what another colleague of the desk handles."""
    own = Q(handler=user) | Q(handler=None)
    return _any(condition & own if handled else condition for condition, handled in _turns(user, on))


def _turns(user: Any, on: date) -> Iterator[tuple[Q, bool]]:
    """Each kind of work with whether one colleague handles it for all."""
    if user.may(Verb.ACCEPT, on=on):
        yield Q(state__in=(State.DRAFT, State.SUBMITTED, State.RETURNED, State.ACCEPTED)), True
        yield Q(state=State.INVESTIGATED) & ~Q(READY), True
        yield Q(state__in=(State.PROPOSED, State.PUBLICISED), unexplained=True), True
        yield Q(state=State.PROPOSED) & Q(AGREED), True
    if user.may(Verb.PROPOSE, on=on):
        yield Q(state=State.INVESTIGATED) & Q(READY) & ~Q(investigated_by=user), False
        # Overdue, whoever's turn it is: the leader was told and has to see to it.
        yield Q(state__in=OPEN, escalated_on__isnull=False), False
    if user.may(Verb.CONFIRM, on=on):
        yield Q(state=State.PUBLICISED, notice_ends_on__lt=on), False
        yield Q(state=State.PROPOSED) & ~Q(AGREED), False
    if user.may(Verb.CONFIRM_DELEGATED, on=on):
        objected = Objection.objects.filter(application=OuterRef("pk"), state=ObjectionState.OPEN)
        yield Q(Exists(objected)), False
        given = Delegation.objects.in_force(on).filter(scheme=OuterRef("scheme"), township=OuterRef("township"))
        yield Q(Exists(given), state=State.PUBLICISED, notice_ends_on__lt=on) & ~Q(proposed_by=user), False


def _any(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=()))


# Appraised or excused from it, the check's answers all there, what it found beyond the declaration explained: only then
# can the opinion be signed, and until then the case waits for who handles it.
READY = (
    Q(unexplained=False, check_asked_on=None)
    & Exists(CheckRequest.objects.filter(application=OuterRef("pk")))
    & (
        Q(kind=Kind.REVIEW)
        | Exists(Appraisal.objects.filter(application=OuterRef("pk")))
        | Exists(Waiver.objects.filter(application=OuterRef("pk"), step=Step.APPRAISAL))
    )
)

# What the last opinion says: a case surveyed again has more than one.
AGREED = Subquery(
    Opinion.objects.filter(application=OuterRef("pk")).order_by("-pk").values("agrees")[:1],
    output_field=BooleanField(),
)


def worklist_badge(user: Any, on: date) -> Badge | None:
    """How many cases wait for this user, and whether one is overdue."""
    waiting = Application.objects.visible_to(user).filter(mine(user, on))
    found = waiting.aggregate(count=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=on)))
    return Badge(found["count"], label="件轮到您", hot=bool(found["overdue"])) if found["count"] else None


@dataclass(frozen=True)
class Behind:
    """A township with overdue cases."""

    name: str
    pk: int
    overdue: int
    open: int


def behind(user: Any, on: date) -> list[Behind]:
    """Who watches over the county: the townships with overdue cases, the most first."""
    if not user.scope().whole_county:
        return []
    cases = Application.objects.visible_to(user).open().values("township", "township__name")
    found = cases.annotate(overdue=Count("pk", filter=Q(due_on__lt=on)), open=Count("pk")).filter(overdue__gt=0)
    rows = found.order_by("-overdue", "township__code")
    return [Behind(row["township__name"], row["township"], row["overdue"], row["open"]) for row in rows]


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
        ("主动发现待联系", "条", Verb.CONTACT_LEAD, lambda: _leads(user), "lead-list"),
        ("通知书待送达", "份", Verb.DELIVER, lambda: _undelivered(user), "delivery-list"),
        ("投诉、复议待答复", "件", Verb.DISMISS_COMPLAINT, lambda: _complaints(user), "complaint-list"),
        ("撤销确认待决定", "件", Verb.REVOKE, lambda: _revocations(user), "revocation-list"),
        ("等待抽取的案件", "件", Verb.DRAW_SPOT_CHECK, lambda: len(waiting_for_the_draw(on=on)), "spot-check-list"),
        ("抽中待登记结果", "件", Verb.RECORD_SPOT_CHECK, lambda: _to_visit(user), "spot-check-list"),
        ("特困终止待公示", "件", Verb.POST_ENDING_NOTICE, lambda: _endings_to_post(user), "ending-list"),
        ("特困终止待决定", "件", Verb.CONFIRM_ENDING, lambda: _endings_to_decide(user, on), "ending-list"),
        ("收款失败待更正", "户", Verb.PROPOSE_ACCOUNT, lambda: _families_to_mend(user), "failed-list"),
        ("收款账户待核准", "个", Verb.APPROVE_ACCOUNT, lambda: accounts_waiting(user).count(), "account-list"),
        ("政策标准待核准", "件", Verb.APPROVE_STANDARD, lambda: _drafts(user), "standard-list"),
        ("迁移待办理", "户", Verb.ACCEPT_RELOCATION, lambda: _relocations(user), "relocation-list"),
        ("暂停、退出待决定", "户", Verb.APPROVE_INTERRUPTION, lambda: _interruptions(user), "interruption-list"),
        (f"{month.label() if month else ''}待核定", "", Verb.OPEN_MONTH, lambda: int(month is not None), "month-list"),
        ("月度核定搁置户", "户", Verb.RETRY_UNIT, _set_aside, "month-list"),
        ("搁置、留核待决定", "户", Verb.EXCLUDE_UNIT, _set_aside, "month-list"),
        ("待编制批次的月份", "", Verb.DRAW_BATCH, lambda: _runs(RunState.CONFIRMED), "batch-list"),
        ("更正后可重新发放", "笔", Verb.REISSUE, lambda: sum(one.ready for one in _failed(user)), "failed-list"),
        ("待送审的批次", "", Verb.FREEZE_BATCH, lambda: _batches(BatchState.DRAFT), "batch-list"),
        ("待送交银行的批次", "", Verb.SUBMIT_BATCH, lambda: _batches(BatchState.SEALED), "batch-list"),
        ("等待银行回盘的批次", "", Verb.IMPORT_RETURN, lambda: _batches(BatchState.SUBMITTED), "batch-list"),
        ("待关闭的批次", "", Verb.CLOSE_BATCH, lambda: _batches(BatchState.RECONCILED), "batch-list"),
        *recalculation_tasks(user, on),
    ]
    mine = [(label, unit, counted(), url) for label, unit, verb, counted, url in waiting if user.may(verb, on=on)]
    own = [Task(label, count, _address(url), unit) for label, unit, count, url in mine if count]
    return own + _decisions(user, on)


def _address(place: str) -> str:
    """The page of a name, with the filter that may follow it, or the address of one thing as it is."""
    if place.startswith("/"):
        return place
    name, mark, query = place.partition("?")
    return f"{reverse(name)}{mark}{query}"


def _decisions(user: Any, on: date) -> list[Task]:
    """What of the money colleagues brought so far that this user decides, with the way to exactly these."""
    kinds = kinds_of(user, on)
    counts, page = counted(user, kinds), reverse("waiting-list")
    return [Task(kind.label, counts[kind.key], f"{page}#{kind.key}", kind.unit) for kind in kinds if kind.key in counts]


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


def _leads(user: Any) -> int:
    """Families somebody noticed to whom nobody has spoken yet."""
    return Lead.objects.visible_to(user).filter(state=LeadState.OPEN).count()


def _families_to_mend(user: Any) -> int:
    """Families for which nobody has proposed another account yet."""
    open_ones = [one for one in _failed(user) if one.wants_account]
    return len({one.instruction.entitlement.household_id for one in open_ones})


def _relocations(user: Any) -> int:
    scope = user.scope()
    to_take = scope.rows("to_township") & Q(state=RelocationState.PROPOSED)
    to_offer = scope.rows("from_township") & Q(state=RelocationState.ASKED)
    return Relocation.objects.filter(to_take | to_offer).count()


def _interruptions(user: Any) -> int:
    return Interruption.objects.visible_to(user).waiting().count()


def _runs(state: str) -> int:
    return MonthRun.objects.filter(state=state).count()


def _set_aside() -> int:
    """Units that keep a month from being confirmed."""
    return SetAside.objects.blocking().exclude(run__state=RunState.VOID).count()


def _drafts(user: Any) -> int:
    return ParameterChange.objects.visible_to(user).waiting().exclude(proposed_by=user).count()


def _batches(state: str) -> int:
    return Batch.objects.filter(state=state).count()


def _undelivered(user: Any) -> int:
    return Application.objects.visible_to(user).awaiting_delivery().count()


def _complaints(user: Any) -> int:
    waiting = Complaint.objects.visible_to(user).filter(state=ComplaintState.OPEN)
    return waiting.exclude(application__decided_by=user).count()


def _revocations(user: Any) -> int:
    waiting = Revocation.objects.visible_to(user).filter(state=RevocationState.PROPOSED)
    return waiting.exclude(proposed_by=user).exclude(confirmed_by=user).count()


def _to_visit(user: Any) -> int:
    """Sampled families nobody of the bureau has visited yet."""
    waiting = SpotCheck.objects.filter(sampled=True, agrees=None, application__state=State.PUBLICISED)
    return waiting.filter(application__in=Application.objects.visible_to(user)).count()


def _endings_to_post(user: Any) -> int:
    return Ending.objects.visible_to(user).filter(state=EndingState.PROPOSED).exclude(ground=EndingGround.DEATH).count()


def _endings_to_decide(user: Any, on: date) -> int:
    by_death = Q(state=EndingState.PROPOSED, ground=EndingGround.DEATH)
    over = Q(state=EndingState.PUBLICISED, ends_on__lt=on)
    return Ending.objects.visible_to(user).filter(by_death | over).exclude(proposed_by=user).count()
