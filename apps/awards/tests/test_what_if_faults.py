"""A rehearsal whose worker is killed in the middle comes to its end, with the figures of an undisturbed one."""

import time
from datetime import date
from typing import Any

import pytest

from apps.awards.actions import start_what_if
from apps.awards.enums import ChunkState, WhatIfState
from apps.awards.models import WhatIf
from apps.awards.rehearsal import rehearse_register
from apps.awards.tasks import dispatch_chunks
from apps.awards.tests import factories as f
from apps.awards.tests.register import seed
from apps.core.month import Month
from apps.eligibility.law import amended, law_in_force
from apps.eligibility.tests.builders_standards import value
from jiaohe_aid.testing.own import OwnDatabase

pytestmark = pytest.mark.integration
TODAY, MAY = date(2022, 4, 5), date(2022, 5, 1)
HOUSEHOLDS = 60


@pytest.fixture
def slow_and_small(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, chosen in {"FAULT_PAUSE_MS": 150, "CHUNK_REDISPATCH_SECONDS": 2}.items():
        setattr(settings, name, chosen)
        monkeypatch.setenv(name, str(chosen))
    settings.WHAT_IF_CHUNK_SIZE = 5


def test_a_killed_worker_costs_time_and_nothing_else(slow_and_small: None, own_database: OwnDatabase) -> None:
    f.office_date(TODAY)
    office = f.office()
    seed(office, HOUSEHOLDS)
    what_if = start_what_if([value("600")], start=MAY, month=MAY, acting_user=office.chief, on=TODAY)
    worker, killed, until = own_database.start_worker(), False, time.monotonic() + 90
    while what_if.state != WhatIfState.DONE:
        assert time.monotonic() < until, "the rehearsal did not end in time"
        dispatch_chunks()
        time.sleep(0.25)
        done = what_if.chunks.filter(state=ChunkState.DONE).count()
        if not killed and done >= 2:
            worker.kill()
            killed, worker = True, own_database.start_worker()
        what_if.refresh_from_db()
    assert killed
    law = law_in_force()
    undisturbed = rehearse_register(Month.of(MAY), law, amended(law, what_if.rows()))
    assert what_if.result == undisturbed.to_json()
    assert undisturbed.total().units == HOUSEHOLDS
    assert undisturbed.total().difference_fen == HOUSEHOLDS * 5_000
    assert WhatIf.objects.get().lines.count() == HOUSEHOLDS
