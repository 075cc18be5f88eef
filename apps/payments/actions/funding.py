"""Money set aside for a batch and given back, always inside the act that says so."""

from collections.abc import Mapping
from datetime import date

from django.db import connection
from django.db.models import Sum

from apps.payments.enums import FundEvent
from apps.payments.funds import refuse_short, wanted_by
from apps.payments.models import Batch, FundEntry
from apps.payments.models.fund import FUNDS_LOCK


def lock_funds() -> None:
    """Whoever reaches for money does so one after the other; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FUNDS_LOCK])


def reserve(batch: Batch, *, on: date) -> None:
    """Set the batch's money aside; part of its approval. Refused("funds_short")."""
    lock_funds()
    wanted = wanted_by(batch)
    refuse_short(wanted)
    _enter(batch, FundEvent.RESERVED, wanted, on)


def give_back(batch: Batch, event: FundEvent, sums: Mapping[str, int], *, on: date) -> None:
    """Give money back that a batch does not pay out after all; part of the act that says so."""
    _enter(batch, event, {scheme: -fen for scheme, fen in sums.items() if fen}, on)


def release_all(batch: Batch, *, on: date) -> None:
    """Give back all that is set aside for a batch, when it is sent back or cancelled."""
    held = dict(batch.fund_entries.values_list("scheme").annotate(fen=Sum("amount_fen")))
    give_back(batch, FundEvent.RELEASED, held, on=on)


def _enter(batch: Batch, event: FundEvent, sums: Mapping[str, int], on: date) -> None:
    rows = [FundEntry(batch=batch, event=event, scheme=s, amount_fen=fen, on=on) for s, fen in sorted(sums.items())]
    FundEntry.objects.bulk_create(rows)
