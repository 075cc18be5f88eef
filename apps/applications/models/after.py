"""What follows a decision: its letter handed over, a complaint against it, its taking back."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.applications.models.application import Application, Cause
from apps.applications.models.ending import Ending
from apps.applications.transitions import COMPLAINT_MOVES, REVOCATION_MOVES, ComplaintState, RevocationState
from apps.audit.history import added, history, kept
from apps.awards.models import Decision
from apps.core.crypto import seal, unseal


def by(**options: Any) -> models.ForeignKey:
    """The colleague who did a step."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class Letter(models.TextChoices):
    """Which letter was handed over."""

    DECISION = "DECISION", "决定通知书"
    REVOCATION = "REVOCATION", "撤销确认通知书"
    ENDING = "ENDING", "终止供养通知书"


class Way(models.TextChoices):
    """How a letter reaches a family."""

    IN_PERSON = "IN_PERSON", "当面送达"
    POST = "POST", "邮寄送达"
    VILLAGE = "VILLAGE", "村（社区）代送"
    LEFT = "LEFT", "留置送达"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: Any) -> "DeliveryQuerySet":
        """Deliveries to families of the townships this user's postings open."""
        scope = user.scope()
        return self.filter(scope.rows("application__township") | scope.rows("ending__township"))


class Delivery(models.Model):
    """送达回证: a letter in somebody's hands, once."""

    seen_through = ("application", "ending")
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="deliveries", null=True)
    ending = models.ForeignKey(Ending, on_delete=models.PROTECT, related_name="deliveries", null=True)
    letter = models.CharField("文书", max_length=10, choices=Letter.choices)
    delivered_on = models.DateField("送达日期")
    way = models.CharField("送达方式", max_length=10, choices=Way.choices)
    receiver = models.CharField("签收人", max_length=60)
    relation = models.CharField("与当事人关系", max_length=40)
    note = models.CharField("备注", max_length=200, blank=True)
    by = by()
    on = models.DateField("登记日期")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "送达"
        triggers = added()
        constraints = (
            models.UniqueConstraint(
                name="a_letter_is_delivered_once",
                fields=["application", "letter"],
                violation_error_message="这份通知书已经登记过送达。",
            ),
            models.UniqueConstraint(name="an_ending_is_told_once", fields=["ending"]),
            models.CheckConstraint(
                name="delivered_to_one_family",
                condition=Q(application__isnull=False, ending=None) & ~Q(letter=Letter.ENDING)
                | Q(application=None, ending__isnull=False, letter=Letter.ENDING),
            ),
            models.CheckConstraint(name="delivered_before_it_is_recorded", condition=Q(delivered_on__lte=F("on"))),
        )

    def __str__(self) -> str:
        return f"{self.get_letter_display()} {self.delivered_on}"


class ComplaintKind(models.TextChoices):
    """By which way somebody holds a case to be wrong."""

    COMPLAINT = "COMPLAINT", "投诉举报"
    RECONSIDERATION = "RECONSIDERATION", "行政复议"
    LITIGATION = "LITIGATION", "行政诉讼"

    @property
    def cause(self) -> Cause:
        """The cause of the case that takes the matter up again."""
        return Cause(self.value)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, user: Any) -> "ComplaintQuerySet":
        """Complaints about cases of the townships this user's postings open."""
        return self.filter(user.scope().rows("application__township"))


class Complaint(models.Model):
    """Somebody holds a case to be wrong; who it is stays sealed. Answered by another than who decided the case."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="complaints")
    kind = models.CharField("性质", max_length=15, choices=ComplaintKind.choices)
    state = models.CharField("状态", max_length=10, choices=ComplaintState.choices, default=ComplaintState.OPEN)
    received_on = models.DateField("收到日期")
    complainant_sealed = models.BinaryField(default=bytes)
    text = models.TextField("反映内容", max_length=2000)
    filed_by = by()
    filed_on = models.DateField("登记日期")
    # Who decided the case, as it stood when the answer was given.
    decider = by(null=True, blank=True)
    answered_by = by(null=True, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answer = models.TextField("答复", max_length=2000, blank=True)
    reopened_as = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="reopened_by", null=True, blank=True
    )

    seen_through = ("application",)
    history = history()
    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = "投诉与复议"
        triggers = (*kept(), COMPLAINT_MOVES.guard())
        constraints = (
            models.CheckConstraint(
                name="complaint_answered_by_another",
                condition=Q(answered_by=None) | Q(decider=None) | ~Q(answered_by=F("decider")),
                violation_error_message="须由作出原决定以外的同事答复。",
            ),
            models.CheckConstraint(
                name="complaint_answered_when_closed",
                condition=Q(state=ComplaintState.OPEN, answered_by=None)
                | ~Q(state=ComplaintState.OPEN) & Q(answered_by__isnull=False) & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="reopened_as_a_case_of_its_own",
                condition=Q(state=ComplaintState.REOPENED, reopened_as__isnull=False)
                | ~Q(state=ComplaintState.REOPENED) & Q(reopened_as=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("complaint-detail", args=[self.uuid])

    @property
    def township(self) -> Any:
        """The area of the record."""
        return self.application.township

    def days_waited(self, today: date) -> int:
        """Days since it came, until its answer."""
        return ((self.answered_on or today) - self.received_on).days

    @property
    def is_named(self) -> bool:
        """Whether it is known who complained."""
        return bool(self.complainant_sealed)

    def set_complainant(self, text: str) -> None:
        self.complainant_sealed = seal(text, row=self.uuid, table="complaint", column="complainant")

    def full_complainant(self) -> str:
        """Who complained, in clear; callers declare a REVEAL."""
        return unseal(self.complainant_sealed, row=self.uuid, table="complaint", column="complainant")


class RevocationGround(models.TextChoices):
    """Why a confirmation is held to be wrong."""

    UNTRUE = "UNTRUE", "虚报、隐瞒、伪造，骗取救助"
    MISTAKE = "MISTAKE", "审核差错，不符合条件而予以确认"
    PROCEDURE = "PROCEDURE", "违反规定程序确认"


class RevocationQuerySet(models.QuerySet["Revocation"]):
    def visible_to(self, user: Any) -> "RevocationQuerySet":
        """Revocations in the townships this user's postings open."""
        return self.filter(user.scope().rows("application__township"))


def _three_people() -> list[models.CheckConstraint]:
    pairs = [("decided_by", "proposed_by"), ("decided_by", "confirmed_by")]
    return [
        models.CheckConstraint(
            name=f"revocation_{later}_not_{step}",
            condition=Q(**{later: None}) | ~Q(**{later: F(step)}),
            violation_error_message="撤销须由提出人和原确认人以外的同事决定。",
        )
        for later, step in pairs
    ]


class Revocation(models.Model):
    """A confirmation found to be wrong: proposed by one, decided by another, neither of them who confirmed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="revocations")
    ground = models.CharField("理由", max_length=10, choices=RevocationGround.choices)
    text = models.CharField("具体说明", max_length=1000)
    state = models.CharField("状态", max_length=10, choices=RevocationState.choices, default=RevocationState.PROPOSED)
    confirmed_by = by()
    proposed_by = by()
    proposed_on = models.DateField("提出日期")
    decided_by = by(null=True, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    answer = models.CharField("不予撤销的理由", max_length=500, blank=True)
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="revocation", null=True, blank=True
    )

    seen_through = ("application",)
    history = history()
    objects = RevocationQuerySet.as_manager()

    class Meta:
        verbose_name = "撤销确认"
        triggers = (*kept(), REVOCATION_MOVES.guard())
        constraints = (
            *_three_people(),
            models.UniqueConstraint(
                name="one_revocation_at_a_time",
                fields=["application"],
                condition=Q(state=RevocationState.PROPOSED),
                violation_error_message="这件申请已有一份待决定的撤销。",
            ),
            models.CheckConstraint(
                name="revocation_decided_when_closed",
                condition=Q(state=RevocationState.PROPOSED, decided_by=None, decision=None)
                | Q(state=RevocationState.APPROVED, decided_by__isnull=False, decision__isnull=False)
                | Q(state=RevocationState.REJECTED, decided_by__isnull=False, decision=None) & ~Q(answer=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("revocation-detail", args=[self.uuid])

    @property
    def township(self) -> Any:
        """The area of the record."""
        return self.application.township
