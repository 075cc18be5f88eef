"""A month calculated again: the same to the letter on what was known then, listed differences on what is known now."""

import io
import json
import random
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.actions import calculate_chunk, confirm_month, finish_if_complete, open_month, seal_month, void_month
from apps.awards.enums import RunState
from apps.awards.models import Award, CalcLine, MonthRun
from apps.awards.recompute import as_known_now, as_known_then, compare, sealed
from apps.awards.tests import factories as f
from apps.awards.tests.register import seed

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2022, 3, 15), date(2022, 4, 5)


@pytest.fixture
def office() -> f.Office:
    f.office_date(APRIL)
    return f.office()


def calculated(office: f.Office) -> MonthRun:
    return f.calculate(open_month(APRIL, acting_user=office.maker, on=APRIL), on=APRIL)


def digest(run: MonthRun) -> str:
    return compare(sealed(run), iter(()), whole=True).before_sha256


def test_whatever_the_portions_and_their_order_the_result_is_the_same(
    office: f.Office, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """T20: chunk sizes 1, 7, 200 and 20,000, chunks and awards in any order."""
    number, system = random.randrange(10**6), User.objects.system()
    chosen, total = random.Random(number), seed(office, 60)
    f.granted(office, on=MARCH)
    found = set()
    for size in (1, 7, 200, 20_000):
        settings.CHUNK_SIZE = size
        run = open_month(APRIL, acting_user=office.maker, on=APRIL)
        chunks = list(run.chunks.all())
        for chunk in chosen.sample(chunks, len(chunks)):
            chosen.shuffle(chunk.award_ids)
            chunk.save(update_fields=["award_ids"])
            calculate_chunk(chunk.pk, acting_user=system, on=APRIL)
        finish_if_complete(run.pk, acting_user=system, on=APRIL)
        run.refresh_from_db()
        assert run.total_fen == total + 135_500
        found.add(digest(run))
        void_month(run, acting_user=office.chief, on=APRIL, reason="再来")
    with capsys.disabled():
        print(f"\nT20 种子 {number}：{found}")  # noqa: T201
    assert len(found) == 1


def test_on_what_was_known_then_nothing_differs(office: f.Office) -> None:
    f.granted(office, on=MARCH)
    f.granted(office, on=MARCH, members=(f.member("李老", date(1950, 1, 1), obligors=()),), income_fen=0)
    run = calculated(office)
    found = compare(sealed(run), as_known_then(run), whole=True)
    assert (found.is_same, found.before_units, found.before_fen) == (True, 2, 135_500 + 71_500)
    assert found.before_sha256 == found.after_sha256
    assert compare(sealed(run), as_known_now(run), whole=False).is_same


def test_terms_changed_behind_the_month_s_back_are_found(office: f.Office) -> None:
    award, _ = f.granted(office, on=MARCH), f.granted(office, on=MARCH)
    run = calculated(office)
    with f.act(f.Verb.DECIDE_AWARD, acting_user=office.reviewer, on=MARCH):
        Award.objects.filter(pk=award.pk).update(terms={**award.terms, "income": "9600.00"})
    found = compare(sealed(run), as_known_then(run), whole=True)
    (one,) = found.differences
    # 12 × 100 less a year: 100 more a month
    assert (one.award_id, one.before_fen, one.after_fen, one.difference_fen) == (award.pk, 135_500, 145_500, 10_000)
    assert found.before_sha256 != found.after_sha256


def test_what_is_known_now_is_listed_and_nothing_is_written(office: f.Office) -> None:
    gone, stays = f.granted(office, on=MARCH), f.granted(office, on=MARCH)
    run = calculated(office)
    confirm_month(run, acting_user=office.checker, on=APRIL)
    seal_month(run, acting_user=office.maker, on=APRIL)
    with f.act(f.Verb.RECORD_DEATH, acting_user=office.caseworker, on=APRIL):
        Award.objects.filter(pk=gone.pk).update(last_month=date(2022, 3, 1))
    before = list(CalcLine.objects.values())
    shown = Client()
    shown.force_login(office.chief)
    at = reverse("month-recompute", args=[run.pk])
    assert "逐字一致" in shown.get(at).content.decode()
    page = shown.get(at, {"basis": "NOW"}).content.decode()
    assert "1 户现在看应当不同" in page
    assert str(gone.uuid) in page
    assert str(stays.uuid) not in page
    assert list(CalcLine.objects.values()) == before
    assert MonthRun.objects.get().state == RunState.SEALED
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("recompute_month", "2022-04", "--now", stdout=out, stderr=io.StringIO())
    assert json.loads(out.getvalue())["before_fen"] == 135_500
    call_command("recompute_month", "2022-04", stdout=io.StringIO(), stderr=io.StringIO())


def test_a_unit_without_an_answer_now_is_listed_as_such_and_not_as_nothing_due(office: f.Office) -> None:
    unclear, stays = f.granted(office, on=MARCH), f.granted(office, on=MARCH)
    run = calculated(office)
    with f.act(f.Verb.DECIDE_AWARD, acting_user=office.reviewer, on=MARCH):
        Award.objects.filter(pk=unclear.pk).update(terms={})
    found = compare(sealed(run), as_known_now(run), whole=False)
    assert (found.different, found.uncalculable, found.is_same) == (0, 1, False)
    assert (found.before_fen, found.after_fen, found.after_units) == (2 * 135_500, 135_500, 1)
    (one,) = found.unanswered
    assert (one.award_id, one.before_fen, one.after_fen) == (unclear.pk, 135_500, None)
    assert "待遇资料不完整" in one.why_not
    desk = Client()
    desk.force_login(office.chief)
    shown = desk.get(reverse("month-recompute", args=[run.pk]), {"basis": "NOW"}).content.decode()
    for words in ("1 户现在算不出", "待遇资料不完整", str(unclear.uuid)):
        assert words in shown
    assert str(stays.uuid) not in shown
    out, told = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit):
        call_command("recompute_month", "2022-04", "--now", stdout=out, stderr=told)
    assert json.loads(out.getvalue())["after_fen"] is None
    assert "1 户算不出" in told.getvalue()


def test_a_month_given_up_is_compared_with_the_one_that_took_its_place(office: f.Office) -> None:
    award = f.granted(office, on=MARCH)
    first = calculated(office)
    void_month(first, acting_user=office.chief, on=APRIL, reason="重来")
    second = calculated(office)
    desk = Client()
    desk.force_login(office.checker)
    at = reverse("month-recompute", args=[second.pk])
    assert "每户都一样" in desk.get(at, {"basis": "GIVEN_UP"}).content.decode()
    void_month(second, acting_user=office.chief, on=APRIL, reason="再来")
    with f.act(f.Verb.DECIDE_AWARD, acting_user=office.reviewer, on=MARCH):
        Award.objects.filter(pk=award.pk).update(terms={**award.terms, "income": "9600.00"})
    third = calculated(office)
    page = desk.get(reverse("month-recompute", args=[third.pk]), {"basis": "GIVEN_UP"}).content.decode()
    assert "与作废的那一次相比，1 户不同" in page
