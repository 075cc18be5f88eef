"""What the sweep finds of 价格临时补贴: an index that waits or counts, what it owes, waiting or confirmed."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from apps.applications.tests import factories as f
from apps.office.tests.sweep_scene import Scene, Subject
from apps.payments import actions as money
from apps.payments.enums import BatchState
from apps.payments.models import Batch, PriceIndex, SubsidyRun


@cache
def index(*, approved: bool = False) -> Subject:
    """May's prices, published on pay day; the food's rise starts the linkage."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        one = PriceIndex.objects.first() or _proposed(s)
        if approved and one.waits:
            money.approve_proposal(one, acting_user=s.o.checker, on=f.PAY_DAY)
        return {"pk": one.pk}

    return found


def _proposed(s: Scene) -> PriceIndex:
    told = {"month": date(2024, 5, 1), "cpi": Decimal("2.1"), "food": Decimal("6.5"), "document": "吉调字〔2024〕6号"}
    told |= {"document_on": f.PAY_DAY, "published_on": f.PAY_DAY, "on": f.PAY_DAY}
    return money.propose_price_index(**told, acting_user=s.o.chief)


def listed(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: the same."""
    index()(s, side)
    return {}


@cache
def run(*, confirmed: bool = False) -> Subject:
    """What June's roll is owed for it."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        one = SubsidyRun.objects.first() or _started(s, side)
        if confirmed and one.waits:
            money.confirm_subsidy(one, acting_user=s.o.checker, on=f.PAY_DAY)
        return {"pk": one.pk}

    return found


def _started(s: Scene, side: str) -> SubsidyRun:
    if not Batch.objects.exists():
        f.batch_at(s.o, BatchState.DRAFT)
    published = PriceIndex.objects.get(**index(approved=True)(s, side))
    return money.start_subsidy(published, acting_user=s.o.maker, on=f.PAY_DAY)
