"""Who may do what, read post by post; and when and where a posting counts."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

import pytest

from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import ADMINISTRATORS, LEVELS, MAY, SEES_NO_FAMILY, Level, Role, different_person, may, require
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

V = Verb
ROOMS = {v for v in Verb if v.startswith("VIEW_")}

# Each post with everything it may do: what a newcomer at that desk is told on the first day.
DESKS: dict[Role, set[Verb]] = {
    Role.CASEWORKER: {
        V.VIEW_CASES, V.VIEW_HOUSEHOLDS, V.VIEW_AWARDS, V.REVEAL, V.HINT_ELSEWHERE, V.PROPOSE_ACCOUNT,
        V.PROPOSE_HEIR,
        V.OPEN_APPLICATION, V.SAVE_DRAFT, V.SUBMIT, V.ACCEPT, V.RETURN_FOR_CORRECTION, V.WITHDRAW, V.INVESTIGATE,
        V.POST_NOTICE, V.TAKE_DOWN_NOTICE, V.START_REVIEW,
        V.REQUEST_CHECK, V.ANSWER_CHECK, V.EXPLAIN_DIFFERENCE, V.SKIP_VISIT, V.HOLD_APPRAISAL, V.SKIP_APPRAISAL,
        V.ASK_COLLECTIVE, V.RAISE_OBJECTION, V.PAUSE_CLOCK, V.RESUME_CLOCK,
        V.VIEW_NOTICES, V.RECORD_DISPLAY, V.DELIVER, V.FILE_COMPLAINT, V.PROPOSE_REVOCATION, V.PROPOSE_ENDING,
        V.POST_ENDING_NOTICE, V.DROP_ENDING, V.VIEW_REPORTS, V.EXPORT,
        V.ATTACH_DOCUMENT, V.REMOVE_DOCUMENT, V.OPEN_DOCUMENT,
        V.VIEW_LEADS, V.REPORT_LEAD, V.CONTACT_LEAD, V.APPLY_FROM_LEAD, V.CLOSE_LEAD,
        V.REPORT_CHANGE, V.CORRECT_FILE, V.RECORD_DEATH, V.RECORD_WORK_REFUSAL, V.PROPOSE_RELOCATION, V.ASK_RELOCATION,
        V.ACCEPT_RELOCATION, V.DECLINE_RELOCATION, V.SPLIT_HOUSEHOLD, V.MERGE_HOUSEHOLDS, V.PROPOSE_INTERRUPTION,
        V.VIEW_REFERRALS, V.REFER, V.FETCH_REFERRAL, V.ACCEPT_REFERRAL, V.REFUSE_REFERRAL, V.FINISH_REFERRAL,
        V.TAKE_BACK_REFERRAL, V.SETTLE_ALERT,
        V.PROPOSE_RECALCULATION, V.NOTIFY_RECEIVABLE, V.HEAR_FAMILY, V.AGREE_REPAYMENT, V.PROPOSE_WRITE_OFF,
    },
    Role.TOWNSHIP_LEADER: {
        V.VIEW_CASES, V.VIEW_HOUSEHOLDS, V.VIEW_AWARDS, V.REVEAL, V.PROPOSE, V.APPROVE_ACCOUNT, V.REJECT_ACCOUNT,
        V.HAND_OVER, V.DECIDE_TOGETHER, V.UPHOLD_OBJECTION, V.DISMISS_OBJECTION, V.EXTEND, V.CONFIRM_DELEGATED,
        V.REFUSE_DELEGATED, V.VIEW_NOTICES, V.VIEW_REPORTS, V.EXPORT, V.OPEN_DOCUMENT, V.VIEW_LEADS,
        V.VIEW_REFERRALS,
    },
    Role.REVIEWER: {
        V.VIEW_CASES, V.VIEW_HOUSEHOLDS, V.VIEW_AWARDS, V.VIEW_MONTHS, V.REVEAL, V.APPROVE_ACCOUNT, V.REJECT_ACCOUNT,
        V.CONFIRM, V.REFUSE, V.RETURN_FOR_SURVEY, V.VIEW_WHAT_IFS, V.APPROVE_STANDARD, V.REJECT_STANDARD,
        V.VIEW_TAKEOVERS, V.APPROVE_REGISTER, V.REJECT_REGISTER, V.IMPORT_REGISTER,
        V.VIEW_SPOT_CHECKS, V.RECORD_SPOT_CHECK,
        V.PAUSE_CLOCK, V.RESUME_CLOCK,
        V.VIEW_NOTICES, V.FILE_COMPLAINT, V.REOPEN_CASE, V.DISMISS_COMPLAINT, V.PROPOSE_REVOCATION, V.CONFIRM_ENDING,
        V.DROP_ENDING,
        V.VIEW_REPORTS, V.EXPORT,
        V.OPEN_DOCUMENT, V.VIEW_LEADS,
        V.APPROVE_INTERRUPTION, V.DECLINE_INTERRUPTION,
        V.VIEW_REFERRALS,
        V.PROPOSE_RECALCULATION,
        V.HOLD_UNIT, V.RELEASE_UNIT, V.MARK_CHANGE,
    },
    Role.BUREAU_CHIEF: {
        V.VIEW_CASES, V.VIEW_HOUSEHOLDS, V.VIEW_AWARDS, V.VIEW_MONTHS, V.VIEW_PAYMENTS, V.REVEAL, V.CONFIRM_MONTH,
        V.EXCLUDE_UNIT, V.HOLD_UNIT, V.RELEASE_UNIT, V.MARK_CHANGE,
        V.VOID_MONTH, V.RELEASE_BATCH, V.SEND_BACK_BATCH, V.VIEW_WHAT_IFS, V.START_WHAT_IF, V.PROPOSE_STANDARD,
        V.CLEAR_FINDING, V.CONFIRM_OVERRIDE, V.DECLINE_OVERRIDE, V.PROPOSE_LIMIT,
        V.VIEW_TAKEOVERS, V.UPLOAD_REGISTER, V.COMPARE_ROLL,
        V.DELEGATE, V.END_DELEGATION, V.VIEW_SPOT_CHECKS, V.DRAW_SPOT_CHECK,
        V.CONFIRM_RECALCULATION, V.REJECT_RECALCULATION, V.APPROVE_WRITE_OFF, V.REJECT_WRITE_OFF,
        V.VIEW_NOTICES, V.REOPEN_CASE, V.DISMISS_COMPLAINT, V.REVOKE, V.REJECT_REVOCATION,
        V.VIEW_REPORTS, V.EXPORT,
        V.OPEN_DOCUMENT, V.VIEW_LEADS,
        V.VIEW_REFERRALS,
        V.VIEW_OPERATIONS,
        V.VIEW_ALARMS, V.RESOLVE_ALARM, V.GRANT_DOWNLOAD, V.REFUSE_DOWNLOAD, V.PROPOSE_AGENCY,
        V.PROPOSE_PRICE_INDEX, V.CONFIRM_SUBSIDY, V.REJECT_SUBSIDY,
    },
    Role.PAYMENTS_MAKER: {
        V.VIEW_HOUSEHOLDS, V.VIEW_AWARDS, V.VIEW_MONTHS, V.VIEW_PAYMENTS, V.REVEAL, V.OPEN_MONTH, V.RETRY_UNIT,
        V.ENTITLE, V.DRAW_BATCH, V.REFRESH_BATCH, V.FREEZE_BATCH, V.CANCEL_BATCH, V.DOWNLOAD_FILE, V.SUBMIT_BATCH,
        V.IMPORT_RETURN, V.REISSUE,
        V.RECORD_REPAYMENT, V.RECORD_OFFSET, V.PROPOSE_WRITE_OFF,
        V.TAKE_OUT,
        V.TAKE_OUT, V.PROPOSE_FUNDS, V.PROPOSE_SHARED_ACCOUNT, V.MARK_UNKNOWN, V.PROPOSE_SETTLEMENT,
        V.START_SUBSIDY,
        V.VIEW_REPORTS,
        V.ENTER_STATEMENT,
        V.ASK_DOWNLOAD, V.IMPORT_LATE_RETURN, V.PROPOSE_LATE_RETURN,
    },
    Role.PAYMENTS_CHECKER: {
        V.VIEW_HOUSEHOLDS, V.VIEW_AWARDS, V.VIEW_MONTHS, V.VIEW_PAYMENTS, V.CONFIRM_MONTH, V.APPROVE_BATCH,
        V.SEND_BACK_BATCH, V.CLOSE_BATCH,
        V.CLEAR_FINDING, V.CONFIRM_OVERRIDE, V.DECLINE_OVERRIDE,
        V.APPROVE_FUNDS, V.REJECT_FUNDS, V.APPROVE_LIMIT, V.REJECT_LIMIT, V.APPROVE_SHARED_ACCOUNT,
        V.REJECT_SHARED_ACCOUNT, V.APPROVE_SETTLEMENT, V.REJECT_SETTLEMENT,
        V.EXCLUDE_UNIT, V.HOLD_UNIT, V.RELEASE_UNIT, V.MARK_CHANGE,
        V.VIEW_REPORTS,
        V.CHECK_STATEMENT,
        V.GRANT_DOWNLOAD, V.REFUSE_DOWNLOAD, V.APPROVE_LATE_RETURN, V.REJECT_LATE_RETURN,
        V.APPROVE_AGENCY, V.REJECT_AGENCY,
        V.APPROVE_PRICE_INDEX, V.REJECT_PRICE_INDEX, V.CONFIRM_SUBSIDY, V.REJECT_SUBSIDY,
    },
    Role.AUDITOR: {
        V.VIEW_CASES, V.VIEW_HOUSEHOLDS, V.VIEW_AWARDS, V.VIEW_MONTHS, V.VIEW_PAYMENTS, V.VIEW_RECORDS, V.REVEAL,
        V.VIEW_WHAT_IFS, V.VIEW_TAKEOVERS, V.VIEW_SYSTEM, V.VIEW_SPOT_CHECKS, V.VIEW_NOTICES, V.VIEW_REPORTS,
        V.OPEN_DOCUMENT, V.VIEW_LEADS,
        V.VIEW_REFERRALS,
        V.VIEW_OPERATIONS,
        V.VIEW_ALARMS,
    },
    Role.SYSTEM_ADMIN: {
        V.VIEW_OPERATIONS,
        V.VIEW_SYSTEM, V.ADVANCE_OFFICE_DATE, V.CREATE_USER, V.SWITCH_USER, V.RESET_PASSWORD, V.RESET_LOCKOUT,
        V.PROPOSE_WEBHOOK, V.HAND_OVER_KEY, V.STOP_WEBHOOK, V.TRY_WEBHOOK, V.RESEND_DELIVERY, V.DROP_DELIVERY,
    },
    Role.SECURITY_ADMIN: {
        V.VIEW_SYSTEM, V.APPOINT, V.END_POSTING, V.MOVE_POSTING, V.DEPUTISE,
        V.APPROVE_WEBHOOK,
    },
    Role.ASSISTANT: {V.VIEW_LEADS, V.REPORT_LEAD, V.VIEW_NOTICES, V.RECORD_DISPLAY, V.SEE_NOTICE_UP},
}  # fmt: skip
# The door for partner bureaus: accounts, what they open, and the owner's word.
DESKS[Role.SYSTEM_ADMIN] |= {
    V.VIEW_PARTNERS, V.REGISTER_PARTNER, V.OPEN_CLIENT, V.RENEW_CREDENTIALS, V.CLOSE_CLIENT,
}  # fmt: skip
DESKS[Role.SECURITY_ADMIN] |= {V.VIEW_PARTNERS, V.PROPOSE_GRANT, V.REVOKE_GRANT}
DESKS[Role.BUREAU_CHIEF] |= {V.VIEW_PARTNERS, V.VIEW_DISCLOSURES, V.APPROVE_GRANT, V.REJECT_GRANT, V.REVOKE_GRANT}
DESKS[Role.AUDITOR] |= {V.VIEW_PARTNERS, V.VIEW_DISCLOSURES}

# Acts no post holds: the system's own, or parts of another act that was permitted.
NOBODYS = {
    V.LOAD_DEMO, V.LOAD_AREAS, V.LOAD_STANDARDS, V.CHANGE_PASSWORD,
    V.OPEN_HOUSEHOLD, V.UPDATE_HOUSEHOLD, V.DECLARE, V.ASSESS, V.DECIDE_AWARD, V.START_AWARD,
    V.END_AWARD, V.CALCULATE, V.FINISH_CALCULATION, V.CHECK_REGISTER,
    V.RECOUNT_DEADLINES, V.ESCALATE,
    V.FREEZE_FIGURES, V.RECORD_FIGURES,
    V.RECEIVE_LEAD, V.RECEIVE_ALERT,
    V.CHECK_INVARIANTS,
    V.BACK_DATE,
    V.TELL_PARTNER, V.TAKE_ANSWER,
}  # fmt: skip

# The first hand never lies at the same desk as the second.
TWO_HANDS = [
    (V.INVESTIGATE, V.PROPOSE),
    (V.SUBMIT, V.CONFIRM),
    (V.PROPOSE, V.CONFIRM),
    (V.RAISE_OBJECTION, V.DISMISS_OBJECTION),
    (V.DRAW_SPOT_CHECK, V.RECORD_SPOT_CHECK),
    (V.DELEGATE, V.CONFIRM_DELEGATED),
    (V.PROPOSE_ACCOUNT, V.APPROVE_ACCOUNT),
    (V.PROPOSE_HEIR, V.APPROVE_ACCOUNT),
    (V.PROPOSE_INTERRUPTION, V.APPROVE_INTERRUPTION),
    (V.PROPOSE_STANDARD, V.APPROVE_STANDARD),
    (V.UPLOAD_REGISTER, V.APPROVE_REGISTER),
    (V.UPLOAD_REGISTER, V.IMPORT_REGISTER),
    (V.OPEN_MONTH, V.CONFIRM_MONTH),
    (V.OPEN_MONTH, V.EXCLUDE_UNIT),
    (V.DRAW_BATCH, V.APPROVE_BATCH),
    (V.REFRESH_BATCH, V.APPROVE_BATCH),
    (V.DRAW_BATCH, V.RELEASE_BATCH),
    (V.APPROVE_BATCH, V.RELEASE_BATCH),
    (V.IMPORT_RETURN, V.CLOSE_BATCH),
    (V.ENTER_STATEMENT, V.CHECK_STATEMENT),
    (V.ASK_DOWNLOAD, V.GRANT_DOWNLOAD),
    (V.IMPORT_RETURN, V.RESOLVE_ALARM),
    (V.PROPOSE_LATE_RETURN, V.APPROVE_LATE_RETURN),
    (V.PROPOSE_AGENCY, V.APPROVE_AGENCY),
    (V.PROPOSE_PRICE_INDEX, V.APPROVE_PRICE_INDEX),
    (V.START_SUBSIDY, V.CONFIRM_SUBSIDY),
    (V.CREATE_USER, V.APPOINT),
    (V.RESET_PASSWORD, V.APPOINT),
    (V.APPOINT, V.VIEW_RECORDS),
    (V.OPEN_CLIENT, V.PROPOSE_GRANT),
    (V.PROPOSE_GRANT, V.APPROVE_GRANT),
    (V.CONFIRM, V.REVOKE),
    (V.PROPOSE_REVOCATION, V.REVOKE),
    (V.PROPOSE_ENDING, V.CONFIRM_ENDING),
    (V.POST_ENDING_NOTICE, V.CONFIRM_ENDING),
    (V.PROPOSE_WEBHOOK, V.APPROVE_WEBHOOK),
    (V.PROPOSE_RECALCULATION, V.CONFIRM_RECALCULATION),
    (V.PROPOSE_WRITE_OFF, V.APPROVE_WRITE_OFF),
    (V.RECORD_REPAYMENT, V.APPROVE_WRITE_OFF),
]


@pytest.mark.parametrize("role", Role)
def test_each_desk_may_do_exactly_its_work(role: Role) -> None:
    assert {verb for verb in Verb if role in MAY.get(verb, ())} == DESKS[role]


def test_every_act_has_a_desk_or_is_named_as_nobody_s() -> None:
    assert {verb for verb in Verb if not MAY.get(verb)} == NOBODYS


@pytest.mark.parametrize(("first", "second"), TWO_HANDS)
def test_the_second_hand_is_another_desk(first: Verb, second: Verb) -> None:
    assert not MAY[first] & MAY[second]


def test_the_auditor_only_looks_and_the_other_two_administrators_see_no_family() -> None:
    assert DESKS[Role.AUDITOR] <= ROOMS | {V.REVEAL, V.OPEN_DOCUMENT}
    assert frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.ASSISTANT}) == SEES_NO_FAMILY
    assert DESKS[Role.SYSTEM_ADMIN] & ROOMS == {V.VIEW_SYSTEM, V.VIEW_PARTNERS, V.VIEW_OPERATIONS}
    assert DESKS[Role.SECURITY_ADMIN] & ROOMS == {V.VIEW_SYSTEM, V.VIEW_PARTNERS}
    assert {role for role, acts in DESKS.items() if V.VIEW_SYSTEM in acts} == ADMINISTRATORS


def test_the_three_administrators_share_nothing_but_looking() -> None:
    for one, other in combinations(ADMINISTRATORS, 2):
        assert DESKS[one] & DESKS[other] - {V.VIEW_OPERATIONS} == {V.VIEW_SYSTEM, V.VIEW_PARTNERS}


@pytest.fixture
def o(db: None) -> Iterator[f.Office]:
    return f.office()


@pytest.mark.parametrize("role", Role)
def test_the_people_of_the_office_can_do_what_their_desk_can(o: f.Office, role: Role) -> None:
    user = o.desk(role)
    assert {verb for verb in Verb if may(user, verb, on=f.OPENED)} == DESKS[role]
    area = o.county if LEVELS[role] == Level.COUNTY else o.village
    assert {verb for verb in Verb if may(user, verb, on=f.OPENED, area=area)} == DESKS[role]


def test_a_township_s_post_ends_at_its_border(o: f.Office) -> None:
    for area in (o.town, o.village):
        assert may(o.caseworker, V.ACCEPT, on=f.OPENED, area=area)
    for area in (o.other_town, o.other_village, o.county):
        assert not may(o.caseworker, V.ACCEPT, on=f.OPENED, area=area)
    for area in (o.town, o.other_village, o.county):
        assert may(o.reviewer, V.CONFIRM, on=f.OPENED, area=area)


def test_a_village_s_post_reaches_its_township_s_cases(o: f.Office) -> None:
    posting = Posting(user=o.auditor, area=o.village, role=Role.CASEWORKER, since=f.HIRED)
    assert posting.covers(o.village)
    assert posting.covers(o.town)
    assert not posting.covers(o.other_village)
    assert not posting.level_fits


def appointed(o: f.Office, area: Area, role: Role, since: date, until: date | None = None) -> User:
    with act(V.APPOINT, acting_user=o.admin, on=f.OPENED):
        user = User.objects.create(username="new", name="新来的", password="!")
        Posting.objects.create(user=user, area=area, role=role, since=since, until=until)
    return user


def test_a_posting_counts_from_its_first_day_to_the_day_before_its_end(o: f.Office) -> None:
    since, until = date(2024, 5, 20), date(2024, 6, 1)
    user = appointed(o, o.county, Role.REVIEWER, since, until)
    day = timedelta(days=1)
    assert [may(user, V.CONFIRM, on=on) for on in (since - day, since, until - day, until)] == [
        False,
        True,
        True,
        False,
    ]


def test_somebody_without_a_post_may_do_nothing(o: f.Office) -> None:
    with act(V.CREATE_USER, acting_user=o.admin, on=f.OPENED):
        user = User.objects.create(username="new", name="新来的", password="!")
    assert not any(may(user, verb, on=f.OPENED) for verb in Verb)
    assert user.posting_line(f.OPENED) == "没有岗位"


def test_an_account_that_is_switched_off_may_do_nothing(o: f.Office) -> None:
    o.reviewer.is_active = False
    assert not any(may(o.reviewer, verb, on=f.OPENED) for verb in Verb)


def test_the_office_system_holds_no_post(o: f.Office) -> None:
    assert not any(may(User.objects.system(), verb, on=f.OPENED) for verb in Verb)


def test_the_refusal_names_the_act_and_what_to_do(o: f.Office) -> None:
    with pytest.raises(Refused) as refused:
        require(o.caseworker, V.CONFIRM, on=f.OPENED, area=o.town)
    assert refused.value.code == "not_permitted"
    assert refused.value.message == "您的岗位不能办理“确认”，请交由有权限的同事办理。"
    assert refused.value.facts == {"verb": "CONFIRM"}


def test_nobody_decides_after_themselves(o: f.Office) -> None:
    different_person(o.reviewer, o.caseworker, o.leader.pk, None, what="确认")
    for earlier in (o.reviewer, o.reviewer.pk):
        with pytest.raises(Refused) as refused:
            different_person(o.reviewer, o.caseworker, earlier, what="确认")
        assert refused.value.code == "own_work"


def test_there_is_no_superuser() -> None:
    assert {field.name for field in User._meta.get_fields()} & {"is_superuser", "is_staff", "groups"} == set()
