"""Many at once: plain cases confirmed by criteria, notices posted village by village; each case by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.applications import actions
from apps.applications.actions.plain import CRITERIA, NAMES, after_the_notice, candidates
from apps.applications.enums import PauseReason
from apps.applications.models import Application, Cause, Notice
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.models import OfficeDate
from apps.core.refusal import Refused


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office(f.DECIDED)


def told(o: f.Office, case: Application, **facts: Any) -> Application:
    """Something the desk has put down about a case."""
    with act(Verb.SAVE_DRAFT, acting_user=o.caseworker, on=f.DECIDED):
        Application.objects.filter(pk=case.pk).update(**facts)
    return Application.objects.get(pk=case.pk)


def plain(o: f.Office, name: str = "赵甲") -> Application:
    """After its notice, nothing about it to think over."""
    return f.with_all_papers(told(o, f.publicised(o, f.the_zhaos(o, name=name)), near_relative=False))


def found(on: date = f.DECIDED) -> dict[str, list[str]]:
    waiting = after_the_notice(Application.objects.all(), on)
    return {one.case.applicant_name: one.doubts for one in candidates(waiting, on=on)}


def seen(on: date = f.DECIDED) -> dict[str, str]:
    waiting = after_the_notice(Application.objects.all(), on)
    return {str(one.case.uuid): one.seen for one in candidates(waiting, on=on)}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_only_what_waits_for_the_county_is_looked_at(o: f.Office) -> None:
    plain(o)
    f.proposed(o, f.the_zhaos(o, name="钱乙"))
    assert found() == {"赵甲": []}
    assert found(f.ENDS) == {}


def test_each_criterion_holds_a_case_back_and_says_why(o: f.Office) -> None:
    plain(o, "赵甲")
    told(o, plain(o, "钱乙"), near_relative=None)
    told(o, plain(o, "孙丙"), near_relative=True)
    told(o, plain(o, "李丁"), cause=Cause.COMPLAINT)
    actions.pause_clock(plain(o, "周戊"), reason=PauseReason.CHECK, text="", acting_user=o.caseworker, on=f.DECIDED)
    doubted = f.looked_into(f.accepted(o, f.the_zhaos(o, name="吴己")), acting_user=o.caseworker, agrees=False)
    finish(o, f.with_all_papers(told(o, doubted, near_relative=False)))
    given_back = f.returned(o, family := f.the_zhaos(o, name="郑庚"))
    told(o, f.publicised(o, f.the_zhaos(o, name="王辛")), near_relative=False)
    again = actions.submit(given_back, family=family, acting_user=o.caseworker, on=f.OPENED)
    again = f.looked_into(actions.accept(again, acting_user=o.caseworker, on=f.POSTED), acting_user=o.caseworker)
    finish(o, f.with_all_papers(told(o, again, near_relative=False)))
    assert found() == {
        "赵甲": [],
        "钱乙": ["没有填是否近亲属"],
        "孙丙": ["经办人员近亲属"],
        "李丁": ["有投诉举报"],
        "周戊": ["计时暂停"],
        "吴己": ["入户情况与申报不一致"],
        "郑庚": ["曾被退回"],
        # Three identity cards, the register, the wage, the money at the bank, a certificate, the consent.
        "王辛": ["缺 8 份材料"],
    }
    assert len(NAMES) == len(set(NAMES)) == len(CRITERIA)


def finish(o: f.Office, case: Application) -> Application:
    case = actions.propose(case, agrees=True, text="拟同意。", acting_user=o.leader, on=f.POSTED)
    return actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=f.POSTED)


def test_an_answer_that_changed_since_the_opinion_and_a_review_are_read_one_by_one(o: f.Office) -> None:
    """The son born 1 May 2012 is eighteen on 1 May 2030: without his supplement the sum is another."""
    plain(o)
    # The month after, it begins a month later, and nothing else is different.
    assert found(f.PAY_DAY) == {"赵甲": []}
    assert found(date(2030, 6, 3))["赵甲"][0] == "结果与签署意见时不同"
    case = told(o, f.confirmed(o, family := f.the_zhaos(o, name="钱乙")), near_relative=False)
    review = actions.start_review(case.household, sections={}, acting_user=o.caseworker, on=f.PAY_DAY)
    review = actions.submit(review, family=family, acting_user=o.caseworker, on=f.PAY_DAY)
    review = actions.accept(review, acting_user=o.caseworker, on=f.PAY_DAY)
    finish(o, told(o, f.looked_into(review, acting_user=o.caseworker, on=f.PAY_DAY), near_relative=False))
    assert found(f.PAY_DAY)["钱乙"][0] == "复核案件"


def test_many_are_confirmed_each_with_its_record_and_what_cannot_be_stops_no_other(o: f.Office) -> None:
    cases = [plain(o, name) for name in ("赵甲", "钱乙", "孙丙", "李丁")]
    bound = seen()
    actions.return_for_survey(cases[1], reason="补查", acting_user=o.second_reviewer, on=f.DECIDED)
    told(o, cases[2], near_relative=True)
    bound[str(cases[3].uuid)] = "另一个结果"
    outcomes = actions.confirm_selected(cases, seen=bound, acting_user=o.reviewer, on=f.DECIDED)
    assert [one.refused and one.refused.code for one in outcomes] == [
        None,
        "case_moved",
        "not_plain",
        "content_changed",
    ]
    assert "经办人员近亲属" in outcomes[2].refused.message
    assert {case.applicant_name: case.state for case in Application.objects.all()} == {
        "赵甲": State.CONFIRMED,
        "钱乙": State.ACCEPTED,
        "孙丙": State.PUBLICISED,
        "李丁": State.PUBLICISED,
    }
    record = Record.objects.get(verb=Verb.CONFIRM)
    assert (record.subject_id, record.user, record.payload) == (cases[0].pk, o.reviewer, {"criteria": list(NAMES)})
    assert Award.objects.get().first_month == f.JUNE


def test_two_reviewers_at_once_decide_each_case_once(own_database: Any) -> None:
    o = f.office(f.DECIDED)
    cases = [plain(o, name) for name in ("赵甲", "钱乙", "孙丙", "李丁")]
    bound = seen()

    def work(user: User) -> list[str | None]:
        try:
            done = actions.confirm_selected(cases, seen=bound, acting_user=user, on=f.DECIDED)
            return [one.refused.code if one.refused else None for one in done]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, (o.reviewer, o.second_reviewer))
    assert all({a, b} == {None, "case_moved"} for a, b in zip(first, second, strict=True)), (first, second)
    assert Record.objects.filter(verb=Verb.CONFIRM).count() == Award.objects.count() == 4


def test_only_the_reviewer_confirms(o: f.Office) -> None:
    case = plain(o)
    for user in (o.caseworker, o.leader, o.chief):
        (outcome,) = actions.confirm_selected([case], seen=seen(), acting_user=user, on=f.DECIDED)
        assert outcome.refused is not None
        assert outcome.refused.code == "not_permitted"


def test_the_page_lists_criteria_cases_and_doubts_and_says_what_became_of_each(o: f.Office) -> None:
    case, doubted = plain(o), told(o, plain(o, "钱乙"), near_relative=None)
    client, at = client_of(o.reviewer), reverse("plain-confirm")
    shown = client.get(at).content.decode()
    assert all(criterion.says in shown for criterion in CRITERIA)
    assert f'value="{case.uuid}:{seen()[str(case.uuid)]}"' in shown
    assert str(doubted.uuid) + ":" not in shown
    assert "没有填是否近亲属" in shown
    assert "1,396.00" in shown
    assert "今天确认" not in shown
    OfficeDate.objects.update(day=date(2024, 7, 2))
    assert "赵甲：办理期限" in client.get(at).content.decode()
    OfficeDate.objects.update(day=f.DECIDED)
    none = client.post(at, {})
    assert none.status_code == 422
    assert 'name="picked"' in none.content.decode()
    assert " checked" not in none.content.decode(), "what was unticked stays so"
    assert client.post(at, {"picked": ["nonsense"]}).status_code == 422
    both = [f"{uuid}:{digest}" for uuid, digest in seen().items()]
    done = client.post(at, {"picked": both}).content.decode()
    assert "办成 1 件，共 2 件" in done
    assert "不再符合批量确认的条件：没有填是否近亲属" in done
    assert Application.objects.get(pk=case.pk).state == State.CONFIRMED


def test_a_case_that_is_not_seen_is_not_done(o: f.Office) -> None:
    f.proposed(o, f.the_zhaos(o, name="钱乙"))
    case = Application.objects.get()
    done = client_of(o.stranger).post(reverse("notices-post"), {"picked": [str(case.uuid)], "place": "村口"})
    assert "办成 0 件，共 0 件" in done.content.decode()
    assert not Notice.objects.exists()


def test_the_notices_of_a_village_go_up_together(o: f.Office) -> None:
    cases = [f.proposed(o, f.the_zhaos(o, name=name)) for name in ("赵甲", "钱乙")]
    against = f.investigated(o, f.the_zhaos(o, name="孙丙"))
    actions.propose(against, agrees=False, text="拟不同意。", acting_user=o.leader, on=f.POSTED)
    client, at = client_of(o.caseworker), reverse("notices-post")
    shown = client.get(at, {"village": o.village.pk}).content.decode()
    assert "站前社区公示栏" in shown
    assert "孙丙" not in shown
    done = client.post(at, {"picked": [str(case.uuid) for case in cases], "place": "站前社区公示栏"})
    assert "办成 2 件，共 2 件" in done.content.decode()
    assert set(Notice.objects.values_list("place", "posted_on")) == {("站前社区公示栏", f.DECIDED)}
    assert Record.objects.filter(verb=Verb.POST_NOTICE).count() == 2


def test_confirming_alone_still_asks_for_the_reviewer_s_own_eyes(o: f.Office) -> None:
    case = plain(o)
    asked = {"acting_user": o.caseworker, "on": f.POSTED}
    actions.pause_clock(case, reason=PauseReason.CHECK, text="", **asked)
    with pytest.raises(Refused) as refused:
        actions.confirm_plain(case, seen=seen()[str(case.uuid)], acting_user=o.reviewer, on=f.DECIDED)
    assert refused.value.code == "not_plain"
    actions.resume_clock(case, **asked)
    assert actions.confirm(case, seen=f.seen_by_reviewer(case), acting_user=o.reviewer, on=f.DECIDED).decision
