"""What batches and payments say when asked: content, totals, what can be drawn."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Decision, MonthRun
from apps.core.crypto import blind_index
from apps.households.models import AccountState, BankAccount, Household
from apps.households.models.account import ACCOUNT_NUMBER
from apps.payments.bankfile import ReturnedFile
from apps.payments.bankformat import BANK_SIDE
from apps.payments.bankmask import as_it_stands
from apps.payments.enums import (
    FAILED,
    LIVE,
    PAID_UNDER,
    BatchState,
    EntitlementKind,
    InstructionState,
    ProposalState,
    ReturnOutcome,
)
from apps.payments.models import Batch, Entitlement, Instruction, LateReturn, ReturnFile, ReturnLine, SubsidyRun
from apps.payments.reconcile import Expected, Sent

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


_CURRENT = Q(account__state=AccountState.APPROVED, account__holder__name=F("payee_name"))


def outdated(batch: Batch) -> QuerySet[Instruction]:
    """Payments of the batch whose account is no longer the one in use, or whose holder's name has changed."""
    return batch.instructions.standing().exclude(_CURRENT)


def outdated_or_own(batch: Batch, user: User) -> bool:
    """Whether some payment's account is outdated or was let in by this user, in one reading of all accounts."""
    return batch.instructions.standing().filter(~_CURRENT | Q(account__decided_by=user)).exists()


def recently_changed(batch: Batch, on: date) -> QuerySet[Instruction]:
    """Payments whose account came into use in the last thirty days in place of another: worth a second look."""
    earlier = BankAccount.objects.filter(household=OuterRef("entitlement__household"), state=AccountState.REPLACED)
    rows = batch.instructions.standing().filter(account__decided_on__gt=on - RECENT).filter(Exists(earlier))
    return rows.select_related("township", "account__decided_by", "entitlement__household").order_by("pk")


def totals(batch: Batch) -> list[dict[str, Any]]:
    """Count and sum of the batch by township and scheme (arrears apart), and how much of it was paid or failed."""
    named = {"scheme": F("entitlement__scheme"), "kind": F("entitlement__kind")}
    rows = batch.instructions.standing().values("township__name", **named)
    paid, failed = Q(state=InstructionState.PAID), Q(state__in=FAILED)
    summed = rows.annotate(
        count=Count("pk"),
        total_fen=Sum("amount_fen"),
        paid_fen=Coalesce(Sum("amount_fen", filter=paid), 0),
        failed_fen=Coalesce(Sum("amount_fen", filter=failed), 0),
    )
    labels = dict(PAID_UNDER)
    return [
        row | {"label": f"{labels[row['scheme']]}{'补发' if row['kind'] == EntitlementKind.SUPPLEMENT else ''}"}
        for row in summed.order_by("township__code", "scheme", "kind")
    ]


def whole(rows: list[dict[str, Any]]) -> dict[str, int]:
    """What was paid and what failed in all of these totals."""
    return {key: sum(row[key] for row in rows) for key in ("paid_fen", "failed_fen")}


def counts(batch: Batch) -> dict[str, tuple[int, int]]:
    """Number and sum of the batch's payments by state."""
    rows = batch.instructions.values("state").annotate(count=Count("pk"), total=Sum("amount_fen"))
    return {row["state"]: (row["count"], row["total"]) for row in rows}


def sent_of(batch: Batch, file: ReturnedFile, *, on: date, late: bool) -> Sent:
    """What a return file is held against: the batch, and what the bank said before."""
    columns = ("pk", "amount_fen", "state", "payee_name", "account__number_index")
    rows = batch.instructions.standing().values_list("end_to_end_id", *columns).iterator(chunk_size=5000)
    expected = {str(name): Expected(*known, bytes(index).hex()) for name, *known, index in rows}
    strange = [line.end_to_end_id for line in file.lines if line.end_to_end_id not in expected]
    elsewhere = Instruction.objects.filter(end_to_end_id__in=strange).values_list("end_to_end_id", flat=True)
    txns = [line.bank_txn_id for line in file.lines if line.bank_txn_id]
    bank = batch.bank_file.bank
    known = ReturnLine.objects.filter(bank=bank, bank_txn_id__in=txns).values_list(
        "bank_txn_id", "outcome", "instruction"
    )
    applied = ReturnFile.objects.filter(bank=bank, bank_file_no=file.file_no, outcome=ReturnOutcome.APPLIED)
    pending = LateReturn.objects.filter(batch=batch, state=ProposalState.PROPOSED).values_list("instruction", flat=True)
    return Sent(
        batch_number=batch.number,
        sent_on=batch.submitted_on or on,
        today=on,
        expected=expected,
        elsewhere=frozenset(map(str, elsewhere)),
        known_txns={(txn, outcome): key for txn, outcome, key in known},
        used_file_nos=frozenset([file.file_no] if file.file_no and applied.exists() else []),
        digest=lambda number: blind_index(number, column=ACCOUNT_NUMBER).hex(),
        late=late,
        pending=frozenset(pending),
    )


@dataclass(frozen=True)
class FaultyLine:
    """A line of a refused file: its number, its fields as they stand (masked), and what is wrong with it."""

    number: int
    fields: list[str]
    errors: list[dict[str, Any]]


def faulty_lines(file: ReturnFile) -> list[FaultyLine]:
    """What is wrong with a refused file, line by line, beside what stands there."""
    by_line: dict[int, list[dict[str, Any]]] = {}
    for error in file.errors:
        by_line.setdefault(error["line"], []).append(error)
    stands = as_it_stands(file.content(), file.format, set(by_line)) if by_line else {}
    return [FaultyLine(number, stands.get(number, []), errors) for number, errors in sorted(by_line.items())]


def closing_recorded(batch: Batch) -> dict[str, list[int]] | None:
    """The figures with which a batch was closed, as they were then: paid, elsewhere, open (count and fen); or None."""
    record = Record.objects.about(batch).filter(verb=Verb.CLOSE_BATCH).last()
    return record.payload if record else None


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

    With it goes what was owed anew for earlier months; a 价格临时补贴 has batches of its own. Money is not
    sent again to an account that a bank has refused and nobody has corrected.
    """
    of_now = Q(month=month) | Q(month__lte=month, kind=EntitlementKind.SUPPLEMENT)
    owed = Entitlement.objects.never_sent().exclude(kind=EntitlementKind.SUBSIDY)
    return owed.filter(of_now, Exists(_payable_account()))


def still_owed(household: Household, through: date) -> list[tuple[date, int]]:
    """The months up to one with what the family is owed of each and nobody has paid or is paying, in fen."""
    open_ = Entitlement.objects.unpaid().filter(household=household, month__lte=through)
    summed = open_.values("month").annotate(fen=Sum("amount_fen")).order_by("month")
    return [(row["month"], row["fen"]) for row in summed]


def drawable_subsidy(run: SubsidyRun) -> QuerySet[Entitlement]:
    """What is owed by a confirmed 价格临时补贴, was never sent, and has an account that can be paid."""
    return Entitlement.objects.never_sent().filter(Exists(_payable_account()), subsidy_run=run)


def _payable_account() -> QuerySet[BankAccount]:
    refused = refusals().filter(account__household=OuterRef("household"))
    # Heirs receive nothing for months after the death.
    owed = Q(owed_through=None) | Q(owed_through__gte=OuterRef("month"))
    here = BankAccount.objects.filter(household=OuterRef("household"), state=AccountState.APPROVED)
    return here.filter(~Exists(refused), owed)


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
