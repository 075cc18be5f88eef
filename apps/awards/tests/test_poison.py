"""Households that bring the calculation down, among thousands that do not (T09)."""

import random
from datetime import date
from typing import Any

import pytest
from django.db.models import Sum

from apps.awards.actions import confirm_month, open_month
from apps.awards.enums import Cause, ChunkState, RunState
from apps.awards.models import Award, MonthRun
from apps.awards.tests import factories as f
from apps.awards.tests.poison import KILLS, RAISES, SWELLS
from apps.awards.tests.register import seed
from apps.awards.tests.test_faults import APRIL, beats
from apps.core.refusal import Refused
from jiaohe_aid.testing.own import OwnDatabase

pytestmark = pytest.mark.integration
# Four tries instead of eight corner them as surely and sooner: Celery takes seconds to miss a process that died.
CAP, QUICK_CAP = 8, 4
PATIENCE = 250
CAUSES = {RAISES: Cause.DEFECT, KILLS: Cause.CRASH, SWELLS: Cause.DEFECT}


def poisoned(office: f.Office, kinds: list[int], chosen: random.Random) -> dict[int, int]:
    """Awards picked at random that bring the calculation down, each with how."""
    picked = chosen.sample(list(Award.objects.order_by("pk").values_list("pk", flat=True)), len(kinds))
    poison = dict(zip(picked, kinds, strict=True))
    with f.act(f.Verb.DECIDE_AWARD, acting_user=office.reviewer, on=date(2022, 3, 15)):
        for award in Award.objects.filter(pk__in=poison):
            award.terms = {**award.terms, "income": f"0.0{poison[award.pk]}"}
            award.save()
    return poison


def has_settled(run: MonthRun) -> bool:
    return not run.chunks.exclude(state=ChunkState.DONE).exists()


def everybody_else_is_paid(own: OwnDatabase, monkeypatch: Any, households: int, kinds: list[int], cap: int) -> str:
    """The month of a register in which some are poisonous; what was found."""
    monkeypatch.setenv("CHUNK_ATTEMPTS_CAP", str(cap))
    seed_of = random.randrange(10**6)
    f.office_date(APRIL)
    office = f.office()
    seed(office, households)
    poison = poisoned(office, kinds, random.Random(seed_of))
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    monkeypatch.setenv("FAULT_IMPORT", "apps.awards.tests.poison")
    workers = [own.start_worker() for _ in range(2)]
    for _ in beats(PATIENCE):
        if has_settled(run):
            break
    aside = {one.award_id: one for one in run.set_aside.all()}
    assert {pk: CAUSES[kind] for pk, kind in poison.items()} == {pk: one.cause for pk, one in aside.items()}, seed_of
    assert max(one.attempts for one in aside.values()) <= cap
    assert run.lines.count() == run.lines.values("award").distinct().count() == households - len(kinds)
    assert not run.lines.filter(award__in=poison).exists()
    assert run.lines.aggregate(fen=Sum("amount_fen")) == run.chunks.aggregate(fen=Sum("total_fen"))
    run.refresh_from_db()
    assert run.state == RunState.CALCULATING
    with pytest.raises(Refused, match=f"{len(kinds)} 户搁置"):
        confirm_month(run, acting_user=office.checker, on=APRIL)
    assert all(worker.process.poll() is None and worker.children() for worker in workers)
    tries = sorted(one.attempts for one in aside.values())
    return f"种子 {seed_of}：{households} 户中 {len(kinds)} 户有毒，试了 {tries} 次，其余全部核定"


def test_ten_poisonous_households_stand_aside_alone(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = [RAISES] * 5 + [KILLS] + [SWELLS] * 4
    said = everybody_else_is_paid(own_database, monkeypatch, 2_000, kinds, QUICK_CAP)
    with capsys.disabled():
        print(f"\nT09 {said}")  # noqa: T201


@pytest.mark.slow
def test_ten_poisonous_households_among_twenty_thousand(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = [RAISES] * 3 + [KILLS] * 4 + [SWELLS] * 3
    said = everybody_else_is_paid(own_database, monkeypatch, 20_000, kinds, CAP)
    with capsys.disabled():
        print(f"\nT09 {said}")  # noqa: T201
