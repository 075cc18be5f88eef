"""Rehearsing a draft of the law over the live register, portion by portion; only the rehearsal's tables are written."""

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.calculation import CannotCalculate
from apps.awards.enums import ChunkState, WhatIfState
from apps.awards.models import Award, WhatIf, WhatIfChunk, WhatIfLine
from apps.awards.rehearsal import COLUMNS, compared
from apps.awards.tally import Compared, Tally
from apps.awards.transitions import BEGIN, CHUNK_MOVES, FAIL, FINISH, SET_ASIDE, WHAT_IF_MOVES
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.law import amended, law_in_force, law_of
from apps.eligibility.parameters import check_content

# What the amounts of running awards are made of; the other parameters act on decisions to come only.
REHEARSABLE = (
    "dibao_standard",
    "supplement",
    "single_person_rate",
    "minimum_top_up",
    "elderly_disabled_min_age",
    "tekun_basic",
    "tekun_care",
    "minimum_wage",
)


def start_what_if(content: list[dict[str, Any]], *, start: date, month: date, acting_user: User, on: date) -> WhatIf:
    """Begin to rehearse draft values from ``start`` over the awards due in ``month``, against the law of today.

    Refused for no value ("bad_value", "nothing_new"), a parameter that moves no running award ("not_rehearsable"), a
    month past or before the draft ("month_out_of_reach"), or when nobody is due ("nobody_is_due").
    """
    require(acting_user, Verb.START_WHAT_IF, on=on)
    law = law_in_force()
    checked = check_content(content, start=start, law=law)
    _check_reach(checked, start, month, on)
    due = list(Award.objects.due_in(month).order_by("pk").values_list("pk", flat=True).iterator())
    if not due:
        raise Refused("nobody_is_due", f"{Month.of(month).label()}没有应发的待遇，没有可测算的。", field="month")
    with act(Verb.START_WHAT_IF, acting_user=acting_user, on=on, content=checked, month=month.isoformat()):
        what_if = WhatIf.objects.create(
            content=checked,
            start=start,
            month=month,
            law_digest=law.digest(),
            started_by=acting_user,
            started_on=on,
            units=len(due),
        )
        WhatIfChunk.objects.bulk_create(_portions(what_if, due), batch_size=500)
        return what_if


def _check_reach(content: list[dict[str, Any]], start: date, month: date, on: date) -> None:
    if any(value["parameter"] not in REHEARSABLE for value in content):
        raise Refused("not_rehearsable", "这项参数只影响今后的认定，不改变在享待遇的金额，不能用在享名册测算。")
    if month.day != 1 or month < on.replace(day=1) or month < start:
        raise Refused(
            "month_out_of_reach", "测算月份应为本月或以后，并且不早于草案的起始月份，请重新选择。", field="month"
        )


def _portions(what_if: WhatIf, due: list[int]) -> Iterator[WhatIfChunk]:
    size = settings.WHAT_IF_CHUNK_SIZE
    for number, first in enumerate(range(0, len(due), size), start=1):
        yield WhatIfChunk(what_if=what_if, number=number, award_ids=due[first : first + size])


def rehearse_chunk(chunk_id: int, *, acting_user: User, on: date) -> bool:
    """Work on one portion; False when there was nothing to do. What cannot be worked out ends the whole rehearsal.

    No act of the office: nothing but the rehearsal's own figures is written. The attempt is counted before the work,
    so that a portion that kills its worker does not come back for ever.
    """
    if not _begin_attempt(chunk_id):
        return False
    try:
        with transaction.atomic():
            chunk = WhatIfChunk.objects.under_way().select_related("what_if").take(chunk_id)
            return chunk is not None and _work(chunk)
    except CannotCalculate as refusal:
        with transaction.atomic():
            if chunk := WhatIfChunk.objects.take(chunk_id):
                _give_up(chunk, str(refusal))
        return False


def _begin_attempt(chunk_id: int) -> bool:
    with transaction.atomic():
        chunk = WhatIfChunk.objects.under_way().take(chunk_id)
        if chunk is None:
            return False
        if chunk.attempts >= settings.CHUNK_ATTEMPTS_CAP:
            _give_up(chunk, f"有一组试了 {chunk.attempts} 次都没有完成，请查明原因后重新测算。")
            return False
        WhatIfChunk.objects.filter(pk=chunk.pk).update(attempts=chunk.attempts + 1)
        queued = WhatIf.objects.filter(pk=chunk.what_if_id, state=WhatIfState.QUEUED)
        queued.update(state=WHAT_IF_MOVES.target(BEGIN, WhatIfState.QUEUED))
        return True


def _work(chunk: WhatIfChunk) -> bool:
    what_if = chunk.what_if
    law = law_of(what_if.law_digest)
    if law is None:
        raise LookupError(f"no law {what_if.law_digest}")
    rows = Award.objects.filter(pk__in=chunk.award_ids).order_by("pk").values_list(*COLUMNS)
    tally, lines = Tally(), []
    for one in compared(rows, Month.of(what_if.month), law, amended(law, what_if.rows())):
        tally.count(one)
        if one.effect is not None:
            lines.append(_line(what_if, one))
    WhatIfLine.objects.bulk_create(lines, batch_size=1000)
    WhatIfChunk.objects.filter(pk=chunk.pk).update(
        state=CHUNK_MOVES.target(Verb.CALCULATE, chunk.state), rows=len(chunk.award_ids), tally=tally.to_json()
    )
    if settings.FAULT_PAUSE_MS:
        time.sleep(settings.FAULT_PAUSE_MS / 1000)
    return True


def _line(what_if: WhatIf, one: Compared) -> WhatIfLine:
    return WhatIfLine(
        what_if=what_if,
        award_id=one.award_id,
        household_id=one.household_id,
        person_id=one.person_id,
        township_id=one.township_id,
        scheme=one.scheme,
        before_fen=one.before_fen,
        after_fen=one.after_fen,
        effect=one.effect,
    )


def _give_up(chunk: WhatIfChunk, why: str) -> None:
    aside = CHUNK_MOVES.target(SET_ASIDE, chunk.state)
    WhatIfChunk.objects.filter(pk=chunk.pk).update(state=aside, last_error=why[:300])
    what_if = WhatIf.objects.select_for_update(of=("self",)).get(pk=chunk.what_if_id)
    if what_if.is_open:
        what_if.state = WhatIfState(WHAT_IF_MOVES.target(FAIL, what_if.state))
        what_if.why_failed = why[:300]
        what_if.save(update_fields=["state", "why_failed"])


def finish_what_if(what_if_id: int, *, acting_user: User, on: date) -> bool:
    """Add up the portions when all are done; of several workers that notice, one does it."""
    if WhatIfChunk.objects.filter(what_if=what_if_id).exclude(state=ChunkState.DONE).exists():
        return False
    with transaction.atomic():
        what_if = WhatIf.objects.select_for_update(of=("self",)).get(pk=what_if_id)
        if what_if.state != WhatIfState.RUNNING:
            return False
        tally = Tally()
        for stored in what_if.chunks.values_list("tally", flat=True).iterator():
            tally.add_json(stored)
        what_if.state, what_if.result = WhatIfState(WHAT_IF_MOVES.target(FINISH, what_if.state)), tally.to_json()
        what_if.save(update_fields=["state", "result"])
    return True
