"""A confirmation that was wrong: taken back by another than who found it and who confirmed."""

from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.applications.actions.moving import REASON, moving, moving_paper
from apps.applications.models import Application, Revocation, RevocationGround
from apps.applications.transitions import MOVES, REVOCATION_MOVES, RevocationState
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import end_awards, withdraw_recognitions
from apps.awards.enums import AwardState, DecisionKind
from apps.core.month import Month
from apps.core.refusal import Refused, said
from apps.payments.actions import back_date_revocation


def propose_revocation(
    application: Application, *, ground: RevocationGround, text: str, acting_user: User, on: date
) -> Revocation:
    """Put down why a confirmation is wrong; Refused("revocation_waits") when that was done already."""
    require(acting_user, Verb.PROPOSE_REVOCATION, on=on, area=application.township)
    text = said(text, "text", "请写明查实的事实，它会印在通知书上。")
    with act(Verb.PROPOSE_REVOCATION, acting_user=acting_user, on=on, subject=application, reason=text[:REASON]):
        case = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        MOVES.target(Verb.REVOKE, case.state)
        if case.revocations.filter(state=RevocationState.PROPOSED).exists():
            raise Refused("revocation_waits", "这件申请已有一份待决定的撤销。")
        return Revocation.objects.create(
            application=case,
            ground=ground,
            text=text,
            confirmed_by_id=case.decided_by_id,
            proposed_by=acting_user,
            proposed_on=on,
        )


def revoke(revocation: Revocation, *, acting_user: User, on: date) -> Revocation:
    """Take the confirmation back: what it began ends with this month, or never begins; what was paid stays.

    Refused("own_work") for who proposed it and who confirmed the case.
    """
    with moving(
        revocation.application, Verb.REVOKE, acting_user=acting_user, on=on, reason=revocation.text[:REASON]
    ) as case:
        paper = Revocation.objects.select_for_update(of=("self",)).get(pk=revocation.pk)
        paper.state = REVOCATION_MOVES.target(Verb.REVOKE, paper.state)
        different_person(acting_user, paper.proposed_by_id, paper.confirmed_by_id, what="撤销确认")
        first = Month.of(on).next()
        begun = case.decision.started.due_from(first.first()).exclude(state=AwardState.ENDED)
        paper.decision = end_awards(
            case.household,
            ids=list(begun.values_list("pk", flat=True)),
            kind=DecisionKind.REVOKE,
            sentence=f"撤销{case.number}号确认决定，自{first.label()}起停发由其起发的待遇。",
            acting_user=acting_user,
            on=on,
        )
        withdraw_recognitions(case.decision, acting_user=acting_user, on=on)
        back_date_revocation(case.decision, until=on, acting_user=acting_user, on=on)
        paper.decided_by, paper.decided_on = acting_user, on
        paper.save()
    return paper


def reject_revocation(revocation: Revocation, *, answer: str, acting_user: User, on: date) -> Revocation:
    """Let the confirmation stand; Refused("own_work") as for ``revoke``."""
    answer = said(answer, "answer")
    with moving_paper(
        revocation,
        Verb.REJECT_REVOCATION,
        REVOCATION_MOVES,
        subject=revocation.application,
        acting_user=acting_user,
        on=on,
        reason=answer,
    ) as paper:
        different_person(acting_user, paper.proposed_by_id, paper.confirmed_by_id, what="撤销确认")
        paper.answer, paper.decided_by, paper.decided_on = answer, acting_user, on
    return paper
