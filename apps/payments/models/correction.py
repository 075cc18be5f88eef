"""Months calculated anew: why, what differs, what two people made of it. Nothing sealed is edited."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import Area
from apps.audit.history import added, history, kept
from apps.payments.enums import PAID_UNDER, CorrectionState, RecalculationGround
from apps.payments.models.entitlement import Entitlement
from apps.payments.models.guards_corrections import annuls_only_what_is_open
from apps.payments.transitions import CORRECTION_MOVES


class BackdatingQuerySet(models.QuerySet["Backdating"]):
    def visible_to(self, user: Any) -> "BackdatingQuerySet":
        """What reaches back for families of the townships this user's postings open."""
        return self.filter(user.scope().rows("household__township"))


class Backdating(models.Model):
    """An act that reaches back: from ``since`` through ``until`` the family is seen as this declaration has it.

    Written inside the act that found it, so that it cannot be lost. ``reckoned_on`` is the day on which the office
    would have decided had it known. A revoked confirmation has neither: what it began is left out, what it ended goes
    on.
    """

    seen_through = ("household",)
    append_only = True

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="backdatings")
    ground = models.CharField("事由", max_length=12, choices=RecalculationGround.choices)
    since = models.DateField("起")
    until = models.DateField("止")
    reckoned_on = models.DateField("视同决定日期", null=True)
    declaration = models.ForeignKey(
        "households.Declaration", on_delete=models.PROTECT, null=True, related_name="backdatings"
    )
    decision = models.ForeignKey("awards.Decision", on_delete=models.PROTECT, related_name="backdatings")

    objects = BackdatingQuerySet.as_manager()

    class Meta:
        verbose_name = "溯及事由"
        triggers = added()
        constraints = (
            models.CheckConstraint(
                name="reaches_back_over_months", condition=Q(since__day=1, until__day=1, since__lte=F("until"))
            ),
            models.CheckConstraint(
                name="reckoned_from_a_declaration",
                condition=Q(ground=RecalculationGround.REVOKED, reckoned_on=None, declaration=None)
                | Q(reckoned_on__lt=F("since"), declaration__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.household} {self.get_ground_display()}"


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def visible_to(self, user: Any) -> "DifferenceQuerySet":
        """Differences in the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def waiting(self) -> "DifferenceQuerySet":
        """Those nobody has proposed to correct yet, nor two people decided to leave as they are."""
        proposed = CorrectionLine.objects.filter(correction__state=CorrectionState.PROPOSED)
        left = CorrectionLine.objects.filter(
            correction__state=CorrectionState.CONFIRMED,
            correction__leaves=True,
            was_fen=OuterRef("was_fen"),
            now_fen=OuterRef("now_fen"),
        )
        return self.exclude(Exists(_of_the_month(proposed))).exclude(Exists(_of_the_month(left)))

    def told_by(self, lines: "CorrectionLineQuerySet") -> "DifferenceQuerySet":
        """Those of the units' months that these lines are about."""
        return self.filter(Exists(_of_the_month(lines)))


def _of_the_month(lines: "CorrectionLineQuerySet") -> "CorrectionLineQuerySet":
    there = lines.filter(household=OuterRef("household"), month=OuterRef("month"))
    return there.annotate(unit=Coalesce("person", 0)).filter(unit=Coalesce(OuterRef("person"), 0))


class _Compared(models.Model):
    """A unit's month as it was entitled, net of earlier corrections, and as it is due now; fen."""

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="%(class)ss")
    person = models.ForeignKey(
        "households.Person", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    township = models.ForeignKey(
        Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    scheme = models.CharField("待遇", max_length=20, choices=PAID_UNDER)
    month = models.DateField("月份")
    ground = models.CharField("事由", max_length=12, choices=RecalculationGround.choices)
    was_fen = models.BigIntegerField("原应发（分）")
    now_fen = models.BigIntegerField("现应发（分）")
    was_parts = models.JSONField(default=list)
    now_parts = models.JSONField(default=list)
    # What the amount of now follows from (see apps.awards.terms); null when nothing is due.
    now_terms = models.JSONField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.household} {self.month:%Y-%m}"

    @property
    def difference_fen(self) -> int:
        """How much more (or less) is due than was."""
        return self.now_fen - self.was_fen


def _compared(name: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            name=f"{name}_differs", condition=Q(was_fen__gte=0, now_fen__gte=0) & ~Q(was_fen=F("now_fen"))
        ),
        models.CheckConstraint(name=f"{name}_month_is_first_day", condition=Q(month__day=1)),
    ]


class Difference(_Compared):
    """What the last look found: technical, made anew at every look, gone once corrected."""

    seen_through = ("township", "household")
    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "待重算"
        constraints = (
            *_compared("difference"),
            models.UniqueConstraint(
                name="one_difference_of_a_month", fields=["household", "person", "month"], nulls_distinct=False
            ),
        )
        indexes = (models.Index(name="differences_of_a_township", fields=["township", "ground", "month"]),)


class Examined(models.Model):
    """When a family was last looked at, by what it depends on: technical, so that nobody is looked at for nothing."""

    household = models.OneToOneField("households.Household", on_delete=models.PROTECT, related_name="+")
    law_digest = models.CharField(max_length=64)
    sealed_through = models.DateField()
    reasons = models.PositiveIntegerField()
    why_not = models.CharField("算不出的原因", max_length=300, blank=True)

    seen_through = ("household",)

    class Meta:
        verbose_name = "重算检查"

    def __str__(self) -> str:
        return f"{self.household_id} {self.sealed_through}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: Any) -> "CorrectionQuerySet":
        """Corrections of the townships this user's postings open; of several townships only the county sees them."""
        return self.filter(user.scope().rows("township"))


def _person(label: str, *, null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", null=null
    )


class Correction(models.Model):
    """Months of one family, or of many under the same ground, put right: proposed by one, confirmed by another."""

    number = models.CharField("编号", max_length=24, unique=True)
    ground = models.CharField("事由", max_length=12, choices=RecalculationGround.choices)
    text = models.CharField("说明", max_length=500)
    state = models.CharField("状态", max_length=10, choices=CorrectionState.choices, default=CorrectionState.PROPOSED)
    township = models.ForeignKey(
        Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+", null=True
    )
    # Two people decided that what differs stays as it is: nothing is paid, nothing asked back.
    leaves = models.BooleanField("维持不变", default=False)
    households = models.PositiveIntegerField("户数")
    up_fen = models.BigIntegerField("应补（分）")
    down_fen = models.BigIntegerField("多发（分）")
    proposed_by = _person("提出人", null=False)
    proposed_on = models.DateField("提出日期")
    decided_by = _person("确认人")
    decided_on = models.DateField("确认日期", null=True)
    answer = models.CharField("退回理由", max_length=500, blank=True)

    # One of several townships belongs to none of them: each sees the head of its lines.
    seen_through = ("township", "lines")
    history = history()
    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = "重算"
        triggers = (*kept(), CORRECTION_MOVES.guard())
        constraints = (
            models.CheckConstraint(
                name="correction_confirmed_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="重算须由提出人以外的同事确认。",
            ),
            models.CheckConstraint(
                name="correction_decided_by_somebody",
                condition=Q(state=CorrectionState.PROPOSED, decided_by=None)
                | (~Q(state=CorrectionState.PROPOSED) & Q(decided_by__isnull=False, decided_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="correction_rejected_with_a_reason",
                condition=~Q(state=CorrectionState.REJECTED) | ~Q(answer=""),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The correction's page."""
        return reverse("correction-detail", kwargs={"pk": self.pk})


class CorrectionLineQuerySet(models.QuerySet["CorrectionLine"]):
    def visible_to(self, user: Any) -> "CorrectionLineQuerySet":
        """Lines of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def confirmed(self) -> "CorrectionLineQuerySet":
        """Lines that count."""
        return self.filter(correction__state=CorrectionState.CONFIRMED, correction__leaves=False)


class CorrectionLine(_Compared):
    """One unit's month of a correction, with the explanation of both amounts."""

    seen_through = ("township", "household")
    append_only = True

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="lines", db_index=False)

    objects = CorrectionLineQuerySet.as_manager()

    class Meta:
        verbose_name = "重算明细"
        triggers = added()
        constraints = (
            *_compared("correction_line"),
            models.UniqueConstraint(
                name="one_correction_line_of_a_month",
                fields=["correction", "household", "person", "month"],
                nulls_distinct=False,
            ),
        )


class Annulment(models.Model):
    """Something owed that is no longer owed: annulled whole, before it was paid, by a correction or an offset."""

    seen_through = ("entitlement",)
    append_only = True

    entitlement = models.OneToOneField(Entitlement, on_delete=models.PROTECT, related_name="annulment")
    correction_line = models.ForeignKey(CorrectionLine, on_delete=models.PROTECT, null=True, related_name="annulments")
    repayment = models.ForeignKey("payments.Repayment", on_delete=models.PROTECT, null=True, related_name="annulments")

    class Meta:
        verbose_name = "撤销应发"
        triggers = (*added(), annuls_only_what_is_open())
        constraints = (
            models.CheckConstraint(
                name="annulled_by_one_decision",
                condition=Q(correction_line__isnull=False, repayment=None)
                | Q(correction_line=None, repayment__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.entitlement}"
