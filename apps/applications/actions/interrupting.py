"""Suspension, its end, and leaving at one's own wish: proposed by the township, decided by the bureau."""

from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.applications.models import Interruption, InterruptionGround, InterruptionKind
from apps.applications.transitions import INTERRUPTION_MOVES
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import leave, resume, suspend
from apps.awards.enums import DecisionKind
from apps.awards.models import Decision
from apps.core.month import Month
from apps.core.refusal import Refused, said
from apps.households.models import Household


def propose_interruption(
    household: Household,
    *,
    kind: InterruptionKind,
    reason: str,
    ground: str = "",
    signed_on: date | None = None,
    acting_user: User,
    on: date,
) -> Interruption:
    """Propose to suspend with a ground, to resume, or to end at the family's signed request.

    Refused("nothing_running"), ("not_suspended"), ("ground_needed"), ("signature_needed"), ("interruption_proposed").
    """
    require(acting_user, Verb.PROPOSE_INTERRUPTION, on=on, area=household.township)
    if kind == InterruptionKind.SUSPEND and ground not in InterruptionGround.values:
        raise Refused("ground_needed", "请选择暂停的理由。", field="ground")
    if kind == InterruptionKind.EXIT and (signed_on is None or signed_on > on):
        raise Refused("signature_needed", "自愿退出须有本人书面申请，请填写申请日期（不晚于今天）。", field="signed_on")
    with act(
        Verb.PROPOSE_INTERRUPTION, acting_user=acting_user, on=on, subject=household, reason=reason.strip(), kind=kind
    ):
        household = Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=household.pk)
        _refuse_pointless(household, kind, on)
        if household.interruptions.waiting().exists():
            raise Refused("interruption_proposed", "这个家庭已有一件暂停、恢复或退出等待决定。")
        return Interruption.objects.create(
            household=household,
            kind=kind,
            ground=ground if kind == InterruptionKind.SUSPEND else "",
            reason=reason.strip(),
            signed_on=signed_on if kind == InterruptionKind.EXIT else None,
            proposed_by=acting_user,
            proposed_on=on,
        )


def approve_interruption(interruption: Interruption, *, acting_user: User, on: date) -> Interruption:
    """Decide as proposed, from next month; Refused("own_work") for the proposer, and whatever the awards refuse."""
    return _decided(interruption, Verb.APPROVE_INTERRUPTION, "", acting_user=acting_user, on=on)


def decline_interruption(interruption: Interruption, *, reason: str, acting_user: User, on: date) -> Interruption:
    """Leave everything as it is, saying why."""
    reason = said(reason, field="reason", ask="请写明退回的理由。")
    return _decided(interruption, Verb.DECLINE_INTERRUPTION, reason, acting_user=acting_user, on=on)


def _decided(interruption: Interruption, verb: Verb, answer: str, *, acting_user: User, on: date) -> Interruption:
    require(acting_user, verb, on=on, area=interruption.household.township)
    different_person(acting_user, interruption.proposed_by_id, what="暂停、恢复或退出的决定")
    with act(verb, acting_user=acting_user, on=on, subject=interruption, reason=answer):
        Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=interruption.household_id)
        rows = Interruption.objects.select_for_update(of=("self",)).select_related(
            "household__township", "household__head"
        )
        interruption = rows.get(pk=interruption.pk)
        interruption.state = INTERRUPTION_MOVES.target(verb, interruption.state)
        interruption.decided_by, interruption.decided_on, interruption.answer = acting_user, on, answer
        if verb == Verb.APPROVE_INTERRUPTION:
            interruption.decision = _take_effect(interruption, acting_user=acting_user, on=on)
        interruption.save()
        return interruption


def _take_effect(interruption: Interruption, *, acting_user: User, on: date) -> Decision:
    household = interruption.household
    if interruption.kind == InterruptionKind.SUSPEND:
        return suspend(household, ground=interruption.get_ground_display(), acting_user=acting_user, on=on)
    if interruption.kind == InterruptionKind.RESUME:
        return resume(household, acting_user=acting_user, on=on)
    if household.applications.open().exists():
        # Its confirmation would start again what the family gives up.
        raise Refused("case_open", "这个家庭还有一件正在办理的申请，请先撤回或办结，再批准退出。")
    if interruption.signed_on is None:
        raise Refused("signature_needed", "自愿退出须有本人书面申请。")
    return leave(household, signed_on=interruption.signed_on, acting_user=acting_user, on=on)


def _refuse_pointless(household: Household, kind: InterruptionKind, on: date) -> None:
    last = household.decisions.order_by("-pk").first()
    suspended = last is not None and last.kind == DecisionKind.SUSPEND
    if kind == InterruptionKind.RESUME and not suspended:
        raise Refused("not_suspended", "这个家庭的待遇没有处于暂停状态。")
    if kind != InterruptionKind.RESUME and not household.awards.due_from(Month.of(on).next().first()).exists():
        raise Refused("nothing_running", "这个家庭下月起没有待遇，不需要办理。")
