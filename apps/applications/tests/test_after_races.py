"""Two at the same paper after a decision: one does it, the other is told."""

from typing import Any

import pytest

from apps.applications import actions
from apps.applications.models import Application, Complaint
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.applications.transitions import OPEN, ComplaintState
from apps.awards.enums import AwardState
from apps.awards.models import Award, Decision
from apps.awards.tests.test_races import at_once
from jiaohe_aid.testing.own import OwnDatabase

pytestmark = pytest.mark.integration


def codes(results: list[Any]) -> list[str]:
    """The refusals among the results."""
    return sorted(one for one in results if isinstance(one, str))


def test_each_paper_is_done_once(own_database: OwnDatabase) -> None:
    o = f.office(f.REVOKED_ON)
    told = f.refused(o)
    handed = at_once(*[lambda: after.delivered(o, told)] * 2)
    assert (codes(handed), told.deliveries.count()) == (["nothing_to_deliver"], 1)

    both = [after.complained(o, told), after.complained(o, told, text="另有房屋。")]
    again = at_once(*[lambda one=one: after.reopened(o, one) for one in both])
    assert codes(again) == ["case_open"]
    assert Application.objects.filter(follows=told, state__in=OPEN).count() == 1
    assert set(Complaint.objects.values_list("state", flat=True)) == {ComplaintState.OPEN, ComplaintState.REOPENED}

    case = f.confirmed(o, f.the_zhaos(o, name="钱甲"))
    proposed = at_once(*[lambda: after.doubted(o, case)] * 2)
    assert (codes(proposed), case.revocations.count()) == (["revocation_waits"], 1)
    paper = case.revocations.get()
    decided = at_once(
        *[lambda: actions.revoke(paper, acting_user=o.chief, on=f.REVOKED_ON)] * 2,
        lambda: actions.reject_revocation(paper, answer="无误。", acting_user=o.chief, on=f.REVOKED_ON),
    )
    assert codes(decided) == ["illegal_move", "illegal_move"]
    taken_back = Decision.objects.filter(kind="REVOKE").count()
    running = Award.objects.filter(state=AwardState.RUNNING).count()
    assert (taken_back, running) in {(1, 0), (0, 1)}

    posted = after.ending_posted(o, after.tekun(o))
    over = at_once(
        lambda: actions.confirm_ending(posted, acting_user=o.reviewer, on=after.ENDED),
        lambda: actions.drop_ending(posted, answer="不终止。", acting_user=o.reviewer, on=after.ENDED),
    )
    assert codes(over) == ["illegal_move"]
