"""The month's work, portion by portion: each is done once, however often it is begun."""

import time
from datetime import date

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions.aside import cleared, set_aside
from apps.awards.calculation import CannotCalculate, Line, Running, lines_of
from apps.awards.carrying import carry_over
from apps.awards.enums import Cause, RunState
from apps.awards.facts import lines_before
from apps.awards.models import Award, CalcLine, Chunk, MonthRun
from apps.awards.portions import TRIES, size_after
from apps.awards.transitions import CHUNK_MOVES
from apps.core.copying import copy_in
from apps.core.month import Month
from apps.eligibility.law import law_of
from apps.eligibility.policy.standards import Law

# What the chunk made, read back from its lines. The SHA-256 covers what the lines say, in the order of their awards and
# whatever their ids: the same chunk calculated again gives the same.
_FINISH = """
    UPDATE awards_chunk c SET state = %(state)s, rows = made.rows, total_fen = made.fen, lines_sha256 = made.digest,
        award_ids = %(awards)s::bigint[], last_error = ''
    FROM (
        SELECT count(*) AS rows, coalesce(sum(amount_fen), 0) AS fen,
            encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', award_id, month, amount_fen, parts,
                coalesce(previous_fen::text, '-'), change), E'\\n' ORDER BY award_id), ''), 'UTF8')), 'hex') AS digest
        FROM awards_calcline WHERE run_id = %(run)s AND award_id = ANY(%(awards)s::bigint[]) AND chunk_id = %(chunk)s
    ) made
    WHERE c.id = %(chunk)s
"""


def calculate_chunk(chunk_id: int, *, acting_user: User, on: date) -> bool:
    """Calculate one chunk; False when there was nothing to do (done, at work elsewhere, divided or given up).

    The attempt is counted in a transaction of its own before the work. A chunk that fails twice is divided, so that
    after ``settings.CHUNK_ATTEMPTS_CAP`` tries whatever kills its worker stands alone and is set aside by itself. The
    work is one transaction: lines and chunk, or nothing.
    """
    return _begin_attempt(chunk_id, acting_user=acting_user, on=on) and _work(chunk_id, acting_user=acting_user, on=on)


def _begin_attempt(chunk_id: int, *, acting_user: User, on: date) -> bool:
    with transaction.atomic():
        _hurry()
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


def _hurry() -> None:
    """Do not wait for the disk at the end of this transaction.

    Should the server fall over in the next instant, the chunk is as if it had not been begun and is done again. What a
    month stands on is its finishing, which waits for the disk, and thereby for everything that was written before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _divide(chunk: Chunk) -> None:
    """Put what is in the chunk into smaller ones that remember how often they were tried."""
    size = size_after(len(chunk.award_ids), tried=chunk.tried, cap=settings.CHUNK_ATTEMPTS_CAP)
    Chunk.objects.portion_out(chunk.run, chunk.award_ids, size=size, earlier=chunk.tried, is_retry=chunk.is_retry)
    chunk.award_ids = []
    _finish(chunk)


def _give_up(chunk: Chunk, *, acting_user: User, on: date) -> None:
    why = f"核定这一户的进程中断，试了 {chunk.tried} 次都没有完成"
    with act(Verb.CALCULATE, acting_user=acting_user, on=on, subject=chunk):
        set_aside(chunk.run, [CannotCalculate(pk, Cause.CRASH, why) for pk in chunk.award_ids], attempts=chunk.tried)
        _finish(chunk)


def _work(chunk_id: int, *, acting_user: User, on: date) -> bool:
    with transaction.atomic():
        _hurry()
        chunk = Chunk.objects.select_related("run").take(chunk_id)
        if chunk is None or chunk.run.state != RunState.CALCULATING:
            return False
        with act(Verb.CALCULATE, acting_user=acting_user, on=on, subject=chunk):
            law = _law(chunk.run)
            carried = carry_over(chunk, law)
            rest = set(chunk.award_ids) - carried
            awards = list(map(Running._make, Award.objects.filter(pk__in=rest).to_calculate(Running._fields)))
            before = lines_before(chunk.run, [award.household_id for award in awards])
            lines, failed = lines_of(chunk, Month.of(chunk.run.month), awards, before, law)
            # A plain insert: a second line for the same award must explode, not be passed over.
            copy_in(CalcLine, Line._fields, lines)
            if failed:
                set_aside(chunk.run, failed, attempts=chunk.tried)
            if chunk.is_retry:
                cleared(chunk.run, carried.union(line.award_id for line in lines))
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


def _finish(chunk: Chunk) -> None:
    state = CHUNK_MOVES.target(Verb.CALCULATE, chunk.state)
    with connection.cursor() as cursor:
        cursor.execute(_FINISH, {"chunk": chunk.pk, "run": chunk.run_id, "awards": chunk.award_ids, "state": state})
