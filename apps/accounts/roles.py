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
}

# 等保三级: the three administrators do not do each other's work, and the system administrator sees no family.
SEES_NO_FAMILY = frozenset({Role.SYSTEM_ADMIN})

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
        Verb.VIEW_RECORDS: {Role.AUDITOR},
        Verb.VIEW_SYSTEM: {Role.SYSTEM_ADMIN},
        Verb.ADVANCE_OFFICE_DATE: {Role.SYSTEM_ADMIN},
        Verb.CREATE_USER: {Role.SYSTEM_ADMIN},
        Verb.APPOINT: {Role.SYSTEM_ADMIN},
        Verb.END_POSTING: {Role.SYSTEM_ADMIN},
        Verb.REVEAL: _TOWNSHIP | _BUREAU | {Role.PAYMENTS_MAKER, Role.AUDITOR},
        Verb.HINT_ELSEWHERE: {Role.CASEWORKER},
        Verb.PROPOSE_ACCOUNT: {Role.CASEWORKER},
        Verb.APPROVE_ACCOUNT: {Role.TOWNSHIP_LEADER, Role.REVIEWER},
        Verb.REJECT_ACCOUNT: {Role.TOWNSHIP_LEADER, Role.REVIEWER},
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
        Verb.REPORT_CHANGE: {Role.CASEWORKER},
        Verb.CORRECT_FILE: {Role.CASEWORKER},
        Verb.RECORD_DEATH: {Role.CASEWORKER},
        Verb.RECORD_WORK_REFUSAL: {Role.CASEWORKER},
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
        Verb.PROPOSE_STANDARD: {Role.BUREAU_CHIEF},
        Verb.APPROVE_STANDARD: {Role.REVIEWER},
        Verb.REJECT_STANDARD: {Role.REVIEWER},
        Verb.START_WHAT_IF: {Role.BUREAU_CHIEF},
        Verb.OPEN_MONTH: {Role.PAYMENTS_MAKER},
        Verb.RETRY_CHUNK: {Role.PAYMENTS_MAKER},
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
    }.items()
}


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
