"""Complaints, reconsideration and litigation: what was decided is looked into again by somebody else, as a new case."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.applications.actions.intake import new_case
from apps.applications.actions.moving import REASON, moving_paper
from apps.applications.models import Application, Applied, Complaint, ComplaintKind, Kind
from apps.applications.transitions import COMPLAINT_MOVES, OPEN, RevocationState, State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.refusal import Refused, said
from apps.households.models import Household

DECIDED = (State.CONFIRMED, State.REFUSED, State.REVOKED)


def file_complaint(
    application: Application,
    *,
    kind: ComplaintKind,
    received_on: date,
    text: str,
    acting_user: User,
    on: date,
    complainant: str = "",
) -> Complaint:
    """Register a complaint about a case that was filed; who complained may stay unknown and is sealed.

    Refused("not_filed") for a draft or a withdrawn case, Refused("not_decided") when the law's remedies are named
    before there is a decision.
    """
    require(acting_user, Verb.FILE_COMPLAINT, on=on, area=application.township)
    text = said(text, "text", "请写明反映的内容。")
    if application.state in (State.DRAFT, State.WITHDRAWN):
        raise Refused("not_filed", "这件申请没有在办，也没有作出决定：请按新申请或来访登记办理。")
    if kind != ComplaintKind.COMPLAINT and application.state not in DECIDED:
        raise Refused("not_decided", "还没有作出决定，不能申请复议或者起诉；请按投诉登记。", field="kind")
    if received_on > on:
        raise Refused("received_later", "收到日期不能晚于今天。", field="received_on")
    with act(Verb.FILE_COMPLAINT, acting_user=acting_user, on=on, subject=application, kind=kind):
        complaint = Complaint(
            application=application, kind=kind, received_on=received_on, text=text, filed_by=acting_user, filed_on=on
        )
        complaint.set_complainant(complainant.strip())
        complaint.save()
        return complaint


def dismiss_complaint(complaint: Complaint, *, answer: str, acting_user: User, on: date) -> Complaint:
    """Answer without taking the case up again; Refused("own_work") for whoever decided it."""
    answer = said(answer, "answer", "请写明查实的情况和答复。")
    with _answering(complaint, Verb.DISMISS_COMPLAINT, answer, acting_user=acting_user, on=on) as paper:
        _signed(paper, answer, acting_user, on)
    return paper


def reopen_case(
    complaint: Complaint, *, answer: str, sections: dict[str, Any], acting_user: User, on: date
) -> Application:
    """Take the matter up again as a new case that follows the old one, its draft filled with what is on file.

    A family on benefit is reviewed, any other applies anew; who decided before may not decide now.
    Refused("still_open") while the case complained of is not decided, Refused("case_open") when the family has another
    open case.
    """
    answer = said(answer, "answer", "请写明重新审查的理由。")
    with _answering(complaint, Verb.REOPEN_CASE, answer, acting_user=acting_user, on=on) as paper:
        old = paper.application
        if old.state not in DECIDED or old.household is None:
            raise Refused("still_open", "案件还在办理：请在本案中查清后再答复。")
        _signed(paper, answer, acting_user, on)
        paper.reopened_as = _taken_up_again(old, paper, sections, acting_user, on)
    return paper.reopened_as


def _answering(complaint: Complaint, verb: Verb, answer: str, *, acting_user: User, on: date) -> Any:
    return moving_paper(
        complaint,
        verb,
        COMPLAINT_MOVES,
        subject=complaint.application,
        acting_user=acting_user,
        on=on,
        reason=answer[:REASON],
    )


def _signed(paper: Complaint, answer: str, acting_user: User, on: date) -> None:
    paper.decider_id = _decider(paper.application)
    different_person(acting_user, paper.decider_id, what="答复")
    paper.answer, paper.answered_by, paper.answered_on = answer, acting_user, on


def _decider(case: Application) -> int | None:
    """Who made the decision that is complained of: of a revoked case the revocation."""
    if case.state == State.REVOKED:
        return case.revocations.get(state=RevocationState.APPROVED).decided_by_id
    return case.decided_by_id


def _taken_up_again(
    old: Application, paper: Complaint, sections: dict[str, Any], acting_user: User, on: date
) -> Application:
    household = Household.objects.select_for_update(of=("self",)).select_related("head").get(pk=old.household_id)
    if household.applications.filter(state__in=OPEN).exists():
        raise Refused("case_open", "这个家庭已有一件正在办理的申请，请先办结。")
    on_benefit = household.awards.due_from(Month.of(on).next().first()).exists()
    fresh = new_case(
        household.township,
        kind=Kind.REVIEW if on_benefit else Kind.NEW,
        scheme=Applied(old.scheme),
        acting_user=acting_user,
        on=on,
    )
    fresh.household, fresh.village, fresh.applicant_name = household, household.village, household.head.name
    fresh.cause, fresh.follows, fresh.barred_id = ComplaintKind(paper.kind).cause, old, _decider(old)
    # Who reopens it sits in the bureau: the township's colleague who had the old case goes on.
    fresh.handler, fresh.cause_note = old.handler, paper.answer[:REASON]
    fresh.set_draft(sections)
    fresh.save()
    return fresh
