"""Posting to the ledger, always inside the act that moved the money."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from apps.payments.actions.funding import give_back
from apps.payments.enums import FundEvent, LedgerAccount, LedgerEvent
from apps.payments.models import LedgerEntry, LedgerTransaction, Settlement

_SIDES = {
    LedgerEvent.ENTITLED: (LedgerAccount.EXPENSE, LedgerAccount.PAYABLE),
    LedgerEvent.SUBMITTED: (LedgerAccount.PAYABLE, LedgerAccount.IN_TRANSIT),
    LedgerEvent.PAID: (LedgerAccount.IN_TRANSIT, LedgerAccount.CASH),
    LedgerEvent.FAILED: (LedgerAccount.IN_TRANSIT, LedgerAccount.PAYABLE),
    LedgerEvent.SUPPLEMENTED: (LedgerAccount.EXPENSE, LedgerAccount.PAYABLE),
    LedgerEvent.ANNULLED: (LedgerAccount.PAYABLE, LedgerAccount.EXPENSE),
    LedgerEvent.OVERPAID: (LedgerAccount.RECEIVABLE, LedgerAccount.EXPENSE),
    LedgerEvent.REPAID: (LedgerAccount.CASH, LedgerAccount.RECEIVABLE),
    LedgerEvent.OFFSET: (LedgerAccount.PAYABLE, LedgerAccount.RECEIVABLE),
    LedgerEvent.WRITTEN_OFF: (LedgerAccount.WRITTEN_OFF, LedgerAccount.RECEIVABLE),
    LedgerEvent.REVERSED: (LedgerAccount.CASH, LedgerAccount.PAYABLE),
    LedgerEvent.SUBSIDISED: (LedgerAccount.EXPENSE, LedgerAccount.PAYABLE),
}


def post(event: LedgerEvent, sums: Iterable[tuple[int, str, int]], *, on: date, **source: Any) -> None:
    """Post one event: ``sums`` are (township id, scheme, fen); ``source`` what is behind it: run, batch, file …"""
    debit, credit = _SIDES[event]
    positive = [row for row in sums if row[2]]
    if not positive:
        return
    if event in (LedgerEvent.FAILED, LedgerEvent.REVERSED):
        _free_funds(positive, on, **source)
    transaction = LedgerTransaction.objects.create(event=event, on=on, **source)
    entries = []
    for township, scheme, fen in positive:
        given = {"transaction": transaction, "township_id": township, "scheme": scheme}
        entries.append(LedgerEntry(account=debit, amount_fen=fen, **given))
        entries.append(LedgerEntry(account=credit, amount_fen=-fen, **given))
    LedgerEntry.objects.bulk_create(entries)


def _free_funds(sums: list[tuple[int, str, int]], on: date, **source: Any) -> None:
    """What the bank did not pay, or gave back, may be drawn again."""
    (behind,) = source.values()
    batch = behind.instruction.batch if isinstance(behind, Settlement) else behind.batch
    by_scheme: Counter[str] = Counter()
    for _, scheme, fen in sums:
        by_scheme[scheme] += fen
    give_back(batch, FundEvent.RETURNED, by_scheme, on=on)
