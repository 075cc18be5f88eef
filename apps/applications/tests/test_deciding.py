"""Who decides: the bureau, or a third person of a township it delegated to; near relatives always go up."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.applications import actions
from apps.applications.facts.deciding import decides_at
from apps.applications.models import Application, Applied, DecidedLevel, Delegation, RefusalGround
from apps.applications.tests import factories as f
from apps.applications.tests.test_actions import also, refused
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.models import OfficeDate
from apps.core.refusal import Refused
from jiaohe_aid.testing.own import OwnDatabase

COUNTY, TOWNSHIP = DecidedLevel.COUNTY, DecidedLevel.TOWNSHIP


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office(f.DECIDED)


def desk(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def by_township(case: Application, who: User, on: date = f.DECIDED) -> Application:
    return actions.confirm_delegated(case, seen=f.seen_by_reviewer(case, on), acting_user=who, on=on)


def by_bureau(case: Application, who: User, on: date = f.DECIDED) -> Application:
    return actions.confirm(case, seen=f.seen_by_reviewer(case, on), acting_user=who, on=on)


def place(case: Application) -> tuple[str, str]:
    found = decides_at(Application.objects.get(pk=case.pk), f.DECIDED)
    return found.level, found.says


def test_a_delegated_township_from_the_document_to_the_award(o: f.Office) -> None:
    f.delegated(o)
    case = f.plain(f.publicised(o))
    assert place(case) == (TOWNSHIP, "由新站镇确认（授权文号 蛟民发〔2024〕12号）")
    refused(lambda: by_bureau(case, o.reviewer), "decided_elsewhere")
    assert case.get_absolute_url() in desk(o.deputy).get("/").content.decode()
    at = reverse("application-confirm-delegated", args=[case.uuid])
    page = desk(o.deputy).get(case.get_absolute_url()).content.decode()
    for words in (f'href="{at}">确认，6月起发 1,396.00 元', "由新站镇确认（授权文号 蛟民发〔2024〕12号）"):
        assert words in page
    assert f'href="{at}"' not in desk(o.reviewer).get(case.get_absolute_url()).content.decode()
    answer = desk(o.deputy).post(at, {"seen": f.seen_by_reviewer(case)}, follow=True)
    assert "已确认，待遇自下月起。" in answer.content.decode()
    case = Application.objects.get(pk=case.pk)
    assert (case.state, case.decided_by, case.decided_level) == (State.CONFIRMED, o.deputy, TOWNSHIP)
    assert Award.objects.get().first_month == f.JUNE
    assert Record.objects.get(verb=Verb.CONFIRM_DELEGATED).user == o.deputy


def test_a_delegated_township_refuses_too(o: f.Office) -> None:
    f.delegated(o)
    case = f.plain(f.publicised(o))
    given: dict[str, Any] = {"ground": RefusalGround.UNTRUE, "text": "隐瞒收入。", "on": f.DECIDED}
    refused(lambda: actions.refuse(case, **given, acting_user=o.reviewer), "decided_elsewhere")
    refused(lambda: actions.refuse_delegated(case, **given, acting_user=o.leader), "own_work")
    done = actions.refuse_delegated(case, **given, acting_user=o.deputy)
    assert (done.state, done.decided_level) == (State.REFUSED, TOWNSHIP)


@pytest.mark.parametrize("earlier", ["caseworker", "leader"])
def test_intake_opinion_and_confirmation_are_three_people_even_there(o: f.Office, earlier: str) -> None:
    f.delegated(o)
    case = f.plain(f.publicised(o))
    who = getattr(o, earlier)
    both = who if earlier == "leader" else also(o, who, Role.TOWNSHIP_LEADER, o.town)
    refused(lambda: by_township(case, both), "own_work")
    declared = act(Verb.CONFIRM_DELEGATED, acting_user=both, on=f.DECIDED, subject=case)
    with pytest.raises(IntegrityError, match="application_decided_by_not_"), transaction.atomic(), declared:
        Application.objects.filter(pk=case.pk).update(decided_by=both)


def test_without_a_third_person_in_office_the_case_goes_up(o: f.Office) -> None:
    f.delegated(o)
    case = f.plain(f.publicised(o))
    with act(Verb.END_POSTING, acting_user=o.admin, on=f.DECIDED):
        o.deputy.postings.update(until=f.DECIDED)
    assert place(case) == (COUNTY, "由民政局确认：乡镇没有第三人可以确认")
    assert by_bureau(case, o.reviewer).decided_level == COUNTY


def test_before_the_opinion_the_signer_counts_already(o: f.Office) -> None:
    f.delegated(o)
    assert place(f.plain(f.investigated(o)))[0] == TOWNSHIP
    with act(Verb.END_POSTING, acting_user=o.admin, on=f.DECIDED):
        o.deputy.postings.update(until=f.DECIDED)
    assert place(f.plain(f.investigated(o, f.the_zhaos(o, name="钱乙"))))[0] == COUNTY


def test_a_near_relative_s_case_from_the_flag_to_the_bureau_s_visit(o: f.Office) -> None:
    f.delegated(o)
    case = f.plain(f.publicised(o), near_relative=True)
    assert place(case) == (COUNTY, "由民政局确认：近亲属备案")
    refused(lambda: by_township(case, o.deputy), "decided_elsewhere")
    page = desk(o.reviewer).get(case.get_absolute_url()).content.decode()
    for words in ("经办人员近亲属", "由民政局确认：近亲属备案", "这件须由民政局入户抽查"):
        assert words in page
    assert reverse("application-confirm", args=[case.uuid]) not in page
    declared = act(Verb.CONFIRM_DELEGATED, acting_user=o.deputy, on=f.DECIDED, subject=case)
    with pytest.raises(IntegrityError, match="township_decides_plain_cases"), transaction.atomic(), declared:
        Application.objects.filter(pk=case.pk).update(decided_level=TOWNSHIP)
    told = refused(lambda: by_bureau(case, o.reviewer), "not_drawn")
    assert "须由民政局入户抽查" in told.message
    draw = actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED)
    assert (draw.always, draw.sample) == ([case.number], [case.number])
    refused(lambda: by_bureau(case, o.reviewer), "spot_check_waits")
    declared = act(Verb.CONFIRM, acting_user=o.reviewer, on=f.DECIDED, subject=case)
    with pytest.raises(DatabaseError, match="waits for its spot check"), transaction.atomic(), declared:
        Application.objects.filter(pk=case.pk).update(state=State.CONFIRMED)
    check = case.spot_checks.get()
    given: dict[str, Any] = {"visited_on": f.DECIDED, "findings": "入户看过。", "on": f.DECIDED}
    actions.record_spot_check(check, agrees=False, acting_user=o.second_reviewer, **given)
    refused(lambda: by_bureau(case, o.reviewer), "spot_check_disagrees")
    actions.record_spot_check(check, agrees=True, acting_user=o.second_reviewer, **given)
    assert by_bureau(case, o.reviewer).decided_level == COUNTY


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda o, case: f.plain(case, near_relative=None), "是否近亲属尚未填写"),
        (lambda o, case: f.objected(o, f.plain(case)), "有投诉举报或公示异议"),
        (lambda o, case: f.delegated(o, Applied.TEKUN), ""),
    ],
    ids=["nobody asked", "objected to", "another scheme"],
)
def test_what_sends_a_case_to_the_bureau(o: f.Office, prepare: Any, why: str) -> None:
    case = f.publicised(o)
    prepare(o, case)
    if why:
        f.delegated(o)
    assert place(case) == (COUNTY, f"由民政局确认：{why}" if why else "由民政局确认")


def test_without_a_delegation_the_township_confirms_nothing(o: f.Office) -> None:
    case = f.plain(f.publicised(o))
    refused(lambda: by_township(case, o.deputy), "decided_elsewhere")
    assert by_bureau(case, o.reviewer).decided_level == COUNTY


def test_a_delegation_counts_from_its_first_day_until_it_is_taken_back(o: f.Office) -> None:
    case = f.plain(f.publicised(o))
    given = f.delegated(o, since=f.DECIDED)
    assert decides_at(case, f.ENDS).level == COUNTY
    assert decides_at(case, f.DECIDED).level == TOWNSHIP
    tomorrow = f.DECIDED + timedelta(days=1)
    actions.end_delegation(given, until=tomorrow, acting_user=o.chief, on=f.DECIDED)
    assert (decides_at(case, f.DECIDED).level, decides_at(case, tomorrow).level) == (TOWNSHIP, COUNTY)
    again = {"until": tomorrow, "acting_user": o.chief, "on": f.DECIDED}
    refused(lambda: actions.end_delegation(given, **again), "ended")


def test_two_delegations_do_not_overlap_and_only_the_chief_makes_them(o: f.Office) -> None:
    f.delegated(o)
    refused(lambda: f.delegated(o, since=f.DECIDED), "already_delegated")
    declared = act(Verb.DELEGATE, acting_user=o.chief, on=f.DECIDED)
    with pytest.raises(IntegrityError, match="one_delegation_at_a_time"), transaction.atomic(), declared:
        Delegation.objects.create(
            scheme=Applied.DIBAO, township=o.town, since=f.DECIDED, document="又一件", made_by=o.chief
        )
    for who in (o.leader, o.reviewer, o.admin):
        with pytest.raises(Refused) as told:
            actions.delegate(
                o.other_town, scheme=Applied.DIBAO, since=f.DECIDED, document="x", acting_user=who, on=f.DECIDED
            )
        assert told.value.code == "not_permitted"


def test_the_pages_of_a_delegation(o: f.Office) -> None:
    client = desk(o.chief)
    given = {"township": o.town.pk, "scheme": "DIBAO", "since": "2024-05-29", "document": "蛟民发〔2024〕9号"}
    page = client.post(reverse("delegation-new"), given, follow=True).content.decode()
    for words in ("新站镇", "蛟民发〔2024〕9号", "长期", "有效"):
        assert words in page
    again = client.post(reverse("delegation-new"), given)
    assert again.status_code == 409
    assert "请先收回原授权" in again.content.decode()
    at = reverse("delegation-end", args=[Delegation.objects.get().pk])
    assert "2024年5月30日" in client.post(at, {"until": "2024-05-30"}, follow=True).content.decode()


def test_the_township_and_the_bureau_decide_at_once_and_only_one_may(own_database: OwnDatabase) -> None:
    o = f.office(f.DECIDED)
    case = f.plain(f.publicised(o))
    f.delegated(o)
    seen, start = f.seen_by_reviewer(case), threading.Barrier(3)
    won: list[str] = []
    told: list[str] = []

    def decide(act_of: Any, who: User) -> None:
        try:
            shown = Application.objects.get(pk=case.pk)
            start.wait()
            won.append(act_of(shown, seen=seen, acting_user=who, on=f.DECIDED).decided_level)
        except Refused as no:
            told.append(no.code)
        finally:
            connection.close()

    third = also(o, o.colleague, Role.TOWNSHIP_LEADER, o.town)
    hands = [(actions.confirm_delegated, o.deputy), (actions.confirm_delegated, third), (actions.confirm, o.reviewer)]
    threads = [threading.Thread(target=decide, args=hand) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [TOWNSHIP]
    assert set(told) <= {"illegal_move", "decided_elsewhere"}
    assert len(told) == 2
    assert Award.objects.count() == 1
    assert OfficeDate.objects.get().day == f.DECIDED
