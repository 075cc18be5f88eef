"""The calculation of one month, and the chunks it is done in."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q
from django.urls import reverse

from apps.audit.history import history, kept
from apps.awards.enums import AsideState, ChunkState, RunState
from apps.awards.models.expressions import is_first_of_month
from apps.awards.models.guards import figures_stay, nothing_is_set_aside
from apps.awards.models.portion import Portion, PortionQuerySet
from apps.awards.portions import portions
from apps.awards.transitions import CHUNK_MOVES, RUN_MOVES
from apps.core.month import Month


class MonthRunQuerySet(models.QuerySet["MonthRun"]):
    def visible_to(self, user: Any) -> "MonthRunQuerySet":
        """Months are the county's: whoever sees only townships sees none."""
        return self if user.scope().whole_county else self.none()

    def standing(self) -> "MonthRunQuerySet":
        """Runs that were not voided."""
        return self.exclude(state=RunState.VOID)

    def worked_through(self) -> "MonthRunQuerySet":
        """Runs still open in which no portion is left to do."""
        left = Chunk.objects.filter(run=OuterRef("pk")).exclude(state=ChunkState.DONE)
        return self.filter(~Exists(left), state=RunState.CALCULATING)


class MonthRun(models.Model):
    """What all units are due for one month: calculated, confirmed by another person, sealed by the payments."""

    month = models.DateField("月份")
    state = models.CharField("状态", max_length=12, choices=RunState.choices, default=RunState.CALCULATING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发起人", on_delete=models.PROTECT, related_name="+"
    )
    started_on = models.DateField("发起日期")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="确认人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_on = models.DateField("确认日期", null=True)
    units = models.PositiveIntegerField("户数")
    total_fen = models.BigIntegerField("合计（分）", null=True)
    law_digest = models.CharField(max_length=64)
    rules_digest = models.CharField(max_length=64, default="")

    history = history()
    objects = MonthRunQuerySet.as_manager()

    class Meta:
        verbose_name = "月度核定"
        triggers = (*kept(), RUN_MOVES.guard(), figures_stay(), nothing_is_set_aside())
        constraints = (
            models.UniqueConstraint(
                name="one_run_a_month",
                fields=["month"],
                condition=~Q(state=RunState.VOID),
                violation_error_message="这个月已经开始核定。",
            ),
            models.CheckConstraint(name="run_month_is_first_day", condition=is_first_of_month("month")),
            models.CheckConstraint(
                name="month_confirmed_by_another",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("started_by")),
                violation_error_message="月度核定须由另一位同事确认。",
            ),
            models.CheckConstraint(
                name="confirmed_month_says_by_whom",
                condition=~Q(state__in=[RunState.CONFIRMED, RunState.SEALED])
                | Q(confirmed_by__isnull=False, confirmed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="calculated_month_has_a_total",
                condition=Q(state__in=[RunState.CALCULATING, RunState.VOID]) | Q(total_fen__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The month's page."""
        return reverse("month-detail", kwargs={"pk": self.pk})

    @property
    def label(self) -> str:
        """2024年6月."""
        return Month.of(self.month).label()

    @property
    def lines_due(self) -> int:
        """How many units the month pays: the snapshot less those that were left out."""
        return self.units - self.set_aside.filter(state=AsideState.EXCLUDED).count()

    @property
    def blocking_label(self) -> str:
        """搁置 3 户; for rows that were counted so."""
        return f"搁置 {getattr(self, 'blocking', 0)} 户"

    def given_up_before(self) -> "MonthRun | None":
        """The newest calculation of this month that was given up before this one."""
        given_up = MonthRun.objects.filter(month=self.month, state=RunState.VOID, pk__lt=self.pk)
        return given_up.exclude(total_fen=None).order_by("-pk").first()

    def previous(self) -> "MonthRun | None":
        """The standing run of the month before."""
        return MonthRun.objects.standing().filter(month=(Month.of(self.month) - 1).first()).first()


class ChunkQuerySet(PortionQuerySet):
    def visible_to(self, user: Any) -> "ChunkQuerySet":
        """Chunks of the months this user sees."""
        return self.filter(run__in=MonthRun.objects.visible_to(user))

    def under_way(self) -> "ChunkQuerySet":
        """Chunks of a month that is being calculated."""
        return self.filter(run__state=RunState.CALCULATING)

    def free(self, chunk_id: int) -> int | None:
        """The run of a chunk that waits and that nobody works on, in one statement: a doubled message costs no more."""
        waiting = self.under_way().pending().filter(pk=chunk_id).select_for_update(skip_locked=True, of=("self",))
        with transaction.atomic():
            found: int | None = waiting.values_list("run", flat=True).first()
        return found

    def portion_out(self, run: MonthRun, award_ids: list[int], *, size: int, **facts: Any) -> None:
        """Put awards of a month into chunks, numbered on; under the lock of the run or of the chunk they come from."""
        last = self.filter(run=run).aggregate(last=Max("number"))["last"] or 0
        numbered = enumerate(portions(award_ids, size), start=last + 1)
        chunks = (Chunk(run=run, number=number, award_ids=ids, **facts) for number, ids in numbered)
        self.bulk_create(chunks, batch_size=1000)


class Chunk(Portion):
    """A portion of a month's snapshot: at most a few thousand awards, calculated in one transaction.

    Technical: how often it was tried and sent, itself and (``earlier``) the larger portions it was part of. What it
    produced are the lines, and what it set aside.
    """

    run = models.ForeignKey(MonthRun, on_delete=models.PROTECT, related_name="chunks", db_index=False)
    earlier = models.PositiveSmallIntegerField("拆分前次数", default=0)
    is_retry = models.BooleanField("再次核定", default=False)
    begun_at = models.DateTimeField("最近开始", null=True)
    total_fen = models.BigIntegerField("合计（分）", null=True)
    lines_sha256 = models.CharField(max_length=64, blank=True)

    objects = ChunkQuerySet.as_manager()

    class Meta:
        verbose_name = "核定分组"
        triggers = (CHUNK_MOVES.guard(),)
        constraints = (
            models.UniqueConstraint(name="one_chunk_of_a_number", fields=["run", "number"]),
            models.CheckConstraint(
                name="done_chunk_says_what_it_made",
                condition=~Q(state=ChunkState.DONE) | (Q(rows__isnull=False, total_fen__gte=0) & ~Q(lines_sha256="")),
            ),
        )
        indexes = (models.Index(name="open_chunks", fields=["run", "id"], condition=~Q(state=ChunkState.DONE)),)

    def __str__(self) -> str:
        return f"{self.run} 第{self.number}组"

    def get_absolute_url(self) -> str:
        """The month's page."""
        return self.run.get_absolute_url()

    @property
    def tried(self) -> int:
        """How often the units in it were tried, here and in the portions they were in before."""
        return self.attempts + self.earlier
