"""A register handed in: checked, approved by a second person, written as a whole."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.audit.history import added, history, kept
from apps.takeover.enums import UploadState
from apps.takeover.models.sealed import SealedWorkbook
from apps.takeover.transitions import UPLOAD_MOVES

UNDER_WAY = (UploadState.UPLOADED, UploadState.APPROVED)
STANDING = (UploadState.UPLOADED, UploadState.READY, UploadState.APPROVED, UploadState.APPLIED)
# Bulky, or technical: how often a worker tried.
_UNKEPT = ("content_sealed", "errors", "warnings", "attempts")


class RegisterUploadQuerySet(models.QuerySet["RegisterUpload"]):
    def visible_to(self, user: Any) -> "RegisterUploadQuerySet":
        """Registers are the county's: whoever sees only townships sees none."""
        return self if user.scope().whole_county else self.none()

    def waiting(self) -> "RegisterUploadQuerySet":
        """Those a worker has something to do for, oldest first."""
        return self.filter(state__in=UNDER_WAY).order_by("pk")


class RegisterUpload(SealedWorkbook):
    """One workbook, what checking it found, and what writing it would do (``plan``, bound by ``plan_digest``).

    ``first_month`` is the first month this office pays; months before were the old register's.
    """

    state = models.CharField("状态", max_length=10, choices=UploadState.choices, default=UploadState.UPLOADED)
    first_month = models.DateField("首个发放月份")
    warning_count = models.PositiveIntegerField("提示", default=0)
    warnings = models.JSONField("提示明细", default=list)
    plan = models.JSONField("试写结果", null=True)
    plan_digest = models.CharField("试写摘要", max_length=64, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="批准人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_on = models.DateField("批准日期", null=True)
    why_not = models.CharField("原因", max_length=300, blank=True)

    history = history(excluded_fields=list(_UNKEPT))
    objects = RegisterUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "登记册"
        triggers = (*kept(excluded=_UNKEPT), UPLOAD_MOVES.guard())
        constraints = (
            models.UniqueConstraint(
                name="one_register_of_a_digest",
                fields=["sha256"],
                condition=Q(state__in=STANDING),
                violation_error_message="这份文件已经上传过。",
            ),
            models.CheckConstraint(
                name="register_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("uploaded_by")),
                violation_error_message="登记册须由另一位同事批准接管。",
            ),
            models.CheckConstraint(
                name="register_to_write_was_approved",
                condition=~Q(state__in=[UploadState.APPROVED, UploadState.APPLIED])
                | (Q(approved_by__isnull=False, plan__isnull=False, error_count=0) & ~Q(plan_digest="")),
            ),
            models.CheckConstraint(name="register_month_is_first_day", condition=Q(first_month__day=1)),
        )

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The register's page."""
        return reverse("register-detail", kwargs={"uuid": self.uuid})

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return UploadState(self.state).tone

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has still something to do."""
        return self.state in UNDER_WAY


class TakenHouseholdQuerySet(models.QuerySet["TakenHousehold"]):
    def visible_to(self, user: Any) -> "TakenHouseholdQuerySet":
        """Families of the townships this user's postings open."""
        return self.filter(user.scope().rows("household__township"))


class TakenHousehold(models.Model):
    """A family that came with a register, and how the old register called it."""

    seen_through = ("household",)
    append_only = True

    upload = models.ForeignKey(RegisterUpload, on_delete=models.PROTECT, related_name="families")
    household = models.OneToOneField("households.Household", on_delete=models.PROTECT, related_name="taken_over")
    old_number = models.CharField("原家庭编号", max_length=40, unique=True)

    objects = TakenHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "接管家庭"
        triggers = added()

    def __str__(self) -> str:
        return self.old_number
