"""What batches and payments say when asked: content, totals, what can be drawn."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.enums import SCHEMES
from apps.awards.models import Decision, MonthRun
from apps.households.models import AccountState, BankAccount
from apps.payments.bankformat import BANK_SIDE
from apps.payments.enums import FAILED, LIVE, BatchState, InstructionState
from apps.payments.models import Batch, Entitlement, Instruction

RECENT = timedelta(days=30)

# One line a payment in the order of its id: who is paid (id, account, name) and how much.
_CONTENT = """
    SELECT count(*), coalesce(sum(i.amount_fen), 0), encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('|', i.end_to_end_id, encode(a.number_index, 'hex'), i.amount_fen, i.payee_name), E'\\n'
        ORDER BY i.end_to_end_id), ''), 'UTF8')), 'hex')
    FROM payments_instruction i JOIN households_bankaccount a ON a.id = i.account_id
    WHERE i.batch_id = %s AND i.state <> 'CANCELLED'
"""


@dataclass(frozen=True)
class Content:
    """What a batch holds: number of payments, their sum in fen, and the digest that stands for all of it."""

    count: int
    total_fen: int
    sha256: str


def content_of(batch: Batch) -> Content:
    """The content as it stands now; the digest covers every payment's id, account, amount and payee name."""
    with connection.cursor() as cursor:
        cursor.execute(_CONTENT, [batch.pk])
        count, total, digest = cursor.fetchone()
    return Content(count, int(total), digest)


def outdated(batch: Batch) -> QuerySet[Instruction]:
    """Payments of the batch whose account is no longer the one in use, or whose holder's name has changed."""
    current = Q(account__state=AccountState.APPROVED, account__holder__name=F("payee_name"))
    return batch.instructions.standing().exclude(current)


def recently_changed(batch: Batch, on: date) -> QuerySet[Instruction]:
    """Payments whose account came into use in the last thirty days in place of another: worth a second look."""
    earlier = BankAccount.objects.filter(household=OuterRef("entitlement__household"), state=AccountState.REPLACED)
    rows = batch.instructions.standing().filter(account__decided_on__gt=on - RECENT).filter(Exists(earlier))
    return rows.select_related("township", "account__decided_by", "entitlement__household").order_by("pk")


def totals(batch: Batch) -> list[dict[str, Any]]:
    """Count and sum of the batch by township and scheme, and how much of it was paid or failed."""
    rows = batch.instructions.standing().values("township__name", scheme=F("entitlement__scheme"))
    paid, failed = Q(state=InstructionState.PAID), Q(state__in=FAILED)
    summed = rows.annotate(
        count=Count("pk"),
        total_fen=Sum("amount_fen"),
        paid_fen=Coalesce(Sum("amount_fen", filter=paid), 0),
        failed_fen=Coalesce(Sum("amount_fen", filter=failed), 0),
    )
    labels = dict(SCHEMES)
    return [row | {"label": labels[row["scheme"]]} for row in summed.order_by("township__code", "scheme")]


def whole(rows: list[dict[str, Any]]) -> dict[str, int]:
    """What was paid and what failed in all of these totals."""
    return {key: sum(row[key] for row in rows) for key in ("paid_fen", "failed_fen")}


def counts(batch: Batch) -> dict[str, tuple[int, int]]:
    """Number and sum of the batch's payments by state."""
    rows = batch.instructions.values("state").annotate(count=Count("pk"), total=Sum("amount_fen"))
    return {row["state"]: (row["count"], row["total"]) for row in rows}


@dataclass(frozen=True)
class Closing:
    """How a batch closes to the fen: paid here, paid or on its way in another batch, or open and listed as such."""

    paid: tuple[int, int]
    elsewhere: tuple[int, int]
    open: tuple[int, int]

    @property
    def count(self) -> int:
        """Payments accounted for."""
        return self.paid[0] + self.elsewhere[0] + self.open[0]

    @property
    def total_fen(self) -> int:
        """Fen accounted for."""
        return self.paid[1] + self.elsewhere[1] + self.open[1]


def closing_of(batch: Batch) -> Closing:
    """Where the batch's money is; payments still with the bank (submitted, unknown) belong to none of the three."""
    rows = batch.instructions.standing()
    failed = rows.filter(state__in=FAILED)
    taken_up = Entitlement.objects.filter(instructions__state__in=LIVE)
    return Closing(
        paid=_sum(rows.filter(state=InstructionState.PAID)),
        elsewhere=_sum(failed.filter(entitlement__in=taken_up)),
        open=_sum(failed.exclude(entitlement__in=taken_up)),
    )


def _sum(rows: QuerySet[Instruction]) -> tuple[int, int]:
    told = rows.aggregate(count=Count("pk"), total=Coalesce(Sum("amount_fen"), 0))
    return told["count"], told["total"]


def refusals() -> QuerySet[Instruction]:
    """What banks said against accounts in use: failed payments through no fault of the bank's.

    A refusal counts until another account (number or holder) was approved, or a later payment to it arrived.
    """
    in_use = BankAccount.objects.filter(
        household=OuterRef("account__household"),
        number_index=OuterRef("account__number_index"),
        state=AccountState.APPROVED,
    ).filter(Q(pk=OuterRef("account")) | Q(holder__name=OuterRef("payee_name")))
    later = Q(settled_on__gt=OuterRef("settled_on")) | Q(settled_on=OuterRef("settled_on"), pk__gt=OuterRef("pk"))
    arrived = Instruction.objects.filter(
        later,
        account__household=OuterRef("account__household"),
        account__number_index=OuterRef("account__number_index"),
        state=InstructionState.PAID,
    )
    failed = Instruction.objects.filter(state__in=FAILED).exclude(failure_code__in=BANK_SIDE)
    return failed.filter(Exists(in_use), ~Exists(arrived))


def without_account(month: date | None = None) -> QuerySet[Entitlement]:
    """What is owed, was never sent and cannot be drawn yet: no account in use, or one that a bank refused."""
    rows = Entitlement.objects.never_sent() if month is None else Entitlement.objects.never_sent().filter(month=month)
    return rows.filter(~Exists(_payable_account()))


def drawable(month: date) -> QuerySet[Entitlement]:
    """What is owed for the month, was never sent (or was in a cancelled batch), and has an account that can be paid.

    Money is not sent again to an account that a bank has refused and nobody has corrected.
    """
    return Entitlement.objects.never_sent().filter(Exists(_payable_account()), month=month)


def _payable_account() -> QuerySet[BankAccount]:
    refused = refusals().filter(account__household=OuterRef("household"))
    return BankAccount.objects.filter(~Exists(refused), household=OuterRef("household"), state=AccountState.APPROVED)


def downloads_of(batch: Batch) -> QuerySet[Record]:
    """Who downloaded the batch's file so far, oldest first."""
    return Record.objects.about(batch).filter(verb=Verb.DOWNLOAD_FILE).select_related("user")


def is_at_the_bank(batch: Batch) -> bool:
    """Whether a return file is awaited."""
    return batch.state in (BatchState.SUBMITTED, BatchState.RETURNED)


def latest_run(month: date) -> MonthRun | None:
    """The run of a month that stands."""
    return MonthRun.objects.standing().filter(month=month).first()


def paid_through(decision: Decision) -> list[tuple[date, int]]:
    """The months for which money of the awards that a decision began has arrived, with the fen of each."""
    arrived = Instruction.objects.filter(state=InstructionState.PAID, entitlement__calc_line__award__decision=decision)
    months = arrived.values("entitlement__month").annotate(fen=Sum("amount_fen")).order_by("entitlement__month")
    return [(row["entitlement__month"], row["fen"]) for row in months]
