"""What a unit (a household, or one person in it) is due, month by month."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse

from apps.accounts.models import Area
from apps.audit.history import history, kept
from apps.awards.enums import SCHEMES, AwardState
from apps.awards.models.decision import Decision
from apps.awards.models.expressions import covers, ends_after_it_begins, is_first_of_month, months_paid
from apps.awards.models.guards import begins_by_a_decision, nothing_for_the_dead
from apps.awards.transitions import AWARD_MOVES
from apps.core.month import Month
from apps.eligibility.policy.enums import Scheme


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: Any) -> "AwardQuerySet":
        """Awards of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def readable_by(self, user: Any) -> "AwardQuerySet":
        """One page's rows: also the earlier awards of a family that has moved here. Lists start from ``visible_to``."""
        scope = user.scope()
        return self if scope.whole_county else self.filter(scope.rows("township") | scope.rows("household__township"))

    def due_in(self, month: dt.date) -> "AwardQuerySet":
        """Awards that are paid for this month."""
        return self.filter(covers(month))

    def due_from(self, month: dt.date) -> "AwardQuerySet":
        """Awards paid for this month or any later one."""
        return self.filter(Q(last_month=None) | Q(last_month__gte=month))

    def at_stage(self, stage: str, month: dt.date) -> "AwardQuerySet":
        """Awards that stand there in a month (see ``Award.stage``)."""
        awards = self.ever_due()
        return {
            "WAITING": awards.filter(first_month__gt=month),
            "RUNNING": awards.due_in(month),
            "PHASE_OUT": awards.due_in(month).filter(scheme=Scheme.DIBAO_PHASE_OUT),
            "ENDED": awards.filter(last_month__lt=month),
        }[stage]

    def standing(self, month: dt.date) -> "AwardQuerySet":
        """Awards paid for this month, or decided and waiting for a later one."""
        return self.ever_due().due_from(month)

    def to_calculate(self, fields: Sequence[str]) -> Any:
        """These fields of each award, ``terms_digest`` among them: which terms a line is calculated from."""
        digest = Func(Cast("terms", models.TextField()), function="md5")
        rows = self.annotate(terms_digest=Cast(digest, models.UUIDField())).order_by("pk")
        return rows.values_list(*fields)

    def ever_due(self) -> "AwardQuerySet":
        """Awards that were not replaced before their first month."""
        return self.filter(Q(last_month=None) | Q(last_month__gte=F("first_month")))


class Award(models.Model):
    """A monthly benefit of a unit from its first through its last month (none: until a decision ends it).

    ``terms`` holds all that the amounts depend on between decisions (see ``apps.awards.terms``); persons in it are
    named by their ids. A decision replaced by another one in the same month leaves awards whose last month lies before
    the first: they were never due.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="awards")
    person = models.ForeignKey("households.Person", on_delete=models.PROTECT, null=True, related_name="awards")
    township = models.ForeignKey(Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField("待遇", max_length=20, choices=SCHEMES)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="started")
    ended_by = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="ended")
    first_month = models.DateField("起发月份")
    last_month = models.DateField("止发月份", null=True)
    terms = models.JSONField()
    state = models.CharField("状态", max_length=10, choices=AwardState.choices, default=AwardState.RUNNING)

    seen_through = ("township", "household")
    history = history()
    objects = AwardQuerySet.as_manager()

    class Meta:
        verbose_name = "待遇"
        triggers = (*kept(), AWARD_MOVES.guard(), begins_by_a_decision())
        constraints = (
            models.CheckConstraint(name="award_first_month_is_first_day", condition=is_first_of_month("first_month")),
            models.CheckConstraint(name="award_last_month_is_first_day", condition=is_first_of_month("last_month")),
            models.CheckConstraint(name="award_ends_after_it_begins", condition=ends_after_it_begins()),
            models.CheckConstraint(
                name="award_ended_by_a_decision",
                condition=Q(state=AwardState.ENDED, ended_by__isnull=False, last_month__isnull=False)
                | Q(state=AwardState.RUNNING, ended_by=None),
            ),
            ExclusionConstraint(
                name="one_award_of_a_unit_at_a_time",
                expressions=[
                    ("household", RangeOperators.EQUAL),
                    (Coalesce(F("person"), Value(0)), RangeOperators.EQUAL),
                    (months_paid(), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这一户（人）同一月份已有待遇，不能重复起发。",
            ),
        )
        indexes = (models.Index(fields=["township", "-id"]),)

    def __str__(self) -> str:
        return f"{self.household} {self.get_scheme_display()}"

    def get_absolute_url(self) -> str:
        """The award's page."""
        return reverse("award-detail", kwargs={"uuid": self.uuid})

    @property
    def unit(self) -> tuple[int, int | None]:
        """Who is paid: household and, for a single person, the person."""
        return self.household_id, self.person_id

    @property
    def payee(self) -> Any:
        """Whose name stands for the unit: the single person, or the head of the household."""
        return self.person or self.household.head

    @property
    def is_phase_out(self) -> bool:
        """Whether this is a 渐退."""
        return self.scheme == Scheme.DIBAO_PHASE_OUT

    @property
    def was_never_due(self) -> bool:
        """Replaced by a later decision of the same month."""
        return self.last_month is not None and self.last_month < self.first_month

    def stage(self, month: dt.date) -> tuple[str, str]:
        """Code and words for where the award stands in a month: WAITING, RUNNING, PHASE_OUT or ENDED."""
        if self.was_never_due:
            return "CANCELLED", "未起发"
        if self.last_month is not None and self.last_month < month:
            return "ENDED", "已止发"
        if self.first_month > month:
            return "WAITING", f"自{Month.of(self.first_month).label()}起发"
        return ("PHASE_OUT", "渐退中") if self.is_phase_out else ("RUNNING", "在享")


class AwardMember(models.Model):
    """A person an award pays for; nobody is paid for twice in one month, whatever the scheme or household."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("households.Person", on_delete=models.PROTECT, related_name="award_memberships")
    first_month = models.DateField("起发月份")
    last_month = models.DateField("止发月份", null=True)

    seen_through = ("award",)
    history = history()

    class Meta:
        verbose_name = "待遇人员"
        triggers = (*kept(), nothing_for_the_dead())
        constraints = (
            models.UniqueConstraint(name="once_in_an_award", fields=["award", "person"]),
            models.CheckConstraint(name="award_member_first_day", condition=is_first_of_month("first_month")),
            models.CheckConstraint(name="award_member_last_day", condition=is_first_of_month("last_month")),
            models.CheckConstraint(name="award_member_ends_after_it_begins", condition=ends_after_it_begins()),
            ExclusionConstraint(
                name="nobody_is_paid_twice",
                expressions=[("person", RangeOperators.EQUAL), (months_paid(), RangeOperators.OVERLAPS)],
                violation_error_message="这个人同一月份已在另一份待遇中，不能重复享受。",
            ),
        )

    def __str__(self) -> str:
        return str(self.person)
