"""Days in the office: a case from the first sheet of paper to the decision."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.actions import SYSTEM
from apps.accounts.models import Posting, User
from apps.accounts.roles import Role
from apps.applications import actions
from apps.applications.models import Application, Investigation, Kind, Notice, Opinion, RefusalGround
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.refusal import Refused
from apps.eligibility.models import Assessment
from apps.eligibility.policy.enums import IncomeKind, Relation
from apps.households.family import IncomeEntry
from apps.households.models import AccountState, Household
from jiaohe_aid.testing.own import OwnDatabase


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office()


def refused(do: Callable[[], Any], code: str) -> Refused:
    records = Record.objects.count()
    with pytest.raises(Refused) as told, transaction.atomic():
        do()
    assert told.value.code == code
    assert Record.objects.count() == records
    return told.value


def confirm(o: f.Office, case: Application, on: date = f.DECIDED, by: User | None = None) -> Application:
    return actions.confirm(case, seen=f.seen_by_reviewer(case, on), acting_user=by or o.reviewer, on=on)


def test_a_family_is_confirmed_and_gets_its_award_from_the_next_month(o: f.Office) -> None:
    case = f.confirmed(o)
    assert (case.state, case.decided_by, case.decided_on) == (State.CONFIRMED, o.reviewer, f.DECIDED)
    award = Award.objects.get()
    assert (award.household, award.first_month, award.last_month) == (case.household, f.JUNE, None)
    assert case.decision.assessment == case.assessment
    assert case.assessment.awards[0]["monthly"] == "1396.00"
    assert case.household.accounts.get().state == AccountState.APPROVED
    assert case.draft() == {}
    assert case.notices.get().taken_down_on == f.DECIDED


def test_the_book_tells_the_whole_story(o: f.Office) -> None:
    case = f.confirmed(o)
    story = Record.objects.about(case).filter(within=None).values_list("verb", "user__username", "on")
    assert list(story) == [
        (Verb.SAVE_DRAFT, "caseworker", f.OPENED),
        (Verb.SUBMIT, "caseworker", f.OPENED),
        (Verb.ACCEPT, "caseworker", f.POSTED),
        (Verb.REQUEST_CHECK, "caseworker", f.POSTED),
        (Verb.ANSWER_CHECK, "caseworker", f.POSTED),
        (Verb.INVESTIGATE, "caseworker", f.POSTED),
        (Verb.HOLD_APPRAISAL, "caseworker", f.POSTED),
        (Verb.PROPOSE, "leader", f.POSTED),
        (Verb.POST_NOTICE, "caseworker", f.POSTED),
        (Verb.CONFIRM, "reviewer", f.DECIDED),
    ]
    parts = Record.objects.get(verb=Verb.CONFIRM).parts.values_list("verb", flat=True)
    assert set(parts) == {Verb.ASSESS, Verb.DECIDE_AWARD, Verb.APPROVE_ACCOUNT}
    assert set(case.history.values_list("state", flat=True)) == {
        "DRAFT", "SUBMITTED", "ACCEPTED", "INVESTIGATED", "PROPOSED", "PUBLICISED", "CONFIRMED",
    }  # fmt: skip


def test_a_family_is_refused_with_a_ground_and_gets_nothing(o: f.Office) -> None:
    case = f.refused(o)
    assert (case.state, case.refusal_ground, case.refusal_text) == (State.REFUSED, "UNTRUE", "隐瞒工资收入。")
    assert not Award.objects.exists()
    assert case.decision is None
    assert case.notices.get().taken_down_on == f.DECIDED
    assert Record.objects.get(verb=Verb.REFUSE).reason == "隐瞒工资收入。"


def test_a_refusal_without_reasons_is_no_refusal(o: f.Office) -> None:
    case = f.publicised(o)
    given = {"ground": RefusalGround.INCOME, "text": "  ", "acting_user": o.reviewer, "on": f.DECIDED}
    assert refused(lambda: actions.refuse(case, **given), "reason_needed").field == "text"


def test_case_numbers_count_up_by_township_and_year(o: f.Office) -> None:
    numbers = [f.drafted(o).number for _ in range(2)] + [f.drafted(o.elsewhere()).number]
    assert numbers == ["22028110024000001", "22028110024000002", "22028110124000001"]
    later = actions.open_application(o.town, acting_user=o.caseworker, on=date(2025, 1, 2))
    assert later.number == "22028110025000001"


def test_a_draft_keeps_what_was_typed_right_or_wrong(o: f.Office) -> None:
    case = f.drafted(o)
    typed = {"members": {"number": "22028119850101"}, "incomes": {"amount": "一千"}}
    actions.save_draft(case, typed, acting_user=o.colleague, on=f.OPENED)
    kept = Application.objects.get(pk=case.pk).draft()
    assert {name: kept[name] for name in typed} == typed
    assert kept["family"] == {"address": "和平街"}
    with pytest.raises(ValueError, match="no such sections"):
        actions.save_draft(case, {"secret": 1}, acting_user=o.caseworker, on=f.OPENED)


def test_a_submitted_case_is_no_draft_any_more(o: f.Office) -> None:
    case = f.submitted(o)
    refused(lambda: actions.save_draft(case, {"family": {}}, acting_user=o.caseworker, on=f.OPENED), "not_a_draft")


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        ({"village": None}, "村（社区）"),
        ({"incomes": None}, "收入（有或没有）"),
        ({"financial_assets": None}, "金融资产（有或没有）"),
        ({"other_assets": None}, "车辆、房产（有或没有）"),
        ({"account": None}, "收款账户"),
        ({"consent_on": None}, "核对授权书签字"),
    ],
)
def test_what_is_missing_is_named(o: f.Office, lacking: dict[str, Any], named: str) -> None:
    case, family = f.drafted(o), replace(f.the_zhaos(o), **lacking)
    told = refused(lambda: actions.submit(case, family=family, acting_user=o.caseworker, on=f.OPENED), "incomplete")
    assert named in told.message
    assert not Household.objects.exists()


def test_a_second_case_of_a_family_under_way_is_refused(o: f.Office) -> None:
    family = f.the_zhaos(o)
    f.submitted(o, family)
    second = f.drafted(o)
    refused(lambda: actions.submit(second, family=family, acting_user=o.colleague, on=f.POSTED), "case_open")
    assert Application.objects.get(pk=second.pk).state == State.DRAFT


def test_a_returned_case_is_completed_and_goes_on(o: f.Office) -> None:
    family = f.the_zhaos(o)
    case = f.returned(o, family)
    assert (case.state, case.return_reason) == (State.RETURNED, "缺工资流水")
    again = actions.submit(case, family=family, acting_user=o.caseworker, on=f.POSTED)
    assert (again.state, again.return_reason, again.submitted_on) == (State.SUBMITTED, "", f.POSTED)
    assert Household.objects.count() == 1
    assert again.household.declarations.count() == 2


@pytest.mark.parametrize("visited", [f.OPENED, f.POSTED + timedelta(days=2)])
def test_a_visit_lies_between_acceptance_and_today(o: f.Office, visited: date) -> None:
    case, today = f.accepted(o), f.POSTED + timedelta(days=1)
    told = refused(lambda: f.visit(case, visited_on=visited, acting_user=o.caseworker, on=today), "visit_date")
    assert told.field == "visited_on"


def test_a_visit_takes_two(o: f.Office) -> None:
    case = f.accepted(o)
    alone = {"second_investigator": f" {o.caseworker.name} "}
    told = refused(lambda: f.visit(case, acting_user=o.caseworker, **alone), "two_investigators")
    assert told.field == "second_investigator"
    assert not Investigation.objects.exists()


def also(o: f.Office, user: User, role: Role, area: Any) -> User:
    """The same person at a second desk."""
    with act(Verb.APPOINT, acting_user=o.admin, on=f.OPENED):
        Posting.objects.create(user=user, area=area, role=role, since=f.HIRED)
    return User.objects.get(pk=user.pk)


def test_who_investigated_does_not_sign_even_as_leader(o: f.Office) -> None:
    case = f.investigated(o)
    both = also(o, o.caseworker, Role.TOWNSHIP_LEADER, o.town)
    refused(lambda: actions.propose(case, agrees=True, text="同意", acting_user=both, on=f.POSTED), "own_work")


@pytest.mark.parametrize("earlier", ["caseworker", "leader"])
def test_who_handled_the_case_does_not_decide_even_as_reviewer(o: f.Office, earlier: str) -> None:
    case = f.publicised(o)
    both = also(o, getattr(o, earlier), Role.REVIEWER, o.county)
    refused(lambda: confirm(o, case, by=both), "own_work")
    given = {"ground": RefusalGround.OTHER, "text": "不符", "acting_user": both, "on": f.DECIDED}
    refused(lambda: actions.refuse(case, **given), "own_work")


def test_own_work_is_judged_by_the_case_as_it_stands_not_as_it_was_shown(o: f.Office) -> None:
    shown = f.accepted(o)
    both = also(o, o.colleague, Role.TOWNSHIP_LEADER, o.town)
    f.visit(Application.objects.get(pk=shown.pk), acting_user=both)
    refused(lambda: actions.propose(shown, agrees=True, text="同意", acting_user=both, on=f.POSTED), "own_work")


def test_the_opinion_stands_on_that_day_s_assessment(o: f.Office) -> None:
    case = f.proposed(o)
    opinion = Opinion.objects.get()
    assert (opinion.assessment, opinion.by, opinion.agrees) == (case.assessment, o.leader, True)
    assert case.assessment.as_of == f.POSTED


def rich(o: f.Office) -> Any:
    """250,000 yuan a year: far beyond any help."""
    return replace(f.the_zhaos(o), incomes=(IncomeEntry(0, IncomeKind.WAGE, 25_000_000),))


def test_where_nothing_is_due_the_opinion_can_only_be_no_and_the_bureau_refuses(o: f.Office) -> None:
    case = f.investigated(o, rich(o))
    given = {"text": "收入过高", "acting_user": o.leader, "on": f.POSTED}
    assert refused(lambda: actions.propose(case, agrees=True, **given), "nothing_due").field == "agrees"
    case = actions.propose(case, agrees=False, **given)
    posted = actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=f.POSTED)
    refused(lambda: confirm(o, posted), "nothing_due")
    ground = {"ground": RefusalGround.INCOME, "text": "人均收入高于标准。", "acting_user": o.reviewer, "on": f.DECIDED}
    assert actions.refuse(posted, **ground).state == State.REFUSED


def test_a_notice_says_the_allowed_words_only(o: f.Office) -> None:
    notice = f.publicised(o).notices.get()
    assert notice.content == {
        "applicant": "赵甲",
        "village": "站前社区",
        "people": 3,
        "category": "DIBAO",
        "amount_fen": 139_600,
    }
    assert (notice.posted_on, notice.ends_on) == (f.POSTED, f.ENDS)


@pytest.mark.parametrize("on", [f.POSTED, f.ENDS])
def test_until_the_notice_has_run_nobody_confirms(o: f.Office, on: date) -> None:
    case = f.publicised(o)
    told = refused(lambda: confirm(o, case, on=on), "notice_running")
    assert told.message == "公示到 5月28日 期满，5月29日起才能确认。"
    assert confirm(o, case).state == State.CONFIRMED


def test_the_database_keeps_the_notice_too(o: f.Office) -> None:
    case = f.confirmed(o)
    again = f.publicised(o, f.the_zhaos(o, name="孙三"))
    declared = act(Verb.CONFIRM, acting_user=o.reviewer, on=f.ENDS)
    with pytest.raises(IntegrityError, match="confirmed_after_the_notice"), declared:
        Application.objects.filter(pk=case.pk).update(decision=None, decided_on=f.ENDS)
    declared = act(Verb.POST_NOTICE, acting_user=o.caseworker, on=f.ENDS)
    with pytest.raises(IntegrityError, match="notice_of_seven_days"), declared:
        Notice.objects.filter(application=again).update(ends_on=f.POSTED + timedelta(days=6))


def test_a_page_shown_before_the_notice_was_renewed_does_not_confirm_early(o: f.Office) -> None:
    shown = f.publicised(o)
    later = f.DECIDED
    case = actions.return_for_survey(shown, reason="补查", acting_user=o.reviewer, on=later)
    case = f.visit(case, acting_user=o.caseworker, on=later)
    case = actions.propose(case, agrees=True, text="同意", acting_user=o.leader, on=later)
    case = actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=later)
    assert case.notice_ends_on == date(2024, 6, 5)
    refused(lambda: confirm(o, shown, on=date(2024, 6, 5)), "notice_running")
    assert confirm(o, shown, on=date(2024, 6, 6)).state == State.CONFIRMED


def test_a_signature_counts_only_for_what_was_on_the_screen(o: f.Office) -> None:
    case = f.publicised(o)
    given = {"seen": "0" * 64, "acting_user": o.reviewer, "on": f.DECIDED}
    told = refused(lambda: actions.confirm(case, **given), "content_changed")
    assert "刷新" in told.message
    assert not Award.objects.exists()


def test_when_a_birthday_changes_the_amount_the_reviewer_looks_again(o: f.Office) -> None:
    child = f.member("赵甲子", date(2006, 6, 15), Relation.CHILD)
    family = f.the_zhaos(o)
    case = f.publicised(o, replace(family, members=(family.members[0], child, family.members[2])))
    as_shown = f.seen_by_reviewer(case, f.DECIDED)
    come_of_age = date(2024, 6, 17)
    given = {"seen": as_shown, "acting_user": o.reviewer, "on": come_of_age}
    refused(lambda: actions.confirm(case, **given), "content_changed")


def test_returned_for_survey_the_notice_must_run_anew(o: f.Office) -> None:
    case = actions.return_for_survey(f.publicised(o), reason="补查存款", acting_user=o.reviewer, on=f.DECIDED)
    assert (case.state, case.notice_ends_on, case.return_reason) == (State.ACCEPTED, None, "补查存款")
    assert case.notices.get().taken_down_on == f.DECIDED


def test_a_notice_is_taken_down_after_its_period_by_the_system_or_the_caseworker(o: f.Office) -> None:
    notice = f.publicised(o).notices.get()
    system = User.objects.get(username=SYSTEM)
    take = actions.take_down_notice
    refused(lambda: take(notice, acting_user=system, on=f.ENDS), "notice_running")
    for desk in (o.stranger, o.leader, o.reviewer, o.auditor, o.admin):
        refused(lambda desk=desk: take(notice, acting_user=desk, on=f.DECIDED), "not_permitted")
    assert take(notice, acting_user=system, on=f.DECIDED).taken_down_on == f.DECIDED
    assert take(notice, acting_user=o.caseworker, on=date(2024, 6, 3)).taken_down_on == f.DECIDED


def test_a_review_goes_the_same_way_and_cannot_be_refused(o: f.Office) -> None:
    household = f.confirmed(o).household
    on = date(2024, 6, 11)
    review = actions.start_review(household, sections={"family": {}}, acting_user=o.caseworker, on=on)
    assert (review.kind, review.state, review.household) == (Kind.REVIEW, State.DRAFT, household)
    refused(lambda: actions.start_review(household, sections={}, acting_user=o.caseworker, on=on), "case_open")
    given = {"ground": RefusalGround.INCOME, "text": "收入高", "acting_user": o.reviewer, "on": on}
    refused(lambda: actions.refuse(review, **given), "review_is_decided")


def test_without_a_running_award_there_is_nothing_to_review(o: f.Office) -> None:
    household = f.refused(o).household
    refused(
        lambda: actions.start_review(household, sections={}, acting_user=o.caseworker, on=f.DECIDED),
        "nothing_to_review",
    )


def test_two_reviewers_confirm_at_once_one_wins_the_other_is_told(own_database: OwnDatabase) -> None:
    o = f.office()
    case = f.publicised(o)
    start, won, told = threading.Barrier(2), [], []

    def desk(reviewer: User) -> None:
        try:
            shown, seen = Application.objects.get(pk=case.pk), f.seen_by_reviewer(case)
            start.wait()
            won.append(actions.confirm(shown, seen=seen, acting_user=reviewer, on=f.DECIDED).decided_by)
        except Refused as no:
            told.append(no.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=desk, args=(who,)) for who in (o.reviewer, o.second_reviewer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), told) == (1, ["illegal_move"])
    assert Award.objects.count() == Assessment.objects.filter(as_of=f.DECIDED).count() == 1
    assert Record.objects.filter(verb=Verb.CONFIRM).get().user == won[0]
