"""Two at once: one wins, the other is told; two workers at one portion do it once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.awards.actions import calculate_chunk, confirm_month, finish_if_complete, open_month
from apps.awards.enums import RunState
from apps.awards.models import MonthRun
from apps.awards.tests import factories as f
from apps.core.refusal import Refused
from jiaohe_aid.testing.own import OwnDatabase

MARCH, APRIL = date(2022, 3, 15), date(2022, 4, 5)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Start all deeds together, each in a thread with a connection of its own; results, or the codes of refusals."""
    gate = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            gate.wait(10)
            return deed()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


@pytest.mark.integration
def test_two_at_the_same_month(own_database: OwnDatabase) -> None:
    f.office_date(APRIL)
    office, system = f.office(), User.objects.system()
    f.granted(office, on=MARCH)

    opened = at_once(*[lambda: open_month(APRIL, acting_user=office.maker, on=APRIL)] * 3)
    assert sorted(map(str, opened)) == ["2022年4月", "month_already_open", "month_already_open"]
    run = MonthRun.objects.get()

    chunk_id = run.chunks.get().pk
    worked = at_once(*[lambda: calculate_chunk(chunk_id, acting_user=system, on=APRIL)] * 3)
    assert sorted(worked) == [False, False, True]
    finished = at_once(*[lambda: finish_if_complete(run.pk, acting_user=system, on=APRIL)] * 3)
    assert sorted(finished) == [False, False, True]
    assert run.lines.count() == 1

    both = (office.checker, office.chief)
    confirmed = at_once(*[lambda who=who: confirm_month(run, acting_user=who, on=APRIL) for who in both])
    assert sorted(map(str, confirmed)) == ["2022年4月", "illegal_move"]
    run.refresh_from_db()
    assert (run.state, run.confirmed_by in both) == (RunState.CONFIRMED, True)


@pytest.mark.integration
def test_two_decisions_on_one_family(own_database: OwnDatabase) -> None:
    f.office_date(APRIL)
    office = f.office()
    household = f.on_file(office, f.family(), on=MARCH)
    at_once(*[lambda: f.decide_on(office, household, on=MARCH)] * 2)
    assert household.decisions.count() == 2
    assert household.awards.ever_due().count() == 1
    assert household.awards.ever_due().get().members.count() == 3
