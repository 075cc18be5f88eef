"""The month's work, portion by portion: each is done once, however often it is begun."""

import time
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions.aside import cleared, set_aside
from apps.awards.calculation import Before, CannotCalculate, Unit, fingerprint, lines_of
from apps.awards.enums import Cause, RunState
from apps.awards.models import Award, CalcLine, Chunk, MonthRun
from apps.awards.portions import TRIES, size_after
from apps.awards.transitions import CHUNK_MOVES
from apps.core.month import Month
from apps.eligibility.law import law_of
from apps.eligibility.policy.standards import Law


def calculate_chunk(chunk_id: int, *, acting_user: User, on: date) -> bool:
    """Calculate one chunk; False when there was nothing to do (done, at work elsewhere, divided or given up).

    The attempt is counted in a transaction of its own before the work. A chunk that fails twice is divided, so that
    after ``settings.CHUNK_ATTEMPTS_CAP`` tries whatever kills its worker stands alone and is set aside by itself. The
    work is one transaction: lines and chunk, or nothing.
    """
    return _begin_attempt(chunk_id, acting_user=acting_user, on=on) and _work(chunk_id, acting_user=acting_user, on=on)


def _begin_attempt(chunk_id: int, *, acting_user: User, on: date) -> bool:
    with transaction.atomic():
        chunk = Chunk.objects.take(chunk_id)
        if chunk is None:
            return False
        if chunk.tried >= settings.CHUNK_ATTEMPTS_CAP:
            _give_up(chunk, acting_user=acting_user, on=on)
            return False
        if chunk.attempts >= TRIES and len(chunk.award_ids) > 1:
            _divide(chunk)
            return False
        Chunk.objects.filter(pk=chunk.pk).update(attempts=chunk.attempts + 1, begun_at=Now())
        return True


def _divide(chunk: Chunk) -> None:
    """Put what is in the chunk into smaller ones that remember how often they were tried."""
    size = size_after(len(chunk.award_ids), tried=chunk.tried, cap=settings.CHUNK_ATTEMPTS_CAP)
    Chunk.objects.portion_out(chunk.run, chunk.award_ids, size=size, earlier=chunk.tried, is_retry=chunk.is_retry)
    _finish(chunk, [], award_ids=[])


def _give_up(chunk: Chunk, *, acting_user: User, on: date) -> None:
    why = f"核定这一户的进程中断，试了 {chunk.tried} 次都没有完成"
    with act(Verb.CALCULATE, acting_user=acting_user, on=on, subject=chunk):
        set_aside(chunk.run, [CannotCalculate(pk, Cause.CRASH, why) for pk in chunk.award_ids], attempts=chunk.tried)
        _finish(chunk, [])


def _work(chunk_id: int, *, acting_user: User, on: date) -> bool:
    with transaction.atomic():
        chunk = Chunk.objects.select_related("run").take(chunk_id)
        if chunk is None or chunk.run.state != RunState.CALCULATING:
            return False
        with act(Verb.CALCULATE, acting_user=acting_user, on=on, subject=chunk):
            awards = list(Award.objects.filter(pk__in=chunk.award_ids).order_by("pk"))
            before = _before(chunk.run, [award.household_id for award in awards])
            lines, failed = lines_of(chunk, Month.of(chunk.run.month), awards, before, _law(chunk.run))
            # A plain insert: a second line for the same award must explode, not be passed over.
            CalcLine.objects.bulk_create(lines)
            if failed:
                set_aside(chunk.run, failed, attempts=chunk.tried)
            if chunk.is_retry:
                cleared(chunk.run, [line.award_id for line in lines])
            _finish(chunk, lines)
            if settings.FAULT_PAUSE_MS:
                time.sleep(settings.FAULT_PAUSE_MS / 1000)
    return True


def _law(run: MonthRun) -> Law:
    """The law the month was begun with, whatever has been adopted since: all its portions follow the same."""
    law = law_of(run.law_digest)
    if law is None:
        raise LookupError(f"{run.label}: no law {run.law_digest}")
    return law


def _before(run: MonthRun, household_ids: list[int]) -> dict[Unit, Before]:
    """Last month's lines of these households, by unit."""
    previous = (Month.of(run.month) - 1).first()
    lines = CalcLine.objects.filter(household__in=household_ids, month=previous).exclude(run__state=RunState.VOID)
    rows = lines.values_list("household_id", "person_id", "award_id", "scheme", "amount_fen")
    return {(household, person): Before(*line) for household, person, *line in rows}


def _finish(chunk: Chunk, lines: list[CalcLine], **facts: list[int]) -> None:
    Chunk.objects.filter(pk=chunk.pk).update(
        state=CHUNK_MOVES.target(Verb.CALCULATE, chunk.state),
        rows=len(lines),
        total_fen=sum(line.amount_fen for line in lines),
        lines_sha256=fingerprint(lines),
        last_error="",
        **facts,
    )
