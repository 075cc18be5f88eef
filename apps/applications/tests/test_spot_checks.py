"""抽查: drawn so that an auditor draws the same cases, and a decision waits for what was found."""

import hashlib
import math
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.models import Application, Applied, SpotCheck, SpotCheckDraw
from apps.applications.sampling import drawn, in_order
from apps.applications.tests import factories as f
from apps.applications.tests.test_actions import refused
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from jiaohe_aid.testing.own import OwnDatabase

NUMBERS = [f"220281100240000{n:02d}" for n in range(1, 11)]
CASE_NUMBERS = st.sets(st.integers(10**16, 10**17 - 1).map(str), min_size=1, max_size=40)


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office(f.DECIDED)


def test_the_draw_is_the_order_of_a_published_hash() -> None:
    by_hand = sorted(NUMBERS, key=lambda n: hashlib.sha256(f"2024{n}".encode()).hexdigest())
    assert in_order("2024", NUMBERS) == by_hand
    # 10 件的 30% 是 3 件
    assert drawn("2024", NUMBERS, always=()) == by_hand[:3]
    last = by_hand[-1]
    assert drawn("2024", NUMBERS, always=[last]) == [*by_hand[:3], last]
    # 1 件也抽 1 件；4 件抽 2 件（1.2 进一）
    assert len(drawn("x", NUMBERS[:1], always=())) == 1
    assert len(drawn("x", NUMBERS[:4], always=())) == 2


@given(st.integers(0, 10**9).map(str), CASE_NUMBERS, st.integers(30, 100))
def test_at_least_the_share_whatever_the_seed_and_the_order_of_the_cases(seed: str, numbers: set, percent: int) -> None:
    sample = drawn(seed, numbers, always=(), percent=percent)
    assert len(sample) == math.ceil(len(numbers) * percent / 100)
    assert sample == drawn(seed, sorted(numbers, reverse=True), always=(), percent=percent)


def waiting(o: f.Office, names: str) -> list[Application]:
    return [f.publicised(o, f.the_zhaos(o, name=name)) for name in names]


def test_an_auditor_draws_the_same_sample_from_the_record(o: f.Office) -> None:
    cases = waiting(o, "甲乙丙丁")
    f.plain(cases[3], near_relative=True)
    actions.draw_spot_check(seed="蛟河", acting_user=o.chief, on=f.DECIDED)
    record = SpotCheckDraw.objects.get()
    assert record.numbers == in_order("蛟河", [case.number for case in cases])
    assert record.sample == drawn(record.seed, record.numbers, always=record.always, percent=record.percent)
    assert cases[3].number in record.sample
    assert set(SpotCheck.objects.filter(sampled=True).values_list("application__number", flat=True)) == set(
        record.sample
    )


def test_the_seed_is_nobody_s_choice_and_the_record_is_never_changed(o: f.Office) -> None:
    (case,) = waiting(o, "甲")
    draw = actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED)
    assert len(draw.seed) == 32
    for statement in ("UPDATE applications_spotcheckdraw SET seed = 'x'", "DELETE FROM applications_spotcheckdraw"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    refused(lambda: actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED), "nothing_to_draw")
    (later,) = waiting(o, "乙")
    assert actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED).numbers == [later.number]
    assert case.spot_checks.count() == 1


def test_only_cases_before_the_bureau_are_drawn(o: f.Office) -> None:
    (case,) = waiting(o, "甲")
    refused(lambda: actions.draw_spot_check(acting_user=o.chief, on=f.ENDS), "nothing_to_draw")
    f.plain(case)
    f.delegated(o)
    refused(lambda: actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED), "nothing_to_draw")
    (up,) = waiting(o.elsewhere(), "乙")
    assert actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED).numbers == [up.number]
    refused(lambda: actions.draw_spot_check(percent=29, acting_user=o.chief, on=f.DECIDED), "percent")


def test_a_case_objected_to_after_the_draw_is_drawn_for_sure(o: f.Office) -> None:
    cases = waiting(o, "甲乙")
    draw = actions.draw_spot_check(seed="蛟河", acting_user=o.chief, on=f.DECIDED)
    (spared,) = [case for case in cases if case.number not in draw.sample]
    f.objected(o, spared, on=f.DECIDED)
    assert actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED).sample == [spared.number]


def test_a_sampled_case_waits_and_one_that_was_spared_does_not(o: f.Office) -> None:
    cases = waiting(o, "甲乙")
    draw = actions.draw_spot_check(seed="蛟河", acting_user=o.chief, on=f.DECIDED)
    for case in cases:
        seen: dict[str, Any] = {"seen": f.seen_by_reviewer(case), "acting_user": o.reviewer, "on": f.DECIDED}
        if case.number in draw.sample:
            refused(lambda case=case, seen=seen: actions.confirm(case, **seen), "spot_check_waits")
        else:
            assert actions.confirm(case, **seen).state == State.CONFIRMED


def test_a_tekun_case_takes_part_in_a_draw_first(o: f.Office) -> None:
    (case,) = waiting(o, "甲")
    with act(Verb.SUBMIT, acting_user=o.caseworker, on=f.POSTED):
        Application.objects.filter(pk=case.pk).update(scheme=Applied.TEKUN)
    seen = f.seen_by_reviewer(case)
    refused(lambda: actions.confirm(case, seen=seen, acting_user=o.reviewer, on=f.DECIDED), "not_drawn")


def test_what_was_found_is_whole_and_by_somebody_else(o: f.Office) -> None:
    waiting(o, "甲")
    actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED)
    check = SpotCheck.objects.get()
    told: dict[str, Any] = {"visited_on": f.DECIDED, "agrees": True, "findings": "看过。", "on": f.DECIDED}
    record = actions.record_spot_check
    refused(lambda: record(check, **(told | {"findings": " "}), acting_user=o.reviewer), "reason_needed")
    early = told | {"visited_on": f.DECIDED - timedelta(days=1)}
    refused(lambda: record(check, **early, acting_user=o.reviewer), "visit_date")
    for who in (o.chief, o.caseworker, o.auditor):
        refused(lambda who=who: record(check, **told, acting_user=who), "not_permitted")
    declared = act(Verb.RECORD_SPOT_CHECK, acting_user=o.reviewer, on=f.DECIDED)
    with pytest.raises(DatabaseError, match="spot_check_result_is_whole"), transaction.atomic(), declared:
        SpotCheck.objects.update(agrees=True)


def test_the_page_proves_itself_and_leads_to_the_result(o: f.Office) -> None:
    waiting(o, "甲")
    client = Client()
    client.force_login(User.objects.get(pk=o.chief.pk), backend="django.contrib.auth.backends.ModelBackend")
    assert "从 1 件中抽取" in client.get("/spot-checks/").content.decode()
    page = client.post("/spot-checks/draw/", {"percent": "30"}, follow=True).content.decode()
    draw = SpotCheckDraw.objects.get()
    for words in ("可复核：重新抽取结果相同", draw.seed, draw.sample[0], "SHA-256"):
        assert words in page
    with act(Verb.DRAW_SPOT_CHECK, acting_user=o.chief, on=f.DECIDED):
        told = {"drawn_on": f.DECIDED, "drawn_by": o.chief, "seed": "x", "percent": 30, "always": [], "sample": []}
        forged = SpotCheckDraw.objects.create(**told, numbers=draw.numbers)
        SpotCheck.objects.create(draw=forged, application=Application.objects.get(), sampled=False)
    assert "复核不一致" in client.get(forged.get_absolute_url()).content.decode()


def test_the_draw_and_the_visit_wait_on_the_first_page_and_the_case_leads_there(o: f.Office) -> None:
    case, spared = waiting(o, "甲乙")

    def tasks(user: User) -> dict[str, str]:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return {task.label: task.value for task in client.get("/").context["money_tasks"]}

    assert tasks(o.chief)["等待抽取的案件"] == "2 件"
    assert "抽中待登记结果" not in tasks(o.reviewer)
    draw = actions.draw_spot_check(percent=30, acting_user=o.chief, on=f.DECIDED)
    assert "等待抽取的案件" not in tasks(o.chief)
    # 2 件的 30% 进一是 1 件
    assert tasks(o.reviewer)["抽中待登记结果"] == "1 件"
    drawn_one = draw.cases.get(sampled=True)
    client = Client()
    client.force_login(o.reviewer, backend="django.contrib.auth.backends.ModelBackend")
    there = f"/spot-checks/cases/{drawn_one.pk}/"
    # At the head of the page and at the papers; once recorded, at the papers only.
    assert client.get(drawn_one.application.get_absolute_url()).content.decode().count(there) == 2
    other = spared if drawn_one.application_id == case.pk else case
    assert "/spot-checks/cases/" not in client.get(other.get_absolute_url()).content.decode()
    assert "与测算相反" in client.get(f"{other.get_absolute_url()}refuse/").content.decode()
    actions.record_spot_check(
        drawn_one, visited_on=f.DECIDED, agrees=True, findings="属实。", acting_user=o.reviewer, on=f.DECIDED
    )
    assert "抽中待登记结果" not in tasks(o.reviewer)
    assert client.get(drawn_one.application.get_absolute_url()).content.decode().count(there) == 1


def test_two_draw_at_once_and_no_case_is_drawn_twice(own_database: OwnDatabase) -> None:
    o = f.office(f.DECIDED)
    waiting(o, "甲乙丙")
    start, made, told = threading.Barrier(2), [], []

    def draw() -> None:
        try:
            start.wait()
            made.append(actions.draw_spot_check(acting_user=User.objects.get(pk=o.chief.pk), on=f.DECIDED).pk)
        except Refused as no:
            told.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), told) == (1, ["nothing_to_draw"])
    assert SpotCheck.objects.count() == 3
