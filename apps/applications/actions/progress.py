"""From acceptance to the public notice."""

from datetime import date

from apps.accounts.actions import SYSTEM
from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.applications.actions.assessing import assess_case, gives_something
from apps.applications.actions.moving import moving
from apps.applications.facts.checks import keep_standing, refuse_unchecked, refuse_unexplained, report_of
from apps.applications.facts.plainness import refuse_unappraised, refuse_unstudied
from apps.applications.models import Application, Delegation, Investigation, Kind, Notice, Opinion
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.money import fen
from apps.core.month import day_label
from apps.core.refusal import Refused, said
from apps.core.workdays import notice_ends


def accept(application: Application, *, acting_user: User, on: date) -> Application:
    """Accept a complete application; the legal clocks start."""
    with moving(application, Verb.ACCEPT, acting_user=acting_user, on=on) as case:
        case.accepted_by, case.accepted_on = acting_user, on
        # A corrected declaration may have done away with what the check found beyond it.
        keep_standing(case, on=on)
        case.delegated = Delegation.objects.in_force(on).filter(scheme=case.scheme, township=case.township).exists()
    return case


def return_for_correction(application: Application, *, reason: str, acting_user: User, on: date) -> Application:
    """Give the application back to be completed, saying once and for all what is missing."""
    with moving(
        application, Verb.RETURN_FOR_CORRECTION, acting_user=acting_user, on=on, reason=said(reason, field="reason")
    ) as case:
        case.return_reason = reason.strip()
        case.accepted_by, case.accepted_on, case.sent_back_on = None, None, None
    return case


def withdraw(application: Application, *, reason: str, acting_user: User, on: date) -> Application:
    """End the case at the applicant's wish; notice and draft go."""
    with moving(
        application, Verb.WITHDRAW, acting_user=acting_user, on=on, reason=said(reason, field="reason")
    ) as case:
        case.return_reason = reason.strip()
        case.set_draft({})
        case.notices.filter(taken_down_on=None).update(taken_down_on=on)
    return case


def investigate(
    application: Application,
    *,
    visited_on: date,
    second_investigator: str,
    family_member_present: str,
    agrees: bool,
    findings: str,
    signed: bool,
    acting_user: User,
    on: date,
) -> Application:
    """Write down the home visit of two investigators, signed by them and by who was at home (57号 第16条).

    Refused("visit_date") for a day before acceptance or after today, Refused("two_investigators") for oneself twice,
    Refused("unsigned") while a signature is missing.
    """
    if not signed:
        raise Refused("unsigned", "调查表须由两名调查人和在场家庭成员签字后再登记。", field="signed")
    if second_investigator.strip() == acting_user.name:
        raise Refused("two_investigators", "入户调查须两人：请填写另一位调查人。", field="second_investigator")
    with moving(application, Verb.INVESTIGATE, acting_user=acting_user, on=on) as case:
        if case.accepted_on and not case.accepted_on <= visited_on <= on:
            raise Refused("visit_date", "入户日期须在受理之后、今天之前。", field="visited_on")
        Investigation.objects.create(
            application=case,
            visited_on=visited_on,
            by=acting_user,
            second_investigator=second_investigator.strip(),
            family_member_present=family_member_present.strip(),
            agrees=agrees,
            findings=findings.strip(),
            signed=signed,
        )
        case.investigated_by, case.investigated_on = acting_user, visited_on
    return case


def propose(application: Application, *, agrees: bool, text: str, acting_user: User, on: date) -> Application:
    """Sign the township's opinion on today's assessment; Refused("own_work") for whoever investigated.

    Refused while the township's work is not whole: a difference without a ground ("difference_unexplained"), no
    appraisal ("not_appraised"), no collective study where one is needed ("not_studied"); for a yes also while the check
    is not whole or too old ("check_missing", "check_expired").
    """
    with moving(application, Verb.PROPOSE, acting_user=acting_user, on=on, agrees=agrees) as case:
        different_person(acting_user, case.investigated_by_id, case.submitted_by_id, what="初审意见")
        _township_is_ready(case, agrees=agrees, on=on)
        case.assessment = assess_case(case, acting_user=acting_user, on=on)
        if agrees and not gives_something(case.assessment) and case.kind == Kind.NEW:
            raise Refused("nothing_due", "按现有情况测算不符合任何待遇，意见只能是拟不同意。", field="agrees")
        Opinion.objects.create(
            application=case, assessment=case.assessment, agrees=agrees, text=text.strip(), by=acting_user, on=on
        )
        case.proposed_by, case.proposed_on = acting_user, on
    return case


def _township_is_ready(case: Application, *, agrees: bool, on: date) -> None:
    report = report_of(case, on=on)
    if agrees:
        refuse_unchecked(report)
    refuse_unexplained(report)
    refuse_unappraised(case)
    refuse_unstudied(case)


def post_notice(application: Application, *, place: str, acting_user: User, on: date) -> Application:
    """Post the public notice: seven days from tomorrow, to the next working day when the last is a day off."""
    with moving(application, Verb.POST_NOTICE, acting_user=acting_user, on=on) as case:
        case.notice_ends_on = notice_ends(on)
        Notice.objects.create(
            application=case,
            posted_on=on,
            posted_by=acting_user,
            place=place.strip(),
            ends_on=case.notice_ends_on,
            content=notice_content(case),
        )
    return case


def notice_content(case: Application) -> dict[str, str | int]:
    """The only words a notice may carry (57号第19条)."""
    assessment = case.assessment
    amount = sum(fen(award["monthly"]) for award in assessment.awards)
    return {
        "applicant": case.applicant_name,
        "village": case.village.name if case.village else case.township.name,
        "people": len(assessment.refs),
        "category": assessment.category,
        "amount_fen": amount,
    }


def take_down_notice(notice: Notice, *, acting_user: User, on: date) -> Notice:
    """Take a notice down after its period (the system does so by itself each day).

    Refused("notice_running") before the day after the period.
    """
    if acting_user.username != SYSTEM:
        require(acting_user, Verb.TAKE_DOWN_NOTICE, on=on, area=notice.application.township)
    with act(Verb.TAKE_DOWN_NOTICE, acting_user=acting_user, on=on, subject=notice.application):
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
        if on <= notice.ends_on:
            raise Refused("notice_running", f"公示到 {day_label(notice.ends_on)} 期满，次日起才能撤下。")
        if notice.taken_down_on is None:
            notice.taken_down_on = on
            notice.save()
        return notice
