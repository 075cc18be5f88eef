"""Who may do what: one table, role × level × act."""

from datetime import date
from typing import Any

from django.db import models

from apps.audit.verbs import Verb
from apps.core.refusal import Refused


class Role(models.TextChoices):
    """The posts of the office."""

    CASEWORKER = "CASEWORKER", "经办人"
    TOWNSHIP_LEADER = "TOWNSHIP_LEADER", "乡镇负责人"
    REVIEWER = "REVIEWER", "民政局审核人"
    BUREAU_CHIEF = "BUREAU_CHIEF", "民政局主管"
    PAYMENTS_MAKER = "PAYMENTS_MAKER", "发放制单岗"
    PAYMENTS_CHECKER = "PAYMENTS_CHECKER", "发放复核岗"
    AUDITOR = "AUDITOR", "审计员"
    SYSTEM_ADMIN = "SYSTEM_ADMIN", "系统管理员"
    SECURITY_ADMIN = "SECURITY_ADMIN", "安全管理员"
    ASSISTANT = "ASSISTANT", "村级协理员"


class Level(models.TextChoices):
    """Levels of areas, and so of postings."""

    COUNTY = "COUNTY", "县级"
    TOWNSHIP = "TOWNSHIP", "乡镇（街道）"
    VILLAGE = "VILLAGE", "村（社区）"


LEVELS: dict[Role, Level] = {
    Role.CASEWORKER: Level.TOWNSHIP,
    Role.TOWNSHIP_LEADER: Level.TOWNSHIP,
    Role.REVIEWER: Level.COUNTY,
    Role.BUREAU_CHIEF: Level.COUNTY,
    Role.PAYMENTS_MAKER: Level.COUNTY,
    Role.PAYMENTS_CHECKER: Level.COUNTY,
    Role.AUDITOR: Level.COUNTY,
    Role.SYSTEM_ADMIN: Level.COUNTY,
    Role.SECURITY_ADMIN: Level.COUNTY,
    Role.ASSISTANT: Level.VILLAGE,
}

# 等保三级: one opens accounts, one gives posts, one looks; the first two see no family.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
SEES_NO_FAMILY = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.ASSISTANT})

_TOWNSHIP = {Role.CASEWORKER, Role.TOWNSHIP_LEADER}
_BUREAU = {Role.REVIEWER, Role.BUREAU_CHIEF}
_PAYMENTS = {Role.PAYMENTS_MAKER, Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF}

MAY: dict[Verb, frozenset[Role]] = {
    verb: frozenset(roles)
    for verb, roles in {
        Verb.VIEW_CASES: _TOWNSHIP | _BUREAU | {Role.AUDITOR},
        Verb.VIEW_HOUSEHOLDS: _TOWNSHIP | _BUREAU | _PAYMENTS | {Role.AUDITOR},
        Verb.VIEW_AWARDS: _TOWNSHIP | _BUREAU | _PAYMENTS | {Role.AUDITOR},
        Verb.VIEW_MONTHS: _BUREAU | _PAYMENTS | {Role.AUDITOR},
        Verb.VIEW_PAYMENTS: _PAYMENTS | {Role.AUDITOR},
        Verb.VIEW_WHAT_IFS: _BUREAU | {Role.AUDITOR},
        Verb.VIEW_TAKEOVERS: _BUREAU | {Role.AUDITOR},
        Verb.VIEW_REPORTS: _TOWNSHIP | _BUREAU | _PAYMENTS | {Role.AUDITOR},
        Verb.EXPORT: _TOWNSHIP | _BUREAU,
        # The system administrator opens accounts, the security administrator proposes what they open, the owner of the
        # data decides; whoever sees something wrong takes it back at once.
        Verb.VIEW_PARTNERS: ADMINISTRATORS | {Role.BUREAU_CHIEF},
        Verb.VIEW_DISCLOSURES: {Role.AUDITOR, Role.BUREAU_CHIEF},
        Verb.REGISTER_PARTNER: {Role.SYSTEM_ADMIN},
        Verb.OPEN_CLIENT: {Role.SYSTEM_ADMIN},
        Verb.RENEW_CREDENTIALS: {Role.SYSTEM_ADMIN},
        Verb.CLOSE_CLIENT: {Role.SYSTEM_ADMIN},
        Verb.PROPOSE_GRANT: {Role.SECURITY_ADMIN},
        Verb.APPROVE_GRANT: {Role.BUREAU_CHIEF},
        Verb.REJECT_GRANT: {Role.BUREAU_CHIEF},
        Verb.REVOKE_GRANT: {Role.SECURITY_ADMIN, Role.BUREAU_CHIEF},
        Verb.VIEW_RECORDS: {Role.AUDITOR},
        Verb.VIEW_SYSTEM: ADMINISTRATORS,
        Verb.VIEW_OPERATIONS: {Role.SYSTEM_ADMIN, Role.BUREAU_CHIEF, Role.AUDITOR},
        Verb.ADVANCE_OFFICE_DATE: {Role.SYSTEM_ADMIN},
        Verb.CREATE_USER: {Role.SYSTEM_ADMIN},
        Verb.SWITCH_USER: {Role.SYSTEM_ADMIN},
        Verb.RESET_PASSWORD: {Role.SYSTEM_ADMIN},
        Verb.RESET_LOCKOUT: {Role.SYSTEM_ADMIN},
        Verb.APPOINT: {Role.SECURITY_ADMIN},
        Verb.END_POSTING: {Role.SECURITY_ADMIN},
        Verb.MOVE_POSTING: {Role.SECURITY_ADMIN},
        Verb.DEPUTISE: {Role.SECURITY_ADMIN},
        Verb.HAND_OVER: {Role.TOWNSHIP_LEADER},
        Verb.REVEAL: _TOWNSHIP | _BUREAU | {Role.PAYMENTS_MAKER, Role.AUDITOR},
        Verb.HINT_ELSEWHERE: {Role.CASEWORKER},
        Verb.PROPOSE_ACCOUNT: {Role.CASEWORKER},
        Verb.APPROVE_ACCOUNT: {Role.TOWNSHIP_LEADER, Role.REVIEWER},
        Verb.REJECT_ACCOUNT: {Role.TOWNSHIP_LEADER, Role.REVIEWER},
        Verb.PROPOSE_HEIR: {Role.CASEWORKER},
        Verb.OPEN_APPLICATION: {Role.CASEWORKER},
        Verb.SAVE_DRAFT: {Role.CASEWORKER},
        Verb.SUBMIT: {Role.CASEWORKER},
        Verb.ACCEPT: {Role.CASEWORKER},
        Verb.RETURN_FOR_CORRECTION: {Role.CASEWORKER},
        Verb.WITHDRAW: {Role.CASEWORKER},
        Verb.INVESTIGATE: {Role.CASEWORKER},
        Verb.PROPOSE: {Role.TOWNSHIP_LEADER},
        Verb.POST_NOTICE: {Role.CASEWORKER},
        Verb.TAKE_DOWN_NOTICE: {Role.CASEWORKER},
        Verb.START_REVIEW: {Role.CASEWORKER},
        Verb.PAUSE_CLOCK: {Role.CASEWORKER, Role.REVIEWER},
        Verb.RESUME_CLOCK: {Role.CASEWORKER, Role.REVIEWER},
        Verb.ATTACH_DOCUMENT: {Role.CASEWORKER},
        Verb.REMOVE_DOCUMENT: {Role.CASEWORKER},
        Verb.OPEN_DOCUMENT: _TOWNSHIP | _BUREAU | {Role.AUDITOR},
        Verb.VIEW_LEADS: _TOWNSHIP | _BUREAU | {Role.AUDITOR, Role.ASSISTANT},
        Verb.REPORT_LEAD: {Role.ASSISTANT, Role.CASEWORKER},
        Verb.CONTACT_LEAD: {Role.CASEWORKER},
        Verb.APPLY_FROM_LEAD: {Role.CASEWORKER},
        Verb.CLOSE_LEAD: {Role.CASEWORKER},
        Verb.REPORT_CHANGE: {Role.CASEWORKER},
        Verb.CORRECT_FILE: {Role.CASEWORKER},
        Verb.RECORD_DEATH: {Role.CASEWORKER},
        Verb.RECORD_WORK_REFUSAL: {Role.CASEWORKER},
        Verb.ASK_RELOCATION: {Role.CASEWORKER},
        Verb.PROPOSE_RELOCATION: {Role.CASEWORKER},
        Verb.ACCEPT_RELOCATION: {Role.CASEWORKER},
        Verb.DECLINE_RELOCATION: {Role.CASEWORKER},
        Verb.SPLIT_HOUSEHOLD: {Role.CASEWORKER},
        Verb.MERGE_HOUSEHOLDS: {Role.CASEWORKER},
        Verb.PROPOSE_INTERRUPTION: {Role.CASEWORKER},
        Verb.APPROVE_INTERRUPTION: {Role.REVIEWER},
        Verb.DECLINE_INTERRUPTION: {Role.REVIEWER},
        Verb.RETURN_FOR_SURVEY: {Role.REVIEWER},
        Verb.CONFIRM: {Role.REVIEWER},
        Verb.REFUSE: {Role.REVIEWER},
        Verb.REQUEST_CHECK: {Role.CASEWORKER},
        Verb.ANSWER_CHECK: {Role.CASEWORKER},
        Verb.EXPLAIN_DIFFERENCE: {Role.CASEWORKER},
        Verb.SKIP_VISIT: {Role.CASEWORKER},
        Verb.HOLD_APPRAISAL: {Role.CASEWORKER},
        Verb.SKIP_APPRAISAL: {Role.CASEWORKER},
        Verb.ASK_COLLECTIVE: {Role.CASEWORKER},
        Verb.DECIDE_TOGETHER: {Role.TOWNSHIP_LEADER},
        Verb.RAISE_OBJECTION: {Role.CASEWORKER},
        Verb.UPHOLD_OBJECTION: {Role.TOWNSHIP_LEADER},
        Verb.DISMISS_OBJECTION: {Role.TOWNSHIP_LEADER},
        Verb.EXTEND: {Role.TOWNSHIP_LEADER},
        Verb.DELEGATE: {Role.BUREAU_CHIEF},
        Verb.END_DELEGATION: {Role.BUREAU_CHIEF},
        Verb.CONFIRM_DELEGATED: {Role.TOWNSHIP_LEADER},
        Verb.REFUSE_DELEGATED: {Role.TOWNSHIP_LEADER},
        Verb.VIEW_SPOT_CHECKS: _BUREAU | {Role.AUDITOR},
        Verb.DRAW_SPOT_CHECK: {Role.BUREAU_CHIEF},
        Verb.RECORD_SPOT_CHECK: {Role.REVIEWER},
        Verb.VIEW_NOTICES: _TOWNSHIP | _BUREAU | {Role.AUDITOR, Role.ASSISTANT},
        Verb.RECORD_DISPLAY: {Role.CASEWORKER, Role.ASSISTANT},
        Verb.SEE_NOTICE_UP: {Role.ASSISTANT},
        Verb.DELIVER: {Role.CASEWORKER},
        Verb.FILE_COMPLAINT: {Role.CASEWORKER, Role.REVIEWER},
        Verb.REOPEN_CASE: {Role.REVIEWER, Role.BUREAU_CHIEF},
        Verb.DISMISS_COMPLAINT: {Role.REVIEWER, Role.BUREAU_CHIEF},
        Verb.PROPOSE_REVOCATION: {Role.CASEWORKER, Role.REVIEWER},
        Verb.REVOKE: {Role.BUREAU_CHIEF},
        Verb.REJECT_REVOCATION: {Role.BUREAU_CHIEF},
        Verb.PROPOSE_ENDING: {Role.CASEWORKER},
        Verb.POST_ENDING_NOTICE: {Role.CASEWORKER},
        Verb.CONFIRM_ENDING: {Role.REVIEWER},
        Verb.DROP_ENDING: {Role.CASEWORKER, Role.REVIEWER},
        Verb.PROPOSE_STANDARD: {Role.BUREAU_CHIEF},
        Verb.APPROVE_STANDARD: {Role.REVIEWER},
        Verb.REJECT_STANDARD: {Role.REVIEWER},
        Verb.START_WHAT_IF: {Role.BUREAU_CHIEF},
        Verb.UPLOAD_REGISTER: {Role.BUREAU_CHIEF},
        Verb.APPROVE_REGISTER: {Role.REVIEWER},
        Verb.REJECT_REGISTER: {Role.REVIEWER},
        Verb.IMPORT_REGISTER: {Role.REVIEWER},
        Verb.COMPARE_ROLL: {Role.BUREAU_CHIEF},
        Verb.VIEW_REFERRALS: _TOWNSHIP | _BUREAU | {Role.AUDITOR},
        Verb.REFER: {Role.CASEWORKER},
        Verb.FETCH_REFERRAL: {Role.CASEWORKER},
        Verb.ACCEPT_REFERRAL: {Role.CASEWORKER},
        Verb.REFUSE_REFERRAL: {Role.CASEWORKER},
        Verb.FINISH_REFERRAL: {Role.CASEWORKER},
        Verb.TAKE_BACK_REFERRAL: {Role.CASEWORKER},
        Verb.SETTLE_ALERT: {Role.CASEWORKER},
        Verb.PROPOSE_WEBHOOK: {Role.SYSTEM_ADMIN},
        Verb.APPROVE_WEBHOOK: {Role.SECURITY_ADMIN},
        Verb.HAND_OVER_KEY: {Role.SYSTEM_ADMIN},
        Verb.STOP_WEBHOOK: {Role.SYSTEM_ADMIN},
        Verb.TRY_WEBHOOK: {Role.SYSTEM_ADMIN},
        Verb.RESEND_DELIVERY: {Role.SYSTEM_ADMIN},
        Verb.DROP_DELIVERY: {Role.SYSTEM_ADMIN},
        Verb.OPEN_MONTH: {Role.PAYMENTS_MAKER},
        Verb.RETRY_UNIT: {Role.PAYMENTS_MAKER},
        Verb.EXCLUDE_UNIT: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.HOLD_UNIT: {Role.REVIEWER, Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.RELEASE_UNIT: {Role.REVIEWER, Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.MARK_CHANGE: {Role.REVIEWER, Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.VOID_MONTH: {Role.BUREAU_CHIEF},
        Verb.CONFIRM_MONTH: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.ENTITLE: {Role.PAYMENTS_MAKER},
        Verb.DRAW_BATCH: {Role.PAYMENTS_MAKER},
        Verb.REFRESH_BATCH: {Role.PAYMENTS_MAKER},
        Verb.FREEZE_BATCH: {Role.PAYMENTS_MAKER},
        Verb.CANCEL_BATCH: {Role.PAYMENTS_MAKER},
        Verb.APPROVE_BATCH: {Role.PAYMENTS_CHECKER},
        Verb.SEND_BACK_BATCH: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.RELEASE_BATCH: {Role.BUREAU_CHIEF},
        Verb.DOWNLOAD_FILE: {Role.PAYMENTS_MAKER},
        Verb.SUBMIT_BATCH: {Role.PAYMENTS_MAKER},
        Verb.IMPORT_RETURN: {Role.PAYMENTS_MAKER},
        Verb.REISSUE: {Role.PAYMENTS_MAKER},
        Verb.CLOSE_BATCH: {Role.PAYMENTS_CHECKER},
        Verb.ENTER_STATEMENT: {Role.PAYMENTS_MAKER},
        Verb.CHECK_STATEMENT: {Role.PAYMENTS_CHECKER},
        Verb.PROPOSE_RECALCULATION: {Role.CASEWORKER, Role.REVIEWER},
        Verb.CONFIRM_RECALCULATION: {Role.BUREAU_CHIEF},
        Verb.REJECT_RECALCULATION: {Role.BUREAU_CHIEF},
        Verb.NOTIFY_RECEIVABLE: {Role.CASEWORKER},
        Verb.HEAR_FAMILY: {Role.CASEWORKER},
        Verb.AGREE_REPAYMENT: {Role.CASEWORKER},
        Verb.RECORD_REPAYMENT: {Role.PAYMENTS_MAKER},
        Verb.RECORD_OFFSET: {Role.PAYMENTS_MAKER},
        Verb.PROPOSE_WRITE_OFF: {Role.CASEWORKER, Role.PAYMENTS_MAKER},
        Verb.APPROVE_WRITE_OFF: {Role.BUREAU_CHIEF},
        Verb.REJECT_WRITE_OFF: {Role.BUREAU_CHIEF},
        Verb.VIEW_ALARMS: {Role.BUREAU_CHIEF, Role.AUDITOR},
        Verb.ASK_DOWNLOAD: {Role.PAYMENTS_MAKER},
        Verb.GRANT_DOWNLOAD: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.REFUSE_DOWNLOAD: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.RESOLVE_ALARM: {Role.BUREAU_CHIEF},
        Verb.IMPORT_LATE_RETURN: {Role.PAYMENTS_MAKER},
        Verb.PROPOSE_LATE_RETURN: {Role.PAYMENTS_MAKER},
        Verb.APPROVE_LATE_RETURN: {Role.PAYMENTS_CHECKER},
        Verb.REJECT_LATE_RETURN: {Role.PAYMENTS_CHECKER},
        Verb.PROPOSE_AGENCY: {Role.BUREAU_CHIEF},
        Verb.APPROVE_AGENCY: {Role.PAYMENTS_CHECKER},
        Verb.REJECT_AGENCY: {Role.PAYMENTS_CHECKER},
        Verb.TAKE_OUT: {Role.PAYMENTS_MAKER},
        Verb.CLEAR_FINDING: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.CONFIRM_OVERRIDE: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.DECLINE_OVERRIDE: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.PROPOSE_FUNDS: {Role.PAYMENTS_MAKER},
        Verb.APPROVE_FUNDS: {Role.PAYMENTS_CHECKER},
        Verb.REJECT_FUNDS: {Role.PAYMENTS_CHECKER},
        Verb.PROPOSE_PRICE_INDEX: {Role.BUREAU_CHIEF},
        Verb.APPROVE_PRICE_INDEX: {Role.PAYMENTS_CHECKER},
        Verb.REJECT_PRICE_INDEX: {Role.PAYMENTS_CHECKER},
        Verb.START_SUBSIDY: {Role.PAYMENTS_MAKER},
        Verb.CONFIRM_SUBSIDY: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.REJECT_SUBSIDY: {Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF},
        Verb.PROPOSE_LIMIT: {Role.BUREAU_CHIEF},
        Verb.APPROVE_LIMIT: {Role.PAYMENTS_CHECKER},
        Verb.REJECT_LIMIT: {Role.PAYMENTS_CHECKER},
        Verb.PROPOSE_SHARED_ACCOUNT: {Role.PAYMENTS_MAKER},
        Verb.APPROVE_SHARED_ACCOUNT: {Role.PAYMENTS_CHECKER},
        Verb.REJECT_SHARED_ACCOUNT: {Role.PAYMENTS_CHECKER},
        Verb.MARK_UNKNOWN: {Role.PAYMENTS_MAKER},
        Verb.PROPOSE_SETTLEMENT: {Role.PAYMENTS_MAKER},
        Verb.APPROVE_SETTLEMENT: {Role.PAYMENTS_CHECKER},
        Verb.REJECT_SETTLEMENT: {Role.PAYMENTS_CHECKER},
    }.items()
}


def duties(role: Role) -> list[Verb]:
    """What a post may do, in the order of the office's work."""
    return [verb for verb in Verb if role in MAY.get(verb, ())]


def may(user: Any, verb: Verb, *, on: date, area: Any = None) -> bool:
    """Whether a posting in force on that day allows this act (for things of ``area``, when given)."""
    allowed = MAY.get(verb, frozenset())
    return user.is_active and any(
        posting.role in allowed and (area is None or posting.covers(area)) for posting in user.postings_on(on)
    )


def require(user: Any, verb: Verb, *, on: date, area: Any = None) -> None:
    """Refused("not_permitted") unless ``may``."""
    if not may(user, verb, on=on, area=area):
        raise Refused("not_permitted", f"您的岗位不能办理“{verb.label}”，请交由有权限的同事办理。", verb=str(verb))


def different_person(user: Any, *earlier: Any, what: str) -> None:
    """Refused("own_work") when the acting user did any of the earlier steps: nobody decides on their own work."""
    if user.pk in {getattr(person, "pk", person) for person in earlier if person is not None}:
        raise Refused("own_work", f"{what}须由另一位同事办理：您已经手过前面的环节。")
