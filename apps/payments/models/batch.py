"""A batch of payments on its way to the bank and back."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.audit.history import history, kept
from apps.core.money import format_yuan
from apps.payments.enums import BatchState, Purpose
from apps.payments.models.guards import BatchContentGuard, BatchSigned
from apps.payments.transitions import BATCH_MOVES

_UNAPPROVED = [BatchState.DRAFT, BatchState.FROZEN, BatchState.CANCELLED]
_UNRELEASED = [*_UNAPPROVED, BatchState.APPROVED]


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, user: Any) -> "BatchQuerySet":
        """Batches are the county's: whoever sees only townships sees none."""
        return self if user.scope().whole_county else self.none()


def _person(label: str, *, null: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name="+", null=null
    )


class Batch(models.Model):
    """Payments sent to the bank in one file: made by one person, approved by a second, released by a third.

    From FROZEN on ``content_sha256`` says exactly which payments it holds; the approval is bound to that content.
    """

    number = models.CharField("批次号", max_length=24, unique=True)
    month = models.DateField("月份")
    purpose = models.CharField("用途", max_length=10, choices=Purpose.choices)
    state = models.CharField("状态", max_length=12, choices=BatchState.choices, default=BatchState.DRAFT)
    expected_count = models.PositiveIntegerField("笔数", default=0)
    expected_total_fen = models.BigIntegerField("合计（分）", default=0)
    declared_count = models.PositiveIntegerField("花名册笔数", default=0)
    declared_total_fen = models.BigIntegerField("花名册合计（分）", default=0)
    content_sha256 = models.CharField("内容摘要", max_length=64, blank=True)
    # Counted up each time the batch is sent; who signed in an earlier round signs anew.
    round = models.PositiveSmallIntegerField("轮次", default=0)
    approvals_needed = models.PositiveSmallIntegerField("须复核人数", default=1)
    drawn_by = _person("编制人", null=False)
    drawn_on = models.DateField("编制日期")
    approved_by = _person("复核人")
    approved_on = models.DateField("复核日期", null=True)
    approved_sha256 = models.CharField("复核时的内容摘要", max_length=64, blank=True)
    released_by = _person("放行人")
    released_on = models.DateField("放行日期", null=True)
    submitted_on = models.DateField("送交日期", null=True)
    closed_on = models.DateField("关闭日期", null=True)

    history = history()
    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "发放批次"
        triggers = (*kept(), BATCH_MOVES.guard(), BatchContentGuard(), BatchSigned())
        constraints = (
            models.CheckConstraint(name="batch_month_is_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="batch_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("drawn_by")),
                violation_error_message="批次须由编制人以外的同事复核。",
            ),
            models.CheckConstraint(
                name="batch_released_by_a_third",
                condition=Q(released_by=None) | (~Q(released_by=F("drawn_by")) & ~Q(released_by=F("approved_by"))),
                violation_error_message="批次须由编制人、复核人以外的同事放行。",
            ),
            models.CheckConstraint(
                name="batch_content_is_known",
                condition=Q(state__in=[BatchState.DRAFT, BatchState.CANCELLED])
                | (~Q(content_sha256="") & Q(expected_count__gt=0, expected_total_fen__gt=0)),
            ),
            models.CheckConstraint(
                name="batch_holds_what_was_declared",
                # Round 0: sent before rosters were declared.
                condition=Q(state__in=[BatchState.DRAFT, BatchState.CANCELLED])
                | Q(round=0)
                | Q(declared_count=F("expected_count"), declared_total_fen=F("expected_total_fen")),
                violation_error_message="批次的笔数、合计须与签字的花名册一致。",
            ),
            models.CheckConstraint(name="somebody_approves", condition=Q(approvals_needed__gt=0)),
            models.CheckConstraint(
                name="batch_approval_is_of_this_content",
                condition=Q(state__in=_UNAPPROVED)
                | Q(approved_by__isnull=False, approved_on__isnull=False, approved_sha256=F("content_sha256")),
            ),
            models.CheckConstraint(
                name="batch_release_says_by_whom",
                condition=Q(state__in=_UNRELEASED) | Q(released_by__isnull=False, released_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The batch's page."""
        return reverse("batch-detail", kwargs={"pk": self.pk})

    @property
    def size(self) -> str:
        """312 笔、215,000.00 元."""
        return f"{self.expected_count} 笔、{format_yuan(self.expected_total_fen)} 元"
