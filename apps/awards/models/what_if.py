"""Rehearsals: the live register under a draft of the law, beside the law it runs under."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.awards.enums import SCHEMES, ChunkState, Effect, WhatIfState
from apps.awards.models.award import Award
from apps.awards.models.expressions import is_first_of_month
from apps.awards.models.portion import Portion, PortionQuerySet
from apps.awards.tally import bounds_of
from apps.awards.transitions import CHUNK_MOVES, WHAT_IF_MOVES
from apps.core.month import Month
from apps.eligibility.parameters import proposed_rows
from apps.eligibility.policy.standards import Row, shipped_parameters

OPEN = (WhatIfState.QUEUED, WhatIfState.RUNNING)


class WhatIfQuerySet(models.QuerySet["WhatIf"]):
    def visible_to(self, user: Any) -> "WhatIfQuerySet":
        """Rehearsals are the county's: whoever sees only townships sees none."""
        return self if user.scope().whole_county else self.none()


class WhatIf(models.Model):
    """One draft and one month: what every running award would be due. ``result`` is the tally of all portions."""

    content = models.JSONField()
    start = models.DateField("起始日期")
    month = models.DateField("测算月份")
    law_digest = models.CharField(max_length=64)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="发起人", on_delete=models.PROTECT, related_name="+"
    )
    started_on = models.DateField("发起日期")
    state = models.CharField("状态", max_length=10, choices=WhatIfState.choices, default=WhatIfState.QUEUED)
    units = models.PositiveIntegerField("户数")
    result = models.JSONField(null=True)
    why_failed = models.CharField("原因", max_length=300, blank=True)

    objects = WhatIfQuerySet.as_manager()

    class Meta:
        verbose_name = "政策测算"
        triggers = (WHAT_IF_MOVES.guard(),)
        constraints = (
            models.CheckConstraint(name="what_if_month_is_first_day", condition=is_first_of_month("month")),
            models.CheckConstraint(name="what_if_sees_the_draft", condition=Q(month__gte=F("start"))),
            models.CheckConstraint(
                name="finished_what_if_has_a_result", condition=~Q(state=WhatIfState.DONE) | Q(result__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} {Month.of(self.month).label()}"

    def get_absolute_url(self) -> str:
        """The rehearsal's page."""
        return reverse("what-if-detail", kwargs={"pk": self.pk})

    @property
    def parameter(self) -> str:
        """Which parameter the draft changes."""
        return str(self.content[0]["parameter"])

    @property
    def label(self) -> str:
        """Its name."""
        return shipped_parameters()[self.parameter].label

    @property
    def is_open(self) -> bool:
        """Whether portions are still to be worked on."""
        return self.state in OPEN

    def rows(self) -> list[Row]:
        """The draft as the rules read it."""
        return proposed_rows(self.content, start=self.start, source="政策测算", confirmed=False)


class WhatIfChunkQuerySet(PortionQuerySet):
    def under_way(self) -> "WhatIfChunkQuerySet":
        """Portions of rehearsals that go on."""
        return self.filter(what_if__state__in=OPEN)


class WhatIfChunk(Portion):
    """A portion of a rehearsal; ``tally`` is what it adds to the result."""

    what_if = models.ForeignKey(WhatIf, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    tally = models.JSONField(null=True)

    objects = WhatIfChunkQuerySet.as_manager()

    class Meta:
        verbose_name = "政策测算分组"
        triggers = (CHUNK_MOVES.guard(),)
        constraints = (
            models.UniqueConstraint(name="one_what_if_chunk_of_a_number", fields=["what_if", "number"]),
            models.CheckConstraint(
                name="done_what_if_chunk_has_a_tally",
                condition=~Q(state=ChunkState.DONE) | Q(rows__isnull=False, tally__isnull=False),
            ),
        )
        indexes = (models.Index(name="open_what_if_chunks", fields=["id"], condition=Q(state=ChunkState.PENDING)),)

    def __str__(self) -> str:
        return f"{self.what_if} 第{self.number}组"


class WhatIfLineQuerySet(models.QuerySet["WhatIfLine"]):
    def visible_to(self, user: Any) -> "WhatIfLineQuerySet":
        """Lines of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def in_band(self, band: int) -> "WhatIfLineQuerySet":
        """Lines whose change lies in a band of size."""
        above, most = bounds_of(abs(band))
        size = F("after_fen") - F("before_fen") if band > 0 else F("before_fen") - F("after_fen")
        rows = self.annotate(size=ExpressionWrapper(size, output_field=models.BigIntegerField())).filter(size__gt=above)
        return rows if most is None else rows.filter(size__lte=most)


class WhatIfLine(models.Model):
    """A unit whose amount the draft would change; the others are only counted."""

    what_if = models.ForeignKey(WhatIf, on_delete=models.CASCADE, related_name="lines", db_index=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="+", db_index=False)
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        "households.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    township = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False)
    scheme = models.CharField("待遇", max_length=20, choices=SCHEMES)
    before_fen = models.BigIntegerField("现行标准（分）")
    after_fen = models.BigIntegerField("草案（分）")
    effect = models.CharField("变化", max_length=5, choices=Effect.choices)

    seen_through = ("township", "household")
    objects = WhatIfLineQuerySet.as_manager()

    class Meta:
        verbose_name = "政策测算明细"
        constraints = (
            models.UniqueConstraint(name="one_what_if_line_of_an_award", fields=["what_if", "award"]),
            models.CheckConstraint(
                name="what_if_line_differs",
                condition=Q(before_fen__gte=0, after_fen__gte=0) & ~Q(before_fen=F("after_fen")),
            ),
        )
        indexes = (models.Index(name="what_if_lines", fields=["what_if", "effect", "id"]),)

    def __str__(self) -> str:
        return f"{self.household} {self.before_fen}→{self.after_fen}"

    @property
    def difference_fen(self) -> int:
        """How much more (or less)."""
        return self.after_fen - self.before_fen
