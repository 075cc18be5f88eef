"""From a confirmed month to a draft batch, and from failed payments to another."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, islice, repeat

from django.db import connection
from django.db.models import Max, Min, QuerySet
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import seal_month
from apps.awards.enums import RunState
from apps.awards.models import MonthRun
from apps.core.refusal import Refused
from apps.payments.actions.ledger import post
from apps.payments.enums import BatchState, EntitlementKind, LedgerEvent, Purpose
from apps.payments.facts import drawable, refusals
from apps.payments.mending import failed_payments
from apps.payments.models import Batch, Entitlement
from apps.payments.models.instruction import end_to_end_id

PORTION = 10_000
# One drawing at a time: two would number their batches alike and reach for the same payments.
_DRAWING_LOCK = 0x6A68_7061

_ENTITLE = """
    INSERT INTO payments_entitlement
        (household_id, person_id, township_id, scheme, month, kind, seq, amount_fen, calc_line_id)
    SELECT household_id, person_id, township_id, scheme, month, 'REGULAR', 1, amount_fen, id
    FROM awards_calcline WHERE run_id = %s AND id BETWEEN %s AND %s AND amount_fen > 0 ORDER BY id
    RETURNING id, household_id, township_id, scheme, amount_fen
"""

# Each entitlement is looked up by its id (OFFSET 0 leaves no other way): of a month just written the planner knows
# nothing, takes the table for empty, and would read all of it for every portion.
_INSTRUCT = """
    INSERT INTO payments_instruction (end_to_end_id, entitlement_id, attempt_no, batch_id, township_id, account_id,
        payee_name, account_mask, amount_fen, state, failure_code, failure_text)
    SELECT u.end_to_end_id, e.id, u.attempt_no, %s, e.township_id, a.id, p.name, a.number_mask, e.amount_fen,
        'QUEUED', '', ''
    FROM unnest(%s::bigint[], %s::smallint[], %s::uuid[]) AS u(entitlement_id, attempt_no, end_to_end_id)
    CROSS JOIN LATERAL (SELECT * FROM payments_entitlement WHERE id = u.entitlement_id OFFSET 0) AS e
    JOIN households_bankaccount a ON a.household_id = e.household_id AND a.state = 'APPROVED'
        AND (a.owed_through IS NULL OR e.month <= a.owed_through)
    JOIN households_person p ON p.id = a.holder_id
    ORDER BY e.id
"""

_REFRESH = """
    UPDATE payments_instruction i SET account_id = a.id, payee_name = p.name, account_mask = a.number_mask
    FROM payments_entitlement e
    JOIN households_bankaccount a ON a.household_id = e.household_id AND a.state = 'APPROVED'
    JOIN households_person p ON p.id = a.holder_id
    WHERE i.batch_id = %s AND i.entitlement_id = e.id AND i.state = 'QUEUED'
        AND (a.owed_through IS NULL OR e.month <= a.owed_through)
        AND (i.account_id, i.payee_name) IS DISTINCT FROM (a.id, p.name)
"""


def draw_up(run: MonthRun, *, acting_user: User, on: date) -> Batch | None:
    """Turn a confirmed month into what is owed and draw the batch that pays it; the month is sealed by this.

    Whoever has no account in use, or one that a bank has refused, is left out: what is owed stays open for
    ``draw_up_rest``. None when that leaves nobody. Refused("illegal_move")
    unless the month is confirmed.
    """
    require(acting_user, Verb.DRAW_BATCH, on=on)
    with act(Verb.DRAW_BATCH, acting_user=acting_user, on=on, subject=run):
        one_drawing_at_a_time()
        run = seal_month(run, acting_user=acting_user, on=on)
        payable, sums = _entitle(run)
        post(LedgerEvent.ENTITLED, sums, on=on, run=run)
        if not drawable(run.month).exists():
            return None
        # What has just been written was never sent: only what is owed besides is looked for.
        besides = tried(drawable(run.month).exclude(kind=EntitlementKind.REGULAR))
        rows = chain(zip(payable, repeat(0)), besides)
        return draw(rows, Purpose.REGULAR, run.month, acting_user=acting_user, on=on)


def _entitle(run: MonthRun) -> tuple["array[int]", list[tuple[int, str, int]]]:
    """What is owed, from the lines of the run, portion by portion: no statement grows with the county.

    The ids of those entitlements whose household's account no bank has refused, and the sums by township and scheme.
    """
    payable, sums = array("q"), Counter[tuple[int, str]]()
    span = run.lines.aggregate(first=Min("pk"), last=Max("pk"))
    if span["first"] is None:
        return payable, []
    refused = set(refusals().values_list("account__household", flat=True))
    with connection.cursor() as cursor:
        for first in range(span["first"], span["last"] + 1, PORTION):
            cursor.execute(_ENTITLE, [run.pk, first, first + PORTION - 1])
            for pk, household, township, scheme, fen in cursor:
                sums[township, scheme] += fen
                if household not in refused:
                    payable.append(pk)
    return payable, [(*where, fen) for where, fen in sorted(sums.items())]


def draw_up_rest(run: MonthRun, *, acting_user: User, on: date) -> Batch:
    """Draw another batch of a sealed month for those who were left out: no good account then, or in a cancelled batch.

    Refused("nothing_to_draw") when nobody is left whose account can be paid.
    """
    require(acting_user, Verb.DRAW_BATCH, on=on)
    with act(Verb.DRAW_BATCH, acting_user=acting_user, on=on, subject=run):
        one_drawing_at_a_time()
        if MonthRun.objects.get(pk=run.pk).state != RunState.SEALED:
            raise Refused("month_not_sealed", f"{run.label}还没有生成应发明细，请先编制当月批次。")
        due = drawable(run.month)
        if not due.exists():
            raise Refused("nothing_to_draw", f"{run.label}没有可以补编的：都已在批次中，或仍待补账户。")
        return draw(tried(due), Purpose.REGULAR, run.month, acting_user=acting_user, on=on)


def reissue(entitlements: Iterable[Entitlement], *, acting_user: User, on: date) -> Batch:
    """Draw a batch that pays again what a bank refused or sent back.

    Refused("account_unchanged") while one of them still has the account that failed (unless the bank was at fault),
    Refused("nothing_to_reissue") when one is not, or no longer, a failed payment.
    """
    require(acting_user, Verb.REISSUE, on=on)
    wanted = {entitlement.pk for entitlement in entitlements}
    with act(Verb.REISSUE, acting_user=acting_user, on=on, entitlements=sorted(wanted)):
        one_drawing_at_a_time()
        rows = Entitlement.objects.failed().filter(pk__in=wanted)
        found = failed_payments(rows)
        if not wanted or len(found) != len(wanted):
            raise Refused("nothing_to_reissue", "所选的支付里有的已经重新发放或不再是失败状态，请刷新后重选。")
        for one in found:
            if not one.ready:
                raise Refused("account_unchanged", f"{one.instruction.payee_name}：{one.hint}，办好后再重新发放。")
        month = max(one.instruction.entitlement.month for one in found)
        return draw(tried(rows), Purpose.REISSUE, month, acting_user=acting_user, on=on)


def refresh_accounts(batch: Batch, *, acting_user: User, on: date) -> Batch:
    """Point the payments of a draft to the accounts in use now."""
    require(acting_user, Verb.REFRESH_BATCH, on=on)
    with act(Verb.REFRESH_BATCH, acting_user=acting_user, on=on, subject=batch):
        batch = Batch.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch.pk)
        if batch.state != BatchState.DRAFT:
            raise Refused("not_a_draft", "批次已送审，账户不能再变；需要时先退回编制。")
        if batch.drawn_by_id != acting_user.pk:
            raise Refused("not_the_maker", "只有编制人能更新这个批次。")
        with connection.cursor() as cursor:
            cursor.execute(_REFRESH, [batch.pk])
        return batch


def one_drawing_at_a_time() -> None:
    """Wait for whoever draws a batch or corrects what is owed: one of them at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DRAWING_LOCK])


Row = tuple[int, int]


def tried(due: QuerySet[Entitlement]) -> Iterator[Row]:
    """Entitlements with the number of attempts so far, in their order.

    All are read before the first is drawn: a plan made while the payments were few looks through all of them for each
    row, and would look through what is being written (100,000 took two minutes, now a second).
    """
    rows = due.annotate(tried=Coalesce(Max("instructions__attempt_no"), 0)).order_by("pk").values_list("pk", "tried")
    ids, attempts = array("q"), array("h")
    for pk, attempt in rows.iterator(chunk_size=PORTION):
        ids.append(pk)
        attempts.append(attempt)
    return zip(ids, attempts, strict=True)


def draw(rows: Iterator[Row], purpose: Purpose, month: date, *, acting_user: User, on: date) -> Batch:
    """A draft that pays what is due; part of the act that asks for it, one drawing at a time.

    Of those whose household has no account in use nothing is drawn.
    """
    batch = Batch.objects.create(
        number=_next_number(month), month=month, purpose=purpose, drawn_by=acting_user, drawn_on=on
    )
    with connection.cursor() as cursor:
        while portion := list(islice(rows, PORTION)):
            ids = [pk for pk, _ in portion]
            attempts = [tried + 1 for _, tried in portion]
            names = [str(end_to_end_id(*one)) for one in zip(ids, attempts, strict=True)]
            cursor.execute(_INSTRUCT, [batch.pk, ids, attempts, names])
    return batch


def _next_number(month: date) -> str:
    prefix = f"FF{month:%Y%m}-"
    last = Batch.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:03d}"
