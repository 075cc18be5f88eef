"""A month's price subsidy at the same moment by several people: worked out, owed and drawn once."""

from typing import Any

from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.payments import actions
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Entitlement, PriceIndex, SubsidyLine, SubsidyRun
from apps.payments.tests import course
from apps.payments.tests.test_at_once import at_once, fresh
from apps.payments.tests.test_subsidies import DECIDED, PUBLISHED, THREE, published


def test_everything_is_done_once(own_database: Any) -> None:
    office = f.office()
    course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    published(office)

    def start() -> SubsidyRun:
        return actions.start_subsidy(PriceIndex.objects.get(), acting_user=fresh(office.maker), on=PUBLISHED)

    won, told = at_once(start, start)
    assert (len(won), told) == (1, ["already_there"])
    won, told = at_once(
        *(
            lambda user=user: actions.confirm_subsidy(SubsidyRun.objects.get(), acting_user=fresh(user), on=PUBLISHED)
            for user in (office.checker, office.chief)
        )
    )
    assert (len(won), told) == (1, ["illegal_move"])
    assert (SubsidyLine.objects.count(), Entitlement.objects.get(scheme="PRICE_SUBSIDY").amount_fen) == (3, THREE)

    def draw() -> Batch:
        return actions.draw_subsidy(SubsidyRun.objects.get(), acting_user=fresh(office.maker), on=PUBLISHED)

    won, told = at_once(draw, draw)
    assert (len(won), told) == (1, ["nothing_to_draw"])
    assert Batch.objects.filter(purpose="SUBSIDY").count() == 1
    assert broken_invariants() == []
