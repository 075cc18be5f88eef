"""What must not happen to a case: temptations and mishaps of the office's day, refused and without a trace."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from apps.accounts.actions import appoint, deputise
from apps.accounts.models import Posting
from apps.accounts.roles import Role
from apps.applications import actions
from apps.applications.enums import PauseReason
from apps.applications.models import (
    Application,
    DecidedLevel,
    Objection,
    Pause,
    RefusalGround,
    RevocationGround,
    SpotCheck,
    Step,
    Waiver,
)
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.applications.tests import life
from apps.applications.transitions import State
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.models import OfficeDate
from apps.eligibility.policy.enums import AreaKind, Relation
from apps.households.models import DeclaredMember, Household
from apps.office.tests.forbidden import also, database_refuses, desk, nothing_changes, refused, sql, text

JUNE_4 = date(2024, 6, 4)


@pytest.fixture
def o(db: None) -> Iterator[f.Office]:
    return f.office(f.DECIDED)


def confirm(o: f.Office, case: Application, on: date = f.DECIDED, **given: Any) -> Application:
    told = {"seen": f.seen_by_reviewer(case, on), "acting_user": o.reviewer, **given}
    return actions.confirm(case, on=on, **told)


def mine(case: Application) -> "QuerySet[Application]":
    return Application.objects.filter(pk=case.pk)


# Deciding on one's own work.


def test_a_caseworker_promoted_to_the_bureau_does_not_confirm_the_family_she_took_in(o: f.Office) -> None:
    case = f.publicised(o)
    promoted = also(o, o.caseworker, Role.REVIEWER)
    with refused("own_work"):
        confirm(o, case, acting_user=promoted)
    with database_refuses("application_decided_by_not_", Verb.CONFIRM, by=promoted):
        mine(case).update(decided_by=promoted)


def test_who_knocked_at_the_door_does_not_sign_the_township_s_opinion_as_acting_leader(o: f.Office) -> None:
    case = f.investigated(o)
    acting_leader = also(o, o.caseworker, Role.TOWNSHIP_LEADER)
    with refused("own_work"):
        actions.propose(case, agrees=True, text="拟同意。", acting_user=acting_leader, on=f.POSTED)
    with database_refuses("application_proposed_by_not_investigated_by", Verb.PROPOSE, by=acting_leader):
        mine(case).update(proposed_by=acting_leader)


def test_the_leader_who_signed_the_opinion_does_not_confirm_the_delegated_case_as_well(o: f.Office) -> None:
    f.delegated(o)
    case = f.plain(f.publicised(o))
    seen = f.seen_by_reviewer(case)
    with refused("own_work"):
        actions.confirm_delegated(case, seen=seen, acting_user=o.leader, on=f.DECIDED)
    with database_refuses("application_decided_by_not_proposed_by", Verb.CONFIRM_DELEGATED, by=o.leader):
        mine(case).update(decided_by=o.leader)


def test_the_security_officer_does_not_give_herself_a_desk(o: f.Office) -> None:
    with refused("oneself"):
        appoint(o.security, area=o.county, role=Role.REVIEWER, since=JUNE_4, acting_user=o.security, on=f.DECIDED)
    with database_refuses("nobody appoints themself", Verb.APPOINT, by=o.security):
        Posting.objects.create(user=o.security, area=o.county, role=Role.REVIEWER, since=JUNE_4)


def test_the_security_officer_does_not_sit_in_for_a_leader_on_leave(o: f.Office) -> None:
    held, until = o.leader.postings.get(), date(2024, 6, 11)
    with refused("oneself"):
        deputise(held, deputy=o.security, since=JUNE_4, until=until, acting_user=o.security, on=f.DECIDED)
    lent = {"area": o.town, "role": Role.TOWNSHIP_LEADER, "since": JUNE_4, "until": until, "deputy_for": held}
    with database_refuses("nobody appoints themself", Verb.DEPUTISE, by=o.security):
        Posting.objects.create(user=o.security, **lent)


def test_who_confirmed_a_case_does_not_take_it_back_quietly_as_acting_chief(o: f.Office) -> None:
    paper = after.doubted(o, f.confirmed(o))
    acting_chief = also(o, o.reviewer, Role.BUREAU_CHIEF)
    with refused("own_work"):
        actions.revoke(paper, acting_user=acting_chief, on=f.REVOKED_ON)
    with database_refuses("revocation_decided_by_not_confirmed_by", Verb.REVOKE, by=acting_chief):
        sql("UPDATE applications_revocation SET decided_by_id = confirmed_by_id")


def test_who_found_the_mistake_does_not_approve_the_revocation_herself(o: f.Office) -> None:
    case = f.confirmed(o)
    both = also(o, o.second_reviewer, Role.BUREAU_CHIEF)
    told = {"ground": RevocationGround.UNTRUE, "text": "隐瞒一辆营运货车。"}
    paper = actions.propose_revocation(case, **told, acting_user=both, on=f.REVOKED_ON)
    with refused("own_work"):
        actions.revoke(paper, acting_user=both, on=f.REVOKED_ON)
    with database_refuses("revocation_decided_by_not_proposed_by", Verb.REVOKE, by=both):
        sql("UPDATE applications_revocation SET decided_by_id = proposed_by_id")


def test_the_reviewer_complained_of_does_not_answer_the_complaint(o: f.Office) -> None:
    complaint = after.complained(o, f.refused(o))
    with refused("own_work"):
        actions.dismiss_complaint(complaint, answer="决定无误。", acting_user=o.reviewer, on=after.COMPLAINED)
    with database_refuses("complaint_answered_by_another", Verb.DISMISS_COMPLAINT, by=o.reviewer):
        sql(
            "UPDATE applications_complaint SET state = 'DISMISSED', answer = '决定无误。', answered_on = %s,"
            " decider_id = %s, answered_by_id = %s",
            after.COMPLAINED,
            o.reviewer.pk,
            o.reviewer.pk,
        )


def test_who_wrote_the_objection_down_does_not_wave_it_away(o: f.Office) -> None:
    objection = f.objected(o, f.publicised(o))
    acting_leader = also(o, o.caseworker, Role.TOWNSHIP_LEADER)
    with refused("own_work"):
        actions.dismiss_objection(objection, answer="查无此事。", acting_user=acting_leader, on=f.DECIDED)
    told = {"state": "DISMISSED", "answer": "查无此事。", "answered_on": f.DECIDED}
    with database_refuses("objection_answered_by_another", Verb.DISMISS_OBJECTION, by=acting_leader):
        Objection.objects.filter(pk=objection.pk).update(answered_by=acting_leader, **told)


def test_the_bureau_s_spot_check_is_not_made_by_the_caseworker_it_checks(o: f.Office) -> None:
    case = f.publicised(o)
    actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED)
    check = case.spot_checks.get()
    lent = also(o, o.caseworker, Role.REVIEWER)
    told = {"visited_on": f.DECIDED, "agrees": True, "findings": "入户看过。"}
    with refused("own_work"):
        actions.record_spot_check(check, **told, acting_user=lent, on=f.DECIDED)
    with database_refuses("a spot check is made by another person", Verb.RECORD_SPOT_CHECK, by=lent):
        SpotCheck.objects.filter(pk=check.pk).update(**told, by=lent)


# Near relatives.


def test_a_cousin_of_the_office_is_not_spared_the_visit(o: f.Office) -> None:
    case = f.plain(f.checked(f.accepted(o), acting_user=o.caseworker), near_relative=True)
    with refused("not_plain"):
        actions.skip_visit(case, ground="情况熟悉。", acting_user=o.caseworker, on=f.POSTED)
    told = {"step": Step.VISIT, "ground": "情况熟悉。", "by": o.caseworker, "on": f.POSTED}
    with database_refuses("cannot be left out", Verb.SKIP_VISIT, by=o.caseworker):
        Waiver.objects.create(application=case, **told)


def test_a_question_about_relatives_nobody_asked_is_not_a_no(o: f.Office) -> None:
    case = f.plain(f.checked(f.accepted(o), acting_user=o.caseworker), near_relative=None)
    with refused("not_plain"):
        actions.skip_appraisal(case, ground="没有争议。", acting_user=o.caseworker, on=f.POSTED)
    told = {"step": Step.APPRAISAL, "ground": "没有争议。", "by": o.caseworker, "on": f.POSTED}
    with database_refuses("cannot be left out", Verb.SKIP_APPRAISAL, by=o.caseworker):
        Waiver.objects.create(application=case, **told)


def test_a_near_relative_s_case_does_not_stay_in_the_township(o: f.Office) -> None:
    f.delegated(o)
    case = f.plain(f.publicised(o), near_relative=True)
    seen = f.seen_by_reviewer(case)
    with refused("decided_elsewhere"):
        actions.confirm_delegated(case, seen=seen, acting_user=o.deputy, on=f.DECIDED)
    with database_refuses("township_decides_plain_cases", Verb.CONFIRM_DELEGATED, by=o.deputy):
        mine(case).update(decided_level=DecidedLevel.TOWNSHIP)


def test_the_bureau_does_not_confirm_a_relative_without_having_been_there(o: f.Office) -> None:
    case = f.plain(f.publicised(o), near_relative=True)
    with refused("not_drawn"):
        confirm(o, case)
    actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED)
    with refused("spot_check_waits"):
        confirm(o, case)
    with database_refuses("waits for its spot check", Verb.CONFIRM, by=o.reviewer):
        mine(case).update(state=State.CONFIRMED)


# Too early, too late, on the wrong screen.


def test_nobody_is_confirmed_whose_means_were_never_checked(o: f.Office) -> None:
    case = f.appraised(f.visit(f.accepted(o), acting_user=o.caseworker), acting_user=o.caseworker)
    case = actions.propose(case, agrees=False, text="未核对，拟不同意。", acting_user=o.leader, on=f.POSTED)
    case = actions.post_notice(case, place="公示栏", acting_user=o.caseworker, on=f.POSTED)
    with refused("check_missing"):
        confirm(o, case)


def test_a_check_of_last_year_carries_no_decision(o: f.Office) -> None:
    case = f.publicised(o)
    with refused("check_expired"):
        confirm(o, case, on=date(2025, 6, 3))


def test_the_last_day_of_the_notice_is_still_the_village_s(o: f.Office) -> None:
    case = f.publicised(o)
    with refused("notice_running"):
        confirm(o, case, on=f.ENDS)


def test_a_confirmation_is_not_dated_back_into_its_notice(o: f.Office) -> None:
    case = f.confirmed(o)
    with database_refuses("confirmed_after_the_notice", Verb.CONFIRM, by=o.reviewer):
        mine(case).update(decided_on=f.ENDS)


def test_an_objection_in_the_drawer_stops_the_decision_either_way(o: f.Office) -> None:
    case = f.publicised(o)
    f.objected(o, case)
    with refused("objection_open"):
        confirm(o, case)
    with refused("objection_open"):
        actions.refuse(case, ground=RefusalGround.UNTRUE, text="另有房产。", acting_user=o.reviewer, on=f.DECIDED)
    for state in (State.CONFIRMED, State.REFUSED):
        with database_refuses("unanswered objection", Verb.CONFIRM, by=o.reviewer):
            mine(case).update(state=state)


def test_with_two_families_open_the_figures_of_one_do_not_confirm_the_other(o: f.Office) -> None:
    case = f.publicised(o)
    neighbour = f.publicised(o, f.the_zhaos(o, wage_fen=720_000, name="钱乙"))
    with refused("content_changed"):
        confirm(o, case, seen=f.seen_by_reviewer(neighbour))


def test_a_family_is_not_refused_without_being_told_why(o: f.Office) -> None:
    case = f.publicised(o)
    with refused("reason_needed"):
        actions.refuse(case, ground=RefusalGround.UNTRUE, text="  ", acting_user=o.reviewer, on=f.DECIDED)
    with database_refuses("refusal_has_a_ground", Verb.REFUSE, by=o.reviewer):
        mine(case).update(state=State.REFUSED, decided_by=o.reviewer, decided_on=f.DECIDED)


# What was written stays written.


def test_a_submitted_declaration_is_not_touched_up_before_the_visit(o: f.Office) -> None:
    case = f.submitted(o)
    with refused("not_a_draft"):
        actions.save_draft(case, {"family": {"address": "别处"}}, acting_user=o.caseworker, on=f.OPENED)
    for statement in ("UPDATE households_income SET amount_fen = 0", "DELETE FROM households_declaredmember"):
        with database_refuses("permission denied", Verb.SUBMIT, by=o.caseworker):
            sql(statement)


def test_an_assessment_that_came_out_badly_is_not_improved(o: f.Office) -> None:
    f.confirmed(o)
    for statement in (
        "UPDATE eligibility_assessment SET answer = '{}'",
        "DELETE FROM eligibility_assessment",
        "UPDATE applications_opinion SET agrees = false",
    ):
        with database_refuses("permission denied", Verb.CONFIRM, by=o.reviewer):
            sql(statement)


def test_the_page_in_the_book_of_acts_is_not_torn_out(o: f.Office) -> None:
    f.confirmed(o)
    for statement in (
        "DELETE FROM audit_record WHERE verb = 'CONFIRM'",
        "UPDATE audit_record SET user_id = 1",
        "DELETE FROM applications_historicalapplication",
    ):
        with database_refuses("permission denied", Verb.CONFIRM, by=o.reviewer):
            sql(statement)


# Twice, and to the dead.


def test_a_family_does_not_apply_twice_at_once(o: f.Office) -> None:
    family = f.the_zhaos(o)
    first = f.submitted(o, family)
    second = f.drafted(o)
    with refused("case_open"):
        actions.submit(second, family=family, acting_user=o.caseworker, on=f.OPENED)
    with database_refuses("one_open_case_a_household", Verb.SUBMIT, by=o.caseworker):
        mine(second).update(household=first.household)


def test_the_dead_wife_is_not_counted_once_more(o: f.Office) -> None:
    household = life.on_benefit(o)
    wife = life.person_of(household, "赵甲妻")
    case = life.dies(o, household, "赵甲妻", date(2024, 6, 1))
    with refused("member_died"):
        actions.submit(case, family=life.on_file(household, on=f.PAY_DAY), acting_user=o.caseworker, on=f.PAY_DAY)
    neighbours = f.submitted(o, f.the_zhaos(o, name="钱乙")).declaration
    told = {"declaration": neighbours, "position": 9, "relation": Relation.OTHER}
    with database_refuses("a dead person is no member", Verb.SUBMIT, by=o.caseworker):
        DeclaredMember.objects.create(person=wife, **told)


def test_nobody_gets_an_award_who_died_while_the_notice_hung(o: f.Office) -> None:
    case = f.publicised(o)
    life.dies(o, case.household, "赵甲妻", date(2024, 5, 25), on=f.DECIDED)
    with refused("member_died"):
        confirm(o, case)


# Clocks and ends.


def test_a_clock_that_runs_is_not_resumed_and_one_that_stands_is_not_stopped_again(o: f.Office) -> None:
    case = f.accepted(o)
    with refused("not_paused"):
        actions.resume_clock(case, acting_user=o.caseworker, on=f.POSTED)
    told = {"reason": PauseReason.CHECK, "text": "", "acting_user": o.caseworker, "on": f.POSTED}
    actions.pause_clock(case, **told)
    with refused("already_paused"):
        actions.pause_clock(case, **told)
    with database_refuses("one_pause_at_a_time", Verb.PAUSE_CLOCK, by=o.caseworker):
        Pause.objects.create(application=case, since=f.POSTED, reason=PauseReason.CHECK, by=o.caseworker)


def test_a_decided_case_is_not_made_undone_by_withdrawing_it(o: f.Office) -> None:
    case = f.refused(o)
    with refused("illegal_move"):
        actions.withdraw(case, reason="本人要求", acting_user=o.caseworker, on=f.DECIDED)
    with database_refuses("cannot move from REFUSED to WITHDRAWN", Verb.WITHDRAW, by=o.caseworker):
        mine(case).update(state=State.WITHDRAWN)


# Other people's families.


def test_a_family_that_moved_away_is_closed_to_its_old_caseworker(o: f.Office) -> None:
    household = life.on_benefit(o)
    told = {"to_township": o.other_town, "moved_on": f.PAY_DAY, "reason": "投亲"}
    page = reverse("household-detail", args=[household.uuid])
    assert desk(o.caseworker).get(page).status_code == 200
    moved = actions.propose_relocation(household, **told, acting_user=o.caseworker, on=f.PAY_DAY)
    given = {"village": o.other_village, "area_kind": AreaKind.URBAN, "address": "新家 2 号", "sections": {}}
    actions.accept_relocation(moved, **given, acting_user=o.stranger, on=f.PAY_DAY)
    with nothing_changes():
        assert desk(o.caseworker).get(page).status_code == 404
    with refused("not_permitted"):
        moved_household = Household.objects.get(pk=household.pk)
        actions.report_change(
            moved_household, changed_on=f.PAY_DAY, what="收入", sections={}, acting_user=o.caseworker, on=f.PAY_DAY
        )


def test_an_address_guessed_from_a_colleague_s_screen_opens_no_foreign_case(o: f.Office) -> None:
    case, stranger = f.submitted(o), desk(o.stranger)
    with nothing_changes():
        for page in ("application-detail", "application-withdraw", "application-accept"):
            assert stranger.get(reverse(page, args=[case.uuid])).status_code == 404
        for page in ("application-withdraw", "application-accept", "application-return"):
            answer = stranger.post(reverse(page, args=[case.uuid]), {"reason": "本人要求撤回"})
            assert (answer.status_code, case.number in text(answer)) == (404, False)
    with refused("not_permitted"):
        actions.withdraw(case, reason="本人要求", acting_user=o.stranger, on=f.OPENED)


def test_the_village_assistant_reports_a_neighbour_but_opens_no_case(o: f.Office) -> None:
    assistant = desk(o.assistant)
    with nothing_changes():
        assert assistant.post(reverse("application-new"), {"scheme": "DIBAO"}).status_code == 403
    with refused("not_permitted"):
        actions.open_application(o.town, acting_user=o.assistant, on=f.OPENED)


def test_the_auditor_looks_and_the_chief_signs_but_neither_writes_in_a_case(o: f.Office) -> None:
    case = f.submitted(o)
    for watcher in (o.auditor, o.chief):
        client = desk(watcher)
        assert client.get(case.get_absolute_url()).status_code == 200
        with nothing_changes():
            answer = client.post(reverse("application-withdraw", args=[case.uuid]), {"reason": "本人要求撤回"})
            assert answer.status_code == 403
        with refused("not_permitted"):
            actions.accept(case, acting_user=watcher, on=f.POSTED)


def test_a_paper_of_another_township_stays_in_its_envelope(o: f.Office, settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_FOLDER = tmp_path
    document = f.with_paper(o, f.submitted(o))
    with nothing_changes():
        for page in ("document-open", "document-remove"):
            assert desk(o.stranger).post(reverse(page, args=[document.uuid])).status_code == 404
        assert desk(o.stranger).get(reverse("document-preview", args=[document.uuid])).status_code == 404
    with refused("not_permitted"):
        actions.open_document(document, acting_user=o.stranger, on=f.DECIDED)
    assert not Record.objects.filter(verb=Verb.OPEN_DOCUMENT).exists()


def test_a_stranger_s_card_taken_back_from_the_file_does_not_open_at_its_old_address(
    o: f.Office, settings: Any, tmp_path: Path
) -> None:
    settings.DOCUMENTS_FOLDER = tmp_path
    document = f.with_paper(o, f.drafted(o))
    caseworker, preview = desk(o.caseworker), reverse("document-preview", args=[document.uuid])
    assert caseworker.get(preview).status_code == 200
    document = actions.remove_document(document, acting_user=o.caseworker, on=f.OPENED)
    with nothing_changes():
        assert caseworker.post(reverse("document-open", args=[document.uuid])).status_code == 409
        assert caseworker.get(preview).status_code == 404
    with refused("document_removed"):
        actions.open_document(document, acting_user=o.auditor, on=f.DECIDED)


# What others can read.


def test_an_identity_number_never_gets_into_the_address(o: f.Office) -> None:
    household = life.on_benefit(o)
    number, client = household.head.full_id_number(), desk(o.caseworker)
    with nothing_changes():
        found = client.post(reverse("search"), {"q": number})
        assert (found.status_code, found.headers["Location"]) == (302, household.get_absolute_url())
        by_address = client.get(reverse("search"), {"q": number})
    assert number not in found.headers["Location"]
    assert household.get_absolute_url() not in text(by_address)
    assert number not in text(by_address)


def test_the_poster_on_the_wall_tells_neither_number_nor_illness(o: f.Office) -> None:
    case = f.publicised(o)
    poster = text(desk(o.caseworker).get(reverse("notice-poster", args=[case.notices.get().pk])))
    assert "赵甲" in poster
    head = case.household.head
    secrets = (head.full_id_number(), head.id_number_mask, "残疾", "重残", "13900001234", "和平街")
    assert [secret for secret in secrets if secret in poster] == []


def test_a_family_whose_review_was_forgotten_stays_on_the_list_until_somebody_begins(o: f.Office) -> None:
    household = life.on_benefit(o)
    OfficeDate.objects.update(day=date(2026, 6, 3))
    page = reverse("reviews-due")
    assert household.get_absolute_url() in text(desk(o.caseworker).get(page, {"when": "overdue"}))
    assert household.get_absolute_url() in text(desk(o.leader).get(page, {"when": "overdue"}))
