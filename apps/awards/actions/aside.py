"""Units set aside from a month: tried again after mending, or left out of it with a ground."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.calculation import CannotCalculate
from apps.awards.enums import AsideState, Cause, RunState
from apps.awards.models import Chunk, MonthRun, SetAside
from apps.awards.transitions import ASIDE_MOVES, SET_ASIDE
from apps.core.refusal import Refused


def set_aside(run: MonthRun, failures: Iterable[CannotCalculate], *, attempts: int) -> None:
    """Put down which units of the month have no answer, and why; inside the act that found it."""
    failures = list(failures)
    again = {one.award_id: one for one in run.set_aside.filter(award__in=[one.award_id for one in failures])}
    new = []
    for failure in failures:
        told = {"cause": failure.cause, "reason": failure.why[:300], "attempts": attempts}
        if (known := again.get(failure.award_id)) is None:
            new.append(SetAside(run=run, award_id=failure.award_id, begun_by_id=run.started_by_id, **told))
        else:
            move(known, SET_ASIDE, **told)
    SetAside.objects.bulk_create(new, batch_size=1000)


def cleared(run: MonthRun, award_ids: Iterable[int]) -> None:
    """These units of a retry have a line now; inside the act that made it."""
    state = ASIDE_MOVES.target(Verb.CALCULATE, AsideState.RETRYING)
    run.set_aside.filter(award__in=award_ids, state=AsideState.RETRYING).update(state=state)


def retry_units(run: MonthRun, *, units: Iterable[SetAside] | None = None, acting_user: User, on: date) -> int:
    """Calculate these units again (without ``units``: all that wait), after what stood in the way was mended.

    How many there were; Refused("nothing_to_retry") when none of them waits any more.
    """
    require(acting_user, Verb.RETRY_UNIT, on=on)
    with act(Verb.RETRY_UNIT, acting_user=acting_user, on=on, subject=run):
        run = locked_run(run.pk)
        waiting = run.set_aside.filter(state=AsideState.OPEN).exclude(cause=Cause.HELD)
        if units is not None:
            waiting = waiting.filter(pk__in=[unit.pk for unit in units])
        award_ids = list(waiting.order_by("award").values_list("award_id", flat=True))
        if not award_ids or run.state != RunState.CALCULATING:
            raise Refused("nothing_to_retry", "没有等待重新核定的户：可能已经重新核定过，请刷新页面。")
        run.set_aside.filter(award__in=award_ids).update(state=ASIDE_MOVES.target(Verb.RETRY_UNIT, AsideState.OPEN))
        Chunk.objects.portion_out(run, award_ids, size=settings.CHUNK_SIZE, is_retry=True)
        return len(award_ids)


def exclude_unit(unit: SetAside, *, ground: str, acting_user: User, on: date) -> SetAside:
    """Leave a unit out of the month, with a ground; what it is due can be paid later by a correction.

    By another person than the one who began the month ("own_work"). Refused("ground_needed") without a ground.
    """
    require(acting_user, Verb.EXCLUDE_UNIT, on=on)
    if not ground.strip():
        raise Refused("ground_needed", "请写明不列入本月的理由。", field="ground")
    with act(Verb.EXCLUDE_UNIT, acting_user=acting_user, on=on, subject=unit, reason=ground.strip()):
        run = locked_run(unit.run_id)
        different_person(acting_user, run.started_by_id, what="不列入本月")
        unit = _locked(unit)
        move(unit, Verb.EXCLUDE_UNIT, ground=ground.strip(), excluded_by=acting_user, excluded_on=on)
        unit.refresh_from_db()
        if run.total_fen is not None and unit.taken_fen is not None:
            run.total_fen -= unit.taken_fen
            run.save(update_fields=["total_fen"])
        return unit


def locked_run(run_id: int) -> MonthRun:
    """The month, locked until the act is over."""
    # Lines refer to the run: a lock that spares its key does not wait for the workers that write them.
    return MonthRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run_id)


def _locked(unit: SetAside) -> SetAside:
    return SetAside.objects.select_for_update(of=("self",)).select_related("run").get(pk=unit.pk)


def move(unit: SetAside, by: str, **facts: object) -> None:
    """One move with what belongs to it."""
    unit.state = AsideState(ASIDE_MOVES.target(by, unit.state))
    for name, value in facts.items():
        setattr(unit, name, value)
    unit.save(update_fields=["state", *facts])
