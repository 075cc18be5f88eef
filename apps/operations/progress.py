"""Noting how far long work has come."""

from apps.awards.enums import ChunkState, RunState
from apps.awards.models import Chunk, MonthRun
from apps.operations.facts import MONTH
from apps.operations.models import Heartbeat


def look_around() -> None:
    """A worker is doing what the schedule sends; months under calculation have come this far, others are forgotten."""
    Heartbeat.objects.beat("tick")
    running = list(MonthRun.objects.filter(state=RunState.CALCULATING).values_list("pk", flat=True))
    for pk in running:
        Heartbeat.objects.note(f"{MONTH}{pk}", Chunk.objects.filter(run=pk).exclude(state=ChunkState.PENDING).count())
    names = [f"{MONTH}{pk}" for pk in running]
    Heartbeat.objects.filter(name__startswith=MONTH).exclude(name__in=names).delete()
