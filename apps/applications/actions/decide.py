"""The bureau's decision."""

from collections.abc import Sequence
from datetime import date, timedelta

from apps.accounts.models import User
from apps.accounts.roles import different_person
from apps.applications.actions.assessing import assess_case, content_digest, gives_something
from apps.applications.actions.moving import moving
from apps.applications.actions.reaching_back import reach_back
from apps.applications.facts.checks import refuse_unchecked, refuse_unexplained, report_of
from apps.applications.facts.deciding import refuse_elsewhere, refuse_unvisited
from apps.applications.facts.plainness import refuse_objected
from apps.applications.models import Application, DecidedLevel, Kind, RefusalGround
from apps.audit.verbs import Verb
from apps.awards.actions import apply_decision, end_for_merger
from apps.core.month import day_label
from apps.core.refusal import Refused, said
from apps.eligibility.policy.enums import Category
from apps.households.actions import approve_account
from apps.households.models import AccountState


def confirm(
    application: Application, *, seen: str, acting_user: User, on: date, criteria: Sequence[str] = ()
) -> Application:
    """Confirm a case at the bureau: today's assessment decides the award from next month, the account comes with it.

    ``seen`` is the ``content_digest`` of the answer the reviewer saw: Refused("content_changed") when today's differs.
    Refused("own_work") for whoever took an earlier step; Refused("notice_running") before the day after the period;
    Refused("decided_elsewhere") for a case of a delegated township; Refused("objection_open") while an objection waits;
    Refused("check_missing" or "check_expired" or "difference_unexplained") without a check that carries a decision;
    Refused("not_drawn", "spot_check_waits" or "spot_check_disagrees") where the bureau must visit first;
    Refused("nothing_due") when a new case is due nothing (it must be refused with a ground). ``criteria``: by which a
    plain case was confirmed among others, for the record.
    """
    told = {"criteria": list(criteria)} if criteria else {}
    with moving(application, Verb.CONFIRM, acting_user=acting_user, on=on, **told) as case:
        _may_decide(case, DecidedLevel.COUNTY, acting_user, on)
        notice_has_run(case, on=on)
        refuse_unvisited(case)
        _give(case, Verb.CONFIRM, seen=seen, acting_user=acting_user, on=on)
    return case


def confirm_delegated(application: Application, *, seen: str, acting_user: User, on: date) -> Application:
    """Confirm a plain case of a delegated township, by a third person there (28号 §19); otherwise as ``confirm``."""
    with moving(application, Verb.CONFIRM_DELEGATED, acting_user=acting_user, on=on) as case:
        _may_decide(case, DecidedLevel.TOWNSHIP, acting_user, on)
        notice_has_run(case, on=on)
        _give(case, Verb.CONFIRM_DELEGATED, seen=seen, acting_user=acting_user, on=on)
    return case


def _give(case: Application, verb: Verb, *, seen: str, acting_user: User, on: date) -> None:
    report = report_of(case, on=on)
    refuse_unchecked(report)
    refuse_unexplained(report)
    assessment = assess_case(case, acting_user=acting_user, on=on)
    if content_digest(assessment.answer) != seen:
        raise Refused("content_changed", "测算结果与您看到的已不相同，请刷新后重新审阅。")
    if assessment.category == Category.INCOMPLETE:
        raise Refused("incomplete", "家庭情况尚未填齐，不能作决定，请退回补查。")
    if case.kind == Kind.NEW and not gives_something(assessment):
        raise Refused("nothing_due", "按现有情况测算不符合任何待遇，请选择不予确认并写明理由。")
    case.assessment = assessment
    if case.merges is not None:
        end_for_merger(case.merges, into=case.household, acting_user=acting_user, on=on)
    case.decision = apply_decision(case.household, assessment=assessment, verb=verb, acting_user=acting_user, on=on)
    case.decided_by, case.decided_on = acting_user, on
    reach_back(case, acting_user=acting_user, on=on)
    _close(case, on)
    if proposed := case.household.accounts.filter(state=AccountState.PROPOSED).first():
        approve_account(proposed, acting_user=acting_user, on=on)


def notice_has_run(application: Application, *, on: date) -> None:
    """Refused("notice_running") through the last day of the public notice."""
    ends = application.notice_ends_on
    if ends and on <= ends:
        following = day_label(ends + timedelta(days=1))
        raise Refused("notice_running", f"公示到 {day_label(ends)} 期满，{following}起才能确认。")


def refuse(application: Application, *, ground: RefusalGround, text: str, acting_user: User, on: date) -> Application:
    """Refuse at the bureau with a ground and reasons; the letter must reach the family within three working days."""
    return _refuse(
        application, Verb.REFUSE, DecidedLevel.COUNTY, ground=ground, text=text, acting_user=acting_user, on=on
    )


def refuse_delegated(
    application: Application, *, ground: RefusalGround, text: str, acting_user: User, on: date
) -> Application:
    """The same in a delegated township, by a third person there (28号 §19)."""
    return _refuse(
        application,
        Verb.REFUSE_DELEGATED,
        DecidedLevel.TOWNSHIP,
        ground=ground,
        text=text,
        acting_user=acting_user,
        on=on,
    )


def _refuse(
    application: Application,
    verb: Verb,
    level: DecidedLevel,
    *,
    ground: RefusalGround,
    text: str,
    acting_user: User,
    on: date,
) -> Application:
    text = said(text, field="text", ask="请写明不予确认的具体理由，它会印在通知书上。")
    if application.kind == Kind.REVIEW:
        raise Refused("review_is_decided", "复核按测算结果办理，请确认结果或退回补查。")
    with moving(application, verb, acting_user=acting_user, on=on, reason=text) as case:
        _may_decide(case, level, acting_user, on)
        case.assessment = assess_case(case, acting_user=acting_user, on=on)
        case.refusal_ground, case.refusal_text = ground, text
        case.decided_by, case.decided_on = acting_user, on
        _close(case, on)
    return case


def return_for_survey(application: Application, *, reason: str, acting_user: User, on: date) -> Application:
    """Send the case back to be investigated again; the notice is taken down and must run anew."""
    reason = said(reason, field="reason", ask="请写明要补查什么。")
    with moving(application, Verb.RETURN_FOR_SURVEY, acting_user=acting_user, on=on, reason=reason) as case:
        back_to_survey(case, reason, on=on)
    return case


def back_to_survey(case: Application, reason: str, *, on: date) -> None:
    """What a return to the township leaves of a case: why, and no notice."""
    case.return_reason, case.sent_back_on = reason, on
    case.notice_ends_on = None
    case.notices.filter(taken_down_on=None).update(taken_down_on=on)


def _may_decide(case: Application, level: DecidedLevel, acting_user: User, on: date) -> None:
    different_person(acting_user, *case.handlers(), case.barred_id, what="确认")
    refuse_elsewhere(case, level, on)
    refuse_objected(case)
    case.decided_level = level


def _close(case: Application, on: date) -> None:
    case.set_draft({})
    case.return_reason = ""
    case.notices.filter(taken_down_on=None).update(taken_down_on=on)
