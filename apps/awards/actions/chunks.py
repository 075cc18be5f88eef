"""The month's work, portion by portion: each is done once, however often it is begun."""

import time
from datetime import date

from django.conf import settings
from django.db import connection, transaction

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.calculation import Before, CannotCalculate, Unit, lines_of
from apps.awards.carrying import carry_over
from apps.awards.enums import ChunkState, RunState
from apps.awards.models import Award, CalcLine, Chunk, MonthRun
from apps.awards.transitions import CHUNK_MOVES, SET_ASIDE
from apps.core.copying import copy_in
from apps.core.month import Month
from apps.eligibility.law import law_of
from apps.eligibility.policy.standards import Law

# What the chunk made, read back from its lines. The SHA-256 covers what the lines say, in the order of their awards and
# whatever their ids: the same chunk calculated again gives the same.
_FINISH = """
    UPDATE awards_chunk c SET state = %(state)s, rows = made.rows, total_fen = made.fen, lines_sha256 = made.digest,
        last_error = ''
    FROM (
        SELECT count(*) AS rows, coalesce(sum(amount_fen), 0) AS fen,
            encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', award_id, month, amount_fen, parts,
                coalesce(previous_fen::text, '-'), change), E'\\n' ORDER BY award_id), ''), 'UTF8')), 'hex') AS digest
        FROM awards_calcline WHERE run_id = %(run)s AND award_id = ANY(%(awards)s)
    ) made
    WHERE c.id = %(chunk)s
"""


def calculate_chunk(chunk_id: int, *, acting_user: User, on: date) -> bool:
    """Calculate one chunk; False when there was nothing to do (done, at work elsewhere, or set aside).

    The attempt is counted in a transaction of its own before the work, so that a chunk that kills its worker is set
    aside after ``settings.CHUNK_ATTEMPTS_CAP`` tries. The work is one transaction: lines and chunk, or nothing.
    """
    if not _begin_attempt(chunk_id):
        return False
    try:
        return _work(chunk_id, acting_user=acting_user, on=on)
    except CannotCalculate as refusal:
        _set_aside(chunk_id, str(refusal))
        return False


def _begin_attempt(chunk_id: int) -> bool:
    with transaction.atomic():
        chunk = Chunk.objects.take(chunk_id)
        if chunk is None:
            return False
        if chunk.attempts >= settings.CHUNK_ATTEMPTS_CAP:
            _aside(chunk, f"试了 {chunk.attempts} 次都没有完成，请查明原因后重新核定。")
            return False
        Chunk.objects.filter(pk=chunk.pk).update(attempts=chunk.attempts + 1)
        return True


def _work(chunk_id: int, *, acting_user: User, on: date) -> bool:
    with transaction.atomic():
        chunk = Chunk.objects.select_related("run").take(chunk_id)
        if chunk is None or chunk.run.state != RunState.CALCULATING:
            return False
        with act(Verb.CALCULATE, acting_user=acting_user, on=on, subject=chunk):
            law = _law(chunk.run)
            rest = set(chunk.award_ids) - carry_over(chunk, law)
            awards = list(Award.objects.filter(pk__in=rest).with_digest().order_by("pk"))
            before = _before(chunk.run, [award.household_id for award in awards])
            # A plain insert: a second line for the same award must explode, not be passed over.
            copy_in(lines_of(chunk, Month.of(chunk.run.month), awards, before, law))
            _finish(chunk)
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


def _finish(chunk: Chunk) -> None:
    state = CHUNK_MOVES.target(Verb.CALCULATE, chunk.state)
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, {"chunk": chunk.pk, "run": chunk.run_id, "awards": chunk.award_ids, "state": state})


def _set_aside(chunk_id: int, why: str) -> None:
    with transaction.atomic():
        if chunk := Chunk.objects.take(chunk_id):
            _aside(chunk, why)


def _aside(chunk: Chunk, why: str) -> None:
    state = CHUNK_MOVES.target(SET_ASIDE, chunk.state)
    Chunk.objects.filter(pk=chunk.pk).update(state=state, last_error=why[:300])


def retry_chunk(chunk: Chunk, *, acting_user: User, on: date) -> Chunk:
    """Let a chunk that was set aside be tried again from the start."""
    require(acting_user, Verb.RETRY_CHUNK, on=on)
    with act(Verb.RETRY_CHUNK, acting_user=acting_user, on=on, subject=chunk):
        chunk = Chunk.objects.select_for_update(of=("self",)).get(pk=chunk.pk)
        chunk.state = ChunkState(CHUNK_MOVES.target(Verb.RETRY_CHUNK, chunk.state))
        chunk.attempts, chunk.dispatched_at, chunk.last_error = 0, None, ""
        chunk.save(update_fields=["state", "attempts", "dispatched_at", "last_error"])
        return chunk
