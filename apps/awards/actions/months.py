"""A month from its opening to its seal."""

from datetime import date

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, Sum

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions.aside import locked_run
from apps.awards.changes import changes_of
from apps.awards.enums import ChunkState, RunState
from apps.awards.facts import first_due_month
from apps.awards.models import Award, CalcLine, Chunk, MonthRun, SetAside
from apps.awards.transitions import RUN_MOVES
from apps.core.month import Month
from apps.core.refusal import Refused, said
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.digest import policy_digest

# The portions before their run: who is due is read once, so that the run's number of units is that of its portions.
_PORTION_OUT = """
    WITH due AS (
        SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s + 1 AS number FROM ({due}) AS awards
    ), portions AS (
        INSERT INTO awards_chunk
            (run_id, number, award_ids, state, attempts, earlier, is_retry, last_error, lines_sha256)
        SELECT %s, number, array_agg(id ORDER BY id), 'PENDING', 0, 0, false, '', '' FROM due
        GROUP BY number ORDER BY number
        RETURNING cardinality(award_ids) AS units
    )
    SELECT coalesce(sum(units), 0) FROM portions
"""


class FiguresDisagree(Exception):
    """What was calculated does not add up to what the month holds: a defect, never an expected no."""


def open_month(month: date, *, acting_user: User, on: date) -> MonthRun:
    """Begin the calculation of a month: fix who is due, in portions that workers can take.

    Refused for a month to come ("month_in_future"), one already begun ("month_already_open"), one that does not follow
    the last sealed month ("previous_month_open", "month_out_of_order"), or when nobody is due ("nobody_is_due").
    """
    require(acting_user, Verb.OPEN_MONTH, on=on)
    wanted = Month.of(month)
    _refuse_out_of_order(wanted, on)
    try:
        with act(Verb.OPEN_MONTH, acting_user=acting_user, on=on, month=str(wanted)):
            run_id = _new_id()
            units = _portion_out(run_id, wanted)
            if not units:
                raise Refused("nobody_is_due", f"{wanted.label()}没有应发的待遇，不需要核定。")
            return MonthRun.objects.create(
                pk=run_id,
                month=wanted.first(),
                started_by=acting_user,
                started_on=on,
                units=units,
                law_digest=law_in_force().digest(),
                rules_digest=policy_digest(),
            )
    except IntegrityError as error:
        if "one_run_a_month" in str(error):
            raise _already_open(wanted) from error
        raise


def _new_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('awards_monthrun', 'id'))")
        return int(cursor.fetchone()[0])


def _portion_out(run_id: int, month: Month) -> int:
    """Cut those who are due into portions, in one statement; how many they are, exactly those in the portions."""
    due, given = Award.objects.due_in(month.first()).order_by().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_PORTION_OUT.format(due=due), [settings.CHUNK_SIZE, *given, run_id])
        return int(cursor.fetchone()[0])


def _refuse_out_of_order(wanted: Month, on: date) -> None:
    if wanted > Month.of(on):
        raise Refused("month_in_future", f"{wanted.label()}还没有到，到当月再开始核定。")
    last = MonthRun.objects.standing().order_by("-month").first()
    if last is None:
        return
    if wanted == Month.of(last.month):
        raise _already_open(wanted)
    if last.state != RunState.SEALED:
        raise Refused("previous_month_open", f"{last.label}还没有生成发放明细，请先办完上一个月。")
    waiting = first_due_month(Month.of(last.month).next(), until=Month.of(on))
    if waiting is not None and wanted != waiting:
        raise Refused("month_out_of_order", f"应当先核定{waiting.label()}。")


def _already_open(month: Month) -> Refused:
    return Refused("month_already_open", f"{month.label()}已经开始核定，请刷新页面查看进度。")


def finish_if_complete(run_id: int, *, acting_user: User, on: date) -> bool:
    """Close the calculation when every chunk is done and no unit waits to be cleared; of several that notice, one does.

    FiguresDisagree when the lines do not add up to the snapshot.
    """
    if _is_under_way(run_id):
        return False
    with transaction.atomic():
        run = locked_run(run_id)
        if run.state != RunState.CALCULATING or _is_under_way(run_id):
            return False
        with act(Verb.FINISH_CALCULATION, acting_user=acting_user, on=on, subject=run):
            run.state = RUN_MOVES.target(Verb.FINISH_CALCULATION, run.state)
            run.total_fen = _total_of(run)
            run.save(update_fields=["state", "total_fen"])
    return True


def _is_under_way(run_id: int) -> bool:
    open_chunks = Chunk.objects.filter(run=run_id).exclude(state=ChunkState.DONE)
    return open_chunks.exists() or SetAside.objects.filter(run=run_id).blocking().exists()


def confirm_month(run: MonthRun, *, acting_user: User, on: date) -> MonthRun:
    """Confirm what was calculated; by another person than the one who began the month ("own_work").

    The record says how many changes of each kind were confirmed, and how many of them were looked at one by one.

    Refused("month_unfinished") while portions are missing, ("units_set_aside") while units wait to be cleared.
    """
    require(acting_user, Verb.CONFIRM_MONTH, on=on)
    changes = changes_of(run, CalcLine.objects.all()).counts
    counted = {"changes": changes, "looked_at": run.looks.count(), "left_out": run.set_aside.excluded().count()}
    with act(Verb.CONFIRM_MONTH, acting_user=acting_user, on=on, subject=run, **counted):
        run = locked_run(run.pk)
        if waiting := run.set_aside.blocking().count():
            raise Refused("units_set_aside", f"还有 {waiting} 户搁置未处理，逐户办结或不列入本月之后才能确认。")
        if run.state == RunState.CALCULATING:
            raise Refused("month_unfinished", f"{run.label}还没有核定完，请等全部分组完成后再确认。")
        state = RUN_MOVES.target(Verb.CONFIRM_MONTH, run.state)
        different_person(acting_user, run.started_by_id, what="确认月度核定")
        if _total_of(run) != run.total_fen:
            raise FiguresDisagree(f"{run.label}: lines and total differ")
        run.state, run.confirmed_by, run.confirmed_on = state, acting_user, on
        run.save(update_fields=["state", "confirmed_by", "confirmed_on"])
        return run


def seal_month(run: MonthRun, *, acting_user: User, on: date) -> MonthRun:
    """Seal a confirmed month, inside the act that makes its entitlements; from now on the next month may begin."""
    require(acting_user, Verb.ENTITLE, on=on)
    with act(Verb.ENTITLE, acting_user=acting_user, on=on, subject=run):
        run = locked_run(run.pk)
        run.state = RUN_MOVES.target(Verb.ENTITLE, run.state)
        run.save(update_fields=["state"])
        return run


def void_month(run: MonthRun, *, acting_user: User, on: date, reason: str) -> MonthRun:
    """Give up a calculation not yet confirmed; the month can then be begun anew. Needs a reason."""
    require(acting_user, Verb.VOID_MONTH, on=on)
    reason = said(reason, field="reason", ask="请写明作废的理由。")
    with act(Verb.VOID_MONTH, acting_user=acting_user, on=on, subject=run, reason=reason):
        run = locked_run(run.pk)
        run.state = RUN_MOVES.target(Verb.VOID_MONTH, run.state)
        run.save(update_fields=["state"])
        return run


def _total_of(run: MonthRun) -> int:
    """The sum of the run's lines, after comparing lines, chunks, what was left out, and the snapshot."""
    out = run.set_aside.excluded().aggregate(
        units=Count("pk"), rows=Count("taken_fen"), total=Sum("taken_fen", default=0)
    )
    made = {"rows": Sum("rows", default=0), "total": Sum("total_fen", default=0)}
    lines = CalcLine.objects.filter(run=run).aggregate(rows=Count("pk"), total=Sum("amount_fen", default=0))
    chunks = run.chunks.aggregate(**made, unfinished=Count("pk", filter=~Q(state=ChunkState.DONE)))
    whole = lines["rows"] + out["units"] == run.units
    if chunks["unfinished"] or not whole or any(lines[key] + out[key] != chunks[key] for key in lines):
        raise FiguresDisagree(f"{run.label}: {lines} {out} {chunks} {run.units}")
    return int(lines["total"])
