"""What may follow a decision, made by the office's own acts: deliveries, complaints, revocations, 特困 endings."""

from dataclasses import replace
from datetime import date
from typing import Any

from apps.applications import actions
from apps.applications.forms.intake.review import sections_on_file
from apps.applications.models import (
    Application,
    Complaint,
    ComplaintKind,
    Delivery,
    Ending,
    EndingGround,
    Revocation,
    RevocationGround,
    Way,
)
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.enums import DecisionKind
from apps.awards.models import Award, AwardMember, Decision
from apps.eligibility.actions import assess
from apps.eligibility.policy.enums import AreaKind, Relation, Scheme
from apps.eligibility.policy.facts import AwardFacts, Member
from apps.eligibility.policy.facts_json import award_to_json
from apps.households.actions import declare, open_household
from apps.households.family import Family

COMPLAINED = date(2024, 5, 30)
GRANTED = date(2024, 4, 15)  # 特困 from May
ENDING_POSTED = date(2024, 5, 23)
ENDING_OVER = date(2024, 5, 30)  # the seventh day, a Thursday
ENDED = date(2024, 5, 31)


def handover(on: date = f.DECIDED, **told: Any) -> actions.Handover:
    """In the applicant's own hands."""
    return replace(actions.Handover(on, Way.IN_PERSON, "赵甲", "本人"), **told)


def delivered(o: f.Office, case: Application, on: date = f.DECIDED, **told: Any) -> Delivery:
    """The letter of a case handed over."""
    return actions.deliver(case, handover=handover(on, **told), acting_user=o.caseworker, on=on)


def complained(o: f.Office, case: Application, **told: Any) -> Complaint:
    """A neighbour has telephoned."""
    given = {
        "kind": ComplaintKind.COMPLAINT,
        "received_on": COMPLAINED,
        "text": "有固定工资收入。",
        "complainant": "邻居吴某",
    }
    return actions.file_complaint(case, **{**given, **told}, acting_user=o.caseworker, on=COMPLAINED)


def reopened(o: f.Office, complaint: Complaint, on: date = COMPLAINED) -> Application:
    """The chief has it looked into again."""
    household = complaint.application.household
    assert household is not None
    return actions.reopen_case(
        complaint,
        answer="反映的情况需要核实，重新审查。",
        sections=sections_on_file(household, on=on),
        acting_user=o.chief,
        on=on,
    )


def doubted(o: f.Office, case: Application, on: date = f.REVOKED_ON) -> Revocation:
    """The township has found out that a confirmation was wrong."""
    return actions.propose_revocation(
        case, ground=RevocationGround.UNTRUE, text="隐瞒一辆营运货车。", acting_user=o.caseworker, on=on
    )


def tekun(o: f.Office, name: str = "郑老", born: date = date(1950, 1, 1)) -> Award:
    """Somebody alone on 特困 since May, in town, able to look after themselves: 1.3 × 560 + 10 % of 1540 = 882.00."""
    alone = Family(
        area_kind=AreaKind.URBAN,
        members=(f.member(name, born, phone="13900005678"),),
        village=o.village,
        address="光明路 12 号",
        incomes=(),
        financial_assets=(),
        other_assets=(),
    )
    household = open_household(alone, township=o.town, acting_user=o.caseworker, on=GRANTED)
    declaration = declare(household, alone, acting_user=o.caseworker, on=GRANTED)
    assessment = assess(declaration, as_of=GRANTED, current=None, acting_user=o.reviewer, on=GRANTED)
    who, may = household.head_id, date(2024, 5, 1)
    person = Member(ref=str(who), birth_date=born, relation=Relation.HEAD, self_care_failures=0)
    terms = award_to_json(AwardFacts(Scheme.TEKUN, AreaKind.URBAN, GRANTED, (person,)))
    with act(Verb.DECIDE_AWARD, acting_user=o.reviewer, on=GRANTED, subject=household):
        decision = Decision.objects.create(
            household=household,
            person_id=who,
            kind=DecisionKind.START,
            decided_on=GRANTED,
            effective_month=may,
            decided_by=o.reviewer,
            assessment=assessment,
            sentence="发放特困供养。",
        )
        award = Award.objects.create(
            household=household,
            person_id=who,
            township=o.town,
            scheme=Scheme.TEKUN,
            decision=decision,
            first_month=may,
            terms=terms,
        )
        AwardMember.objects.create(award=award, person_id=who, first_month=may)
    return award


def ending(o: f.Office, award: Award, ground: EndingGround = EndingGround.SUPPORTER) -> Ending:
    """Proposed by the township."""
    return actions.propose_ending(
        award, ground=ground, text="其子已具备赡养能力。", acting_user=o.caseworker, on=ENDING_POSTED
    )


def ending_posted(o: f.Office, award: Award) -> Ending:
    """On the wall since 2024-05-23."""
    return actions.post_ending_notice(ending(o, award), place="公示栏", acting_user=o.caseworker, on=ENDING_POSTED)


def ended(o: f.Office, award: Award) -> Ending:
    """Decided by the bureau the day after the notice: nothing from June."""
    return actions.confirm_ending(ending_posted(o, award), acting_user=o.reviewer, on=ENDED)


def everything(o: f.Office) -> None:
    """One of each, in this township: a family that is recognised only, told, complained of and doubted; an ending."""
    case = f.confirmed(o, f.the_zhaos(o, wage_fen=3_000_000, name="周甲"))
    delivered(o, case)
    complained(o, case)
    doubted(o, case)
    ending(o, tekun(o))
    actions.record_display(
        o.village, shown_on=f.DECIDED, place="公示栏", families=1, acting_user=o.caseworker, on=f.DECIDED
    )
