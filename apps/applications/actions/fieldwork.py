"""The township's work beside the visit: steps left out with a ground, appraisal, collective study, longer time."""

from collections.abc import Sequence
from datetime import date

from apps.accounts.models import User
from apps.applications.actions.moving import moving, noting
from apps.applications.facts.checks import refuse_unchecked, report_of
from apps.applications.facts.plainness import refuse_unless_plain
from apps.applications.models import (
    Application,
    Appraisal,
    CollectiveDecision,
    CollectiveGround,
    SpecialGround,
    Step,
    Waiver,
)
from apps.applications.models.fieldwork import ENOUGH_ATTENDEES
from apps.applications.transitions import State
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said

AT_THE_TOWNSHIP = (State.ACCEPTED, State.INVESTIGATED)


def skip_visit(application: Application, *, ground: str, acting_user: User, on: date) -> Application:
    """Leave the home visit out because the check already knows what it would show (28号 §19).

    Refused("not_plain") for a near relative's, a complained-of or a doubtful case; Refused("check_missing" or
    "check_expired") without a whole check.
    """
    reason = said(ground, field="ground")
    with moving(application, Verb.SKIP_VISIT, acting_user=acting_user, on=on, reason=reason) as case:
        refuse_unless_plain(case, "入户调查")
        refuse_unchecked(report_of(case, on=on))
        Waiver.objects.create(application=case, step=Step.VISIT, ground=reason, by=acting_user, on=on)
        case.investigated_by, case.investigated_on = acting_user, on
    return case


def skip_appraisal(application: Application, *, ground: str, acting_user: User, on: date) -> Waiver:
    """Leave the appraisal out because nothing is in dispute (28号 §19); Refused("not_plain") as for the visit."""
    reason = said(ground, field="ground")
    with noting(
        application, Verb.SKIP_APPRAISAL, acting_user=acting_user, on=on, states=AT_THE_TOWNSHIP, reason=reason
    ) as case:
        refuse_unless_plain(case, "民主评议")
        return Waiver.objects.create(application=case, step=Step.APPRAISAL, ground=reason, by=acting_user, on=on)


def hold_appraisal(
    application: Application,
    *,
    held_on: date,
    place: str,
    participants: str,
    votes_for: int,
    votes_against: int,
    conclusion: str,
    acting_user: User,
    on: date,
) -> Appraisal:
    """Write down a democratic appraisal; Refused("held_on") for a day after today or before acceptance."""
    with noting(application, Verb.HOLD_APPRAISAL, acting_user=acting_user, on=on, states=AT_THE_TOWNSHIP) as case:
        _not_before_acceptance(case, held_on, on)
        return Appraisal.objects.create(
            application=case,
            held_on=held_on,
            place=place.strip(),
            participants=participants.strip(),
            votes_for=votes_for,
            votes_against=votes_against,
            conclusion=conclusion.strip(),
            by=acting_user,
        )


def ask_collective(application: Application, *, ground: CollectiveGround, acting_user: User, on: date) -> Application:
    """Mark a case whose facts papers cannot settle: no opinion before the township has studied it (28号 §4)."""
    with noting(application, Verb.ASK_COLLECTIVE, acting_user=acting_user, on=on, states=AT_THE_TOWNSHIP) as case:
        case.collective_ground = ground
    return case


def decide_together(
    application: Application,
    *,
    held_on: date,
    attendees: Sequence[str],
    matter: str,
    conclusion: str,
    acting_user: User,
    on: date,
) -> CollectiveDecision:
    """Write down what the township's leaders concluded together; Refused("too_few") with fewer than three of them."""
    names = list(dict.fromkeys(name.strip() for name in attendees if name.strip()))
    if len(names) < ENOUGH_ATTENDEES:
        raise Refused("too_few", "集体研究至少三人参加，请逐一写明姓名。", field="attendees")
    with noting(application, Verb.DECIDE_TOGETHER, acting_user=acting_user, on=on, states=AT_THE_TOWNSHIP) as case:
        _not_before_acceptance(case, held_on, on)
        if not case.collective_ground:
            raise Refused("not_asked", "这件申请没有提请集体研究：请经办人先写明缘由。")
        return CollectiveDecision.objects.create(
            application=case,
            held_on=held_on,
            attendees=names,
            ground=case.collective_ground,
            matter=matter.strip(),
            conclusion=conclusion.strip(),
            by=acting_user,
        )


def extend(application: Application, *, ground: SpecialGround, acting_user: User, on: date) -> Application:
    """Let a case take 45 working days for one of the grounds of 57号第22条."""
    with noting(application, Verb.EXTEND, acting_user=acting_user, on=on, ground=ground) as case:
        case.special_ground = ground
    return case


def _not_before_acceptance(case: Application, held_on: date, on: date) -> None:
    if case.accepted_on and not case.accepted_on <= held_on <= on:
        raise Refused("held_on", "日期须在受理之后、今天之前。", field="held_on")
