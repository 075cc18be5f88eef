"""Posting to the ledger, always inside the act that moved the money."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from apps.payments.enums import LedgerAccount, LedgerEvent
from apps.payments.models import LedgerEntry, LedgerTransaction

_SIDES = {
    LedgerEvent.ENTITLED: (LedgerAccount.EXPENSE, LedgerAccount.PAYABLE),
    LedgerEvent.SUBMITTED: (LedgerAccount.PAYABLE, LedgerAccount.IN_TRANSIT),
    LedgerEvent.PAID: (LedgerAccount.IN_TRANSIT, LedgerAccount.CASH),
    LedgerEvent.FAILED: (LedgerAccount.IN_TRANSIT, LedgerAccount.PAYABLE),
    LedgerEvent.REVERSED: (LedgerAccount.CASH, LedgerAccount.PAYABLE),
}


def post(event: LedgerEvent, sums: Iterable[tuple[int, str, int]], *, on: date, **source: Any) -> None:
    """Post one event: ``sums`` are (township id, scheme, fen); ``source`` what is behind it: run, batch, file …"""
    debit, credit = _SIDES[event]
    positive = [row for row in sums if row[2]]
    if not positive:
        return
    transaction = LedgerTransaction.objects.create(event=event, on=on, **source)
    entries = []
    for township, scheme, fen in positive:
        given = {"transaction": transaction, "township_id": township, "scheme": scheme}
        entries.append(LedgerEntry(account=debit, amount_fen=fen, **given))
        entries.append(LedgerEntry(account=credit, amount_fen=-fen, **given))
    LedgerEntry.objects.bulk_create(entries)
