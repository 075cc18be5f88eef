"""How long decisions took: counted by hand in working days, pauses taken out, only one's own townships."""

from datetime import date

import pytest

from apps.accounts.models import Scope
from apps.applications import actions
from apps.applications.enums import PauseReason
from apps.applications.tests import factories as f
from apps.applications.timeliness import Timeliness, timeliness
from apps.core.month import Month

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = Month(2024, 5), Month(2024, 6), Month(2024, 7)
EVERYWHERE = Scope(whole_county=True, township_ids=())


def test_share_within_the_law_and_median() -> None:
    o = f.office()
    # Accepted 21 May, decided 29 May: 22, 23, 24, 27, 28, 29.
    f.confirmed(o, f.the_zhaos(o, name="赵甲"))
    f.refused(o, f.the_zhaos(o, name="钱乙"))
    # Decided on 10 July, five days after the thirtieth on 3 July: thirty-five.
    late = f.publicised(o, f.the_zhaos(o, name="孙丙"))
    day = date(2024, 7, 10)
    actions.confirm(late, seen=f.seen_by_reviewer(late, day), acting_user=o.reviewer, on=day)
    # The same, but the clock stood 3–14 June, nine working days (10 June is 端午): twenty-six, and in time.
    paused = f.publicised(o, f.the_zhaos(o, name="李丁"))
    by = {"acting_user": o.caseworker}
    actions.pause_clock(paused, reason=PauseReason.CHECK, text="", on=date(2024, 6, 3), **by)
    actions.resume_clock(paused, on=date(2024, 6, 15), **by)
    actions.confirm(paused, seen=f.seen_by_reviewer(paused, day), acting_user=o.reviewer, on=day)

    assert timeliness(MAY, MAY, EVERYWHERE) == [Timeliness("DIBAO", 2, 2, 6)]
    assert timeliness(JUNE, JUNE, EVERYWHERE) == []
    assert timeliness(JULY, JULY, EVERYWHERE) == [Timeliness("DIBAO", 2, 1, 26)]
    assert timeliness(MAY, JULY, EVERYWHERE) == [Timeliness("DIBAO", 4, 3, 6)]
    assert timeliness(MAY, JULY, Scope(whole_county=False, township_ids=(o.other_town.pk,))) == []
