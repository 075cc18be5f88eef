"""How far the calculation of a month is, in units; told from what the database holds, whoever works."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Func, IntegerField, Max, Min, Q, Sum

from apps.awards.enums import AsideState, ChunkState, RunState
from apps.awards.models import MonthRun

# No portion takes longer: one begun earlier and still open has lost its worker.
AT_WORK = dt.timedelta(seconds=90)
# Portions wait at most this long for a worker while workers run.
SILENCE = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Progress:
    """Units of a month by how far they are; together they are the snapshot."""

    total: int
    done: int
    aside: int
    excluded: int
    working: int
    waiting: int
    silent: dt.timedelta | None
    summing: bool = False

    @property
    def paid(self) -> int:
        """Units the month pays: the snapshot less those left out."""
        return self.total - self.excluded

    @property
    def settled(self) -> int:
        """Units that need no worker any more."""
        return self.total - self.working - self.waiting

    def told(self) -> list[tuple[str, str]]:
        """Each number that is not nothing, in words with its tone."""
        said = [
            ("good", "已核定", self.done),
            ("info", "核定中", self.working),
            ("plain", "等待", self.waiting),
            ("bad", "搁置待处理", self.aside),
            ("warn", "不列入本月", self.excluded),
        ]
        return [(tone, f"{label} {units} 户") for tone, label, units in said if units]

    @property
    def is_moving(self) -> bool:
        """Whether workers have something left to do."""
        return self.working + self.waiting > 0

    @property
    def goes_on(self) -> bool:
        """Whether the page has something to wait for: workers, or the sum that the last of them draws."""
        return self.is_moving or self.summing

    @property
    def silent_minutes(self) -> int:
        """For how many minutes nobody has begun a portion; 0 while somebody does."""
        return 0 if self.silent is None else max(1, int(self.silent.total_seconds() // 60))


def progress_of(run: MonthRun, now: dt.datetime) -> Progress:
    """Where the units of a run are at this moment."""
    pending = Q(state=ChunkState.PENDING)
    at_work = pending & Q(begun_at__gt=now - AT_WORK)
    size = Func("award_ids", function="cardinality", output_field=IntegerField())
    chunks = run.chunks.annotate(size=size).aggregate(
        made=Sum("rows", default=0),
        working=Sum("size", filter=at_work, default=0),
        left=Sum("size", filter=pending, default=0),
        begun=Max("begun_at"),
    )
    aside = run.set_aside.aggregate(
        open=Count("pk", filter=Q(state=AsideState.OPEN)),
        excluded=Count("pk", filter=Q(state=AsideState.EXCLUDED)),
        taken=Count("taken_fen"),
    )
    left = chunks["left"] if run.state == RunState.CALCULATING else 0
    working = min(chunks["working"], left)
    return Progress(
        total=run.units,
        done=chunks["made"] - aside["taken"],
        aside=aside["open"],
        excluded=aside["excluded"],
        working=working,
        waiting=left - working,
        silent=_silence(run, chunks["begun"], now) if left > working == 0 else None,
        summing=run.state == RunState.CALCULATING and not left and not aside["open"],
    )


def _silence(run: MonthRun, begun: dt.datetime | None, now: dt.datetime) -> dt.timedelta | None:
    """How long nobody has begun anything, when that is longer than it should be."""
    since = begun or run.history.aggregate(first=Min("history_date"))["first"]
    return now - since if since is not None and now - since > SILENCE else None
