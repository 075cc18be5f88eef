"""Changes of a month looked at one by one, and those held back until somebody has cleared them."""

from collections.abc import Iterable
from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions.aside import locked_run, move
from apps.awards.enums import AsideState, Cause, RunState
from apps.awards.models import Award, CalcLine, Look, MonthRun, SetAside
from apps.core.refusal import Refused, said


def mark_looked(run: MonthRun, *, award_ids: Iterable[int], acting_user: User, on: date) -> int:
    """Put down that these changes were looked at; how many were not yet.

    Refused("nothing_marked") when none of them is a unit of this month or of the one before, or all were looked at.
    """
    require(acting_user, Verb.MARK_CHANGE, on=on)
    with act(Verb.MARK_CHANGE, acting_user=acting_user, on=on, subject=run):
        run = _before_confirmation(run)
        runs = [one.pk for one in (run, run.previous()) if one is not None]
        shown = CalcLine.objects.filter(run__in=runs, award__in=list(award_ids)).values_list("award", flat=True)
        new = set(shown) - set(run.looks.filter(award__in=shown).values_list("award", flat=True))
        if not new:
            raise Refused("nothing_marked", "没有可以标记的变化：请先勾选还没有看过的户。")
        Look.objects.bulk_create(Look(run=run, award_id=pk, user=acting_user, on=on) for pk in sorted(new))
        return len(new)


def hold_unit(run: MonthRun, *, award: Award, reason: str, acting_user: User, on: date) -> SetAside:
    """Hold one unit of the month back, with a reason: the month is not confirmed before it is cleared or left out.

    Refused("nothing_to_hold") when the month has no line of it, ("already_aside") when it is held already.
    """
    require(acting_user, Verb.HOLD_UNIT, on=on)
    reason = said(reason, field="reason", ask="请写明留核的理由。")
    with act(Verb.HOLD_UNIT, acting_user=acting_user, on=on, subject=run, reason=reason):
        run = _before_confirmation(run)
        if not CalcLine.objects.filter(run=run, award=award).exists():
            raise Refused("nothing_to_hold", "这一户本月没有核定金额，不需要留核。")
        told = {"cause": Cause.HELD, "reason": reason[:300]}
        known = run.set_aside.select_for_update(of=("self",)).filter(award=award).first()
        if known is None:
            return SetAside.objects.create(run=run, award=award, begun_by_id=run.started_by_id, **told)
        if known.state != AsideState.CLEARED:
            raise Refused("already_aside", "这一户已经留核或搁置，请在搁置户中办理。")
        move(known, Verb.HOLD_UNIT, **told)
        return known


def release_unit(unit: SetAside, *, reason: str, acting_user: User, on: date) -> SetAside:
    """Clear a unit that was held back: looked into, and its amount stands."""
    require(acting_user, Verb.RELEASE_UNIT, on=on)
    reason = said(reason, field="reason", ask="请写明查清的情况。")
    with act(Verb.RELEASE_UNIT, acting_user=acting_user, on=on, subject=unit, reason=reason):
        locked_run(unit.run_id)
        unit = SetAside.objects.select_for_update(of=("self",)).get(pk=unit.pk)
        if not unit.is_held:
            raise Refused("not_held", "这一户不是人工留核的，请重新核定或不列入本月。")
        move(unit, Verb.RELEASE_UNIT)
        return unit


def _before_confirmation(run: MonthRun) -> MonthRun:
    run = locked_run(run.pk)
    if run.state not in (RunState.CALCULATING, RunState.CALCULATED):
        raise Refused("month_confirmed", f"{run.label}{run.get_state_display()}，变化不再逐户标记。")
    return run
