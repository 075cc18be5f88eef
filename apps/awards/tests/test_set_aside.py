"""A unit without an answer stands aside by itself: the others go on, and nobody confirms over it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Posting, User
from apps.awards import calculation
from apps.awards.actions import (
    calculate_chunk,
    confirm_month,
    exclude_unit,
    finish_if_complete,
    open_month,
    retry_units,
    void_month,
)
from apps.awards.enums import AsideState, Cause, ChunkState, RunState
from apps.awards.models import Award, CalcLine, Chunk, MonthRun, SetAside
from apps.awards.portions import size_after
from apps.awards.progress import progress_of
from apps.awards.tests import factories as f
from apps.core.refusal import Refused

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2022, 3, 15), date(2022, 4, 5)
AMOUNT = 135_500


@pytest.fixture
def office() -> f.Office:
    f.office_date(APRIL)
    return f.office()


def broken(office: f.Office, award: Award, **terms: Any) -> Award:
    """Terms that nobody can read."""
    with f.act(f.Verb.DECIDE_AWARD, acting_user=office.reviewer, on=MARCH):
        award.terms = {**award.terms, **(terms or {"people": None})}
        award.save()
    return award


def three_of_which_one_is_broken(office: f.Office) -> tuple[MonthRun, Award]:
    awards = [f.granted(office, on=MARCH) for _ in range(3)]
    bad = broken(office, awards[1])
    return f.calculate(open_month(APRIL, acting_user=office.maker, on=APRIL), on=APRIL), bad


def page(user: User, name: str, *args: Any, **query: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args), query).content.decode()


def test_one_without_an_answer_leaves_the_others_of_its_portion_alone(office: f.Office) -> None:
    run, bad = three_of_which_one_is_broken(office)
    aside = run.set_aside.get()
    assert (aside.award, aside.cause, aside.state, aside.attempts) == (bad, Cause.FACTS, AsideState.OPEN, 1)
    assert "待遇资料不完整" in aside.reason
    assert (run.state, run.lines.count(), run.chunks.get().state) == (RunState.CALCULATING, 2, ChunkState.DONE)
    with pytest.raises(Refused) as refused:
        confirm_month(run, acting_user=office.checker, on=APRIL)
    assert (refused.value.code, "1 户" in refused.value.message) == ("units_set_aside", True)


def test_mended_and_tried_again_the_month_is_whole(office: f.Office) -> None:
    run, bad = three_of_which_one_is_broken(office)
    retry_units(run, acting_user=office.maker, on=APRIL)
    run = f.calculate(run, on=APRIL)
    assert (run.set_aside.get().state, run.state) == (AsideState.OPEN, RunState.CALCULATING)  # still not readable
    broken(office, bad, people=Award.objects.exclude(pk=bad.pk).first().terms["people"])
    retry_units(run, units=run.set_aside.all(), acting_user=office.maker, on=APRIL)
    with pytest.raises(Refused, match="没有等待"):
        retry_units(run, acting_user=office.maker, on=APRIL)
    run = f.calculate(run, on=APRIL)
    assert (run.set_aside.get().state, run.state, run.total_fen) == (
        AsideState.CLEARED,
        RunState.CALCULATED,
        3 * AMOUNT,
    )
    assert confirm_month(run, acting_user=office.checker, on=APRIL).state == RunState.CONFIRMED


def test_left_out_with_a_ground_by_another_than_who_began(office: f.Office) -> None:
    run, bad = three_of_which_one_is_broken(office)
    aside = run.set_aside.get()
    with pytest.raises(Refused, match="岗位"):
        exclude_unit(aside, ground="先不发", acting_user=office.maker, on=APRIL)
    with pytest.raises(Refused, match="理由"):
        exclude_unit(aside, ground=" ", acting_user=office.checker, on=APRIL)
    with f.act(f.Verb.APPOINT, acting_user=User.objects.system(), on=APRIL):
        Posting.objects.create(user=office.maker, area=office.county, role="BUREAU_CHIEF", since=APRIL)
    with pytest.raises(Refused) as refused:
        exclude_unit(aside, ground="先不发", acting_user=User.objects.get(pk=office.maker.pk), on=APRIL)
    assert refused.value.code == "own_work"
    exclude_unit(aside, ground="资料更正后补发", acting_user=office.checker, on=APRIL)
    run = f.calculate(run, on=APRIL)
    # 3 in the snapshot = 2 lines + 1 left out
    assert (run.units, run.lines.count(), run.set_aside.excluded().count()) == (3, 2, 1)
    assert (run.state, run.total_fen) == (RunState.CALCULATED, 2 * AMOUNT)
    assert confirm_month(run, acting_user=office.chief, on=APRIL).state == RunState.CONFIRMED
    assert not CalcLine.objects.filter(award=bad).exists()


def test_a_defect_of_the_rules_is_the_trouble_of_one_unit(office: f.Office, monkeypatch: pytest.MonkeyPatch) -> None:
    awards = [f.granted(office, on=MARCH) for _ in range(3)]
    right = calculation.amount_due

    def wrong(facts: Any, *rest: Any) -> Any:
        if facts.refs == calculation.facts_of(awards[0].terms).refs:
            raise ZeroDivisionError
        return right(facts, *rest)

    monkeypatch.setattr(calculation, "amount_due", wrong)
    run = f.calculate(open_month(APRIL, acting_user=office.maker, on=APRIL), on=APRIL)
    aside = run.set_aside.get()
    assert (aside.award, aside.cause, run.lines.count()) == (awards[0], Cause.DEFECT, 2)
    assert "ZeroDivisionError" in aside.reason


@pytest.mark.parametrize(
    ("size", "pieces"), [(200, [35, 6, 1]), (20_000, [737, 28, 1]), (7, [4, 2, 1]), (2, [2, 2, 1])]
)
def test_pieces_shrink_to_one_before_the_tries_are_over(size: int, pieces: list[int]) -> None:
    found, tried = [], 2
    while tried < 8:
        size = size_after(size, tried=tried, cap=8)
        found.append(size)
        tried += 2
    assert found == pieces


def killed(chunk: Chunk) -> None:
    """An attempt that began and never ended, as a killed worker leaves it."""
    Chunk.objects.filter(pk=chunk.pk).update(attempts=chunk.attempts + 1)


def test_what_kills_its_worker_is_cornered_within_eight_tries(office: f.Office, settings: Any) -> None:
    settings.CHUNK_SIZE = 9
    awards = [f.granted(office, on=MARCH) for _ in range(9)]
    poison, system = awards[4], User.objects.system()
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    for _ in range(40):
        chunk = run.chunks.filter(state=ChunkState.PENDING).order_by("pk").first()
        if chunk is None:
            break
        may_be_tried = chunk.tried < 8 and not (chunk.attempts >= 2 and len(chunk.award_ids) > 1)
        if may_be_tried and poison.pk in chunk.award_ids:
            killed(chunk)
        else:
            calculate_chunk(chunk.pk, acting_user=system, on=APRIL)
    aside = run.set_aside.get()
    assert (aside.award, aside.cause, aside.attempts) == (poison, Cause.CRASH, 8)
    assert "试了 8 次" in aside.reason
    assert sorted(run.lines.values_list("award_id", flat=True)) == [a.pk for a in awards if a != poison]
    assert Chunk.objects.claim_due(datetime.now(UTC), limit=9) == []
    assert not finish_if_complete(run.pk, acting_user=system, on=APRIL)
    exclude_unit(aside, ground="查明后补发", acting_user=office.checker, on=APRIL)
    assert finish_if_complete(run.pk, acting_user=system, on=APRIL)
    run.refresh_from_db()
    assert run.total_fen == 8 * AMOUNT


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_database_keeps_it_too(office: f.Office) -> None:
    run, _ = three_of_which_one_is_broken(office)
    aside = run.set_aside.get()

    def refused(match: str, statement: str, *values: Any) -> None:
        with pytest.raises(DatabaseError, match=match), f.act(f.Verb.CONFIRM_MONTH, acting_user=office.chief, on=APRIL):
            sql(statement, *values)

    refused("still set aside", "UPDATE awards_monthrun SET state = 'CALCULATED', total_fen = 0")
    refused("excluded_says_by_whom", "UPDATE awards_setaside SET state = 'EXCLUDED'")
    by_whom = (
        "UPDATE awards_setaside SET state = 'EXCLUDED', ground = 'x', excluded_on = '2022-04-05', excluded_by_id = %s"
    )
    refused("excluded_by_another", by_whom, office.maker.pk)
    refused("stays as it was", "UPDATE awards_setaside SET begun_by_id = %s", office.checker.pk)
    refused(
        "cannot move", "UPDATE awards_setaside SET state = 'CLEARED'; UPDATE awards_setaside SET state = 'RETRYING'"
    )
    with pytest.raises(DatabaseError, match="without a declared act"), transaction.atomic():
        sql(by_whom, office.checker.pk)
    exclude_unit(aside, ground="补发", acting_user=office.checker, on=APRIL)
    run = f.calculate(run, on=APRIL)
    confirm_month(run, acting_user=office.checker, on=APRIL)
    refused("stays as it was confirmed", "UPDATE awards_setaside SET reason = 'x'")
    again = (
        "INSERT INTO awards_setaside (run_id, award_id, begun_by_id, cause, reason, attempts, state, ground) SELECT "
    )
    refused(
        "stays as it was confirmed",
        again + "run_id, award_id, begun_by_id, cause, 'x', 0, 'OPEN', '' FROM awards_setaside",
    )


def test_a_voided_month_takes_everybody_in_again(office: f.Office) -> None:
    run, bad = three_of_which_one_is_broken(office)
    exclude_unit(run.set_aside.get(), ground="补发", acting_user=office.checker, on=APRIL)
    void_month(run, acting_user=office.chief, on=APRIL, reason="重来")
    broken(office, bad, people=Award.objects.exclude(pk=bad.pk).first().terms["people"])
    again = f.calculate(open_month(APRIL, acting_user=office.maker, on=APRIL), on=APRIL)
    assert (again.lines.count(), again.set_aside.count()) == (3, 0)


def test_the_list_says_who_where_why_and_what_to_do(office: f.Office) -> None:
    run, _ = three_of_which_one_is_broken(office)
    for shown in (page(office.maker, "month-detail", run.pk), page(office.auditor, "month-set-aside", run.pk)):
        for said in ("赵一", "新站镇", "待遇资料不完整", "请系统管理员修复这份待遇的资料"):
            assert said in shown
    assert "没有搁置的户" in page(office.auditor, "month-set-aside", run.pk, cause="CRASH")
    assert "没有搁置的户" in page(office.auditor, "month-set-aside", run.pk, township=str(office.other_town.pk))
    assert "搁置 1 户" in page(office.checker, "month-list")
    assert "月度核定搁置户" in page(office.maker, "worklist")
    assert "搁置、留核待决定" in page(office.chief, "worklist")
    aside = run.set_aside.get()
    maker, checker = Client(), Client()
    maker.force_login(office.maker)
    checker.force_login(office.checker)
    maker.post(reverse("month-retry", args=[run.pk]))
    aside.refresh_from_db()
    assert aside.state == AsideState.RETRYING
    f.calculate(run, on=APRIL)
    answer = checker.post(reverse("unit-exclude", args=[aside.pk]), {"ground": "更正后补发"}, follow=True)
    assert "已不列入本月" in answer.content.decode()
    f.calculate(run, on=APRIL)
    assert "更正后补发" in page(office.auditor, "month-set-aside", run.pk, state="EXCLUDED")
    assert "确认 2 户" in page(office.checker, "month-detail", run.pk)


def test_progress_counts_units_and_tells_of_silence(office: f.Office, settings: Any) -> None:
    settings.CHUNK_SIZE = 2
    run, _ = three_of_which_one_is_broken(office)
    for _ in range(4):
        f.granted(office, on=MARCH)
    void_month(run, acting_user=office.chief, on=APRIL, reason="再来")
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    first, second, *_ = run.chunks.order_by("number")
    calculate_chunk(first.pk, acting_user=User.objects.system(), on=APRIL)
    now = datetime.now(UTC)
    second.begun_at, second.attempts = now, 1
    second.save()
    found = progress_of(run, now)
    assert (found.total, found.done, found.aside, found.working, found.waiting, found.silent) == (7, 1, 1, 2, 3, None)
    later = progress_of(run, now + timedelta(minutes=10))
    assert (later.working, later.waiting, later.silent_minutes) == (0, 5, 10)
    run = f.calculate(run, on=APRIL)
    assert [words for _, words in progress_of(run, now).told()] == ["已核定 6 户", "搁置待处理 1 户"]
    assert not progress_of(run, now).is_moving
    assert SetAside.objects.blocking().filter(run=run).count() == 1
