"""The ledger as it is read: turnover and balance of each account, and each day held against the bank's statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from apps.payments.enums import LedgerAccount
from apps.payments.models import BankStatement, LedgerEntry, LedgerTransaction

SHOWN_DAYS = 62
# The roads from a voucher to the batch it is about.
TO_BATCH = ("batch", "return_file__batch", "late_return__batch", "settlement__instruction__batch")


@dataclass(frozen=True)
class Balance:
    """One account's debits, credits (shown positive) and what remains of them."""

    account: str
    debit_fen: int
    credit_fen: int

    @property
    def label(self) -> str:
        """The account's name."""
        return str(LedgerAccount(self.account).label)

    @property
    def balance_fen(self) -> int:
        """Debits less credits."""
        return self.debit_fen - self.credit_fen


DEBIT = Sum("amount_fen", filter=Q(amount_fen__gt=0), default=0)
CREDIT = -Sum("amount_fen", filter=Q(amount_fen__lt=0), default=0)


def trial_balance(entries: QuerySet[LedgerEntry]) -> list[Balance]:
    """Debits and credits of every account among these entries, in the order of the accounts."""
    sums = entries.order_by().values("account").annotate(debit=DEBIT, credit=CREDIT)
    found = {row["account"]: Balance(row["account"], row["debit"], row["credit"]) for row in sums}
    return [found[account] for account in LedgerAccount.values if account in found]


def totals(balances: Iterable[Balance]) -> Balance:
    """All debits and all credits: equal over whole vouchers, or the ledger is wrong."""
    rows = list(balances)
    return Balance("", sum(row.debit_fen for row in rows), sum(row.credit_fen for row in rows))


def vouchers(rows: QuerySet[LedgerTransaction], chosen: dict[str, Any]) -> QuerySet[LedgerTransaction]:
    """Those of some days, an event, a month (its calculation and its batches), a batch (to what came back late)."""
    fields = {"since": "on__gte", "until": "on__lte", "event": "event"}
    rows = rows.filter(**{path: chosen[name] for name, path in fields.items() if chosen.get(name)})
    if month := chosen.get("month"):
        rows = rows.filter(Q(run__month=month) | _any_batch("__month", month))
    if batch := chosen.get("batch"):
        rows = rows.filter(_any_batch("", batch))
    return rows


def side_of(chosen: dict[str, Any], prefix: str = "") -> Q:
    """Of vouchers the entries of one account, one township."""
    return Q(**{f"{prefix}{name}": chosen[name] for name in ("account", "township") if chosen.get(name)})


def entries_of(rows: QuerySet[LedgerTransaction], chosen: dict[str, Any]) -> QuerySet[LedgerEntry]:
    """The entries of these vouchers on the chosen side."""
    return LedgerEntry.objects.filter(side_of(chosen), transaction__in=rows.order_by().values("pk"))


def _any_batch(field: str, value: object) -> Q:
    found = Q()
    for road in TO_BATCH:
        found |= Q(**{f"{road}{field}": value})
    return found


@dataclass(frozen=True)
class Day:
    """One day of the paying account: what the ledger moved, and what the bank says (None: not entered yet)."""

    day: date
    ledger_fen: int
    statement: BankStatement | None

    @property
    def difference_fen(self) -> int | None:
        """The bank's figure less the ledger's."""
        one = self.statement
        return None if one is None else one.paid_out_fen - one.paid_in_fen - self.ledger_fen

    @property
    def stage(self) -> tuple[str, str]:
        """Tone and words of how far the day is."""
        if self.statement is None:
            return "warn", "待登记"
        if self.statement.checked_by_id is None:
            return "info", "待复核"
        return ("bad", "不相符") if self.difference_fen else ("good", "相符")


def days(statements: QuerySet[BankStatement], rows: QuerySet[LedgerTransaction]) -> list[Day]:
    """The newest days on which the paying account moved or the bank reported something."""
    moved = (
        entries_of(rows, {"account": LedgerAccount.CASH}).order_by("-transaction__on").values_list("transaction__on")
    )
    ledger = {day: -fen for day, fen in moved.annotate(fen=Sum("amount_fen"))[:SHOWN_DAYS]}
    told = {one.day: one for one in statements.select_related("entered_by", "checked_by").order_by("-day")[:SHOWN_DAYS]}
    wanted = sorted({*ledger, *told}, reverse=True)[:SHOWN_DAYS]
    return [Day(day, ledger.get(day, 0), told.get(day)) for day in wanted]
