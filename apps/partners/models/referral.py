"""转办: one item of help asked of another bureau for a family or one of its members (28号 §22)."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.audit.history import history, kept
from apps.core.crypto import seal, unseal
from apps.households.models import Household, Person
from apps.partners.enums import Bureau
from apps.partners.policy.assistance import shipped_items
from apps.partners.transitions import OPEN_REFERRAL, REFERRAL_MOVES, ReferralState

BUREAUS = Bureau.choices
_UNANSWERED = (ReferralState.SENT, ReferralState.FETCHED)


class ReferralResult(models.TextChoices):
    """What came of a referral."""

    HELPED = "HELPED", "已救助"
    PARTLY = "PARTLY", "部分救助"
    NOT_HELPED = "NOT_HELPED", "不符合条件"
    ALREADY = "ALREADY", "已在享受"
    DECLINED = "DECLINED", "本人放弃"


def overdue(today: date) -> Q:
    """The condition on referrals whose bureau is late, with its answer or with its work."""
    return Q(state__in=_UNANSWERED, accept_by__lt=today) | Q(state=ReferralState.ACCEPTED, finish_by__lt=today)


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, user: Any) -> "ReferralQuerySet":
        """Referrals of families of the townships this user's postings open."""
        return self.filter(user.scope().rows("household__township"))

    def open(self) -> "ReferralQuerySet":
        """Those the bureau has not brought to an end."""
        return self.filter(state__in=OPEN_REFERRAL)

    def late_on(self, today: date) -> "ReferralQuerySet":
        """Those whose bureau is late."""
        return self.filter(overdue(today))


class Referral(models.Model):
    """What was asked of which bureau for whom, by when, and what came back.

    ``fields`` names what of the family is passed on, nothing else is; who of the family agreed to that, and when,
    stands with it.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    household = models.ForeignKey(
        Household, verbose_name="家庭", on_delete=models.PROTECT, related_name="referrals", db_index=False
    )
    person = models.ForeignKey(
        Person, verbose_name="救助对象", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    item = models.CharField("救助事项", max_length=40)
    bureau = models.CharField("承办单位", max_length=24, choices=BUREAUS)
    need_sealed = models.BinaryField(default=bytes)
    fields = models.JSONField("转交内容")
    agreed_by = models.CharField("同意人", max_length=60)
    agreed_on = models.DateField("同意日期")
    state = models.CharField("状态", max_length=12, choices=ReferralState.choices, default=ReferralState.SENT)
    referred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="转办人", on_delete=models.PROTECT, related_name="+"
    )
    referred_on = models.DateField("转办日期")
    accept_by = models.DateField("受理期限")
    fetched_on = models.DateField("接收日期", null=True, blank=True)
    answered_on = models.DateField("受理日期", null=True, blank=True)
    finish_by = models.DateField("办结期限", null=True, blank=True)
    refusal = models.CharField("不予受理原因", max_length=300, blank=True)
    result = models.CharField("结果", max_length=12, choices=ReferralResult.choices, blank=True)
    result_note = models.CharField("结果说明", max_length=500, blank=True)
    finished_on = models.DateField("办结日期", null=True, blank=True)

    seen_through = ("household",)
    history = history()
    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "转办"
        triggers = (*kept(), REFERRAL_MOVES.guard())
        indexes = (
            models.Index(fields=["household", "-id"]),
            models.Index(fields=["bureau", "id"]),
            models.Index(name="referrals_open", fields=["bureau", "accept_by"], condition=Q(state__in=OPEN_REFERRAL)),
        )
        constraints = (
            models.UniqueConstraint(
                name="one_open_referral_of_an_item",
                fields=["household", "person", "item"],
                condition=Q(state__in=OPEN_REFERRAL),
                nulls_distinct=False,
                violation_error_message="这一项已经转办，正在等待结果。",
            ),
            models.CheckConstraint(name="referral_was_agreed_to", condition=~Q(agreed_by="")),
            models.CheckConstraint(
                name="referral_refused_says_why", condition=~Q(state=ReferralState.REFUSED) | ~Q(refusal="")
            ),
            models.CheckConstraint(
                name="referral_finished_has_a_result",
                condition=~Q(state=ReferralState.FINISHED) | (~Q(result="") & Q(finished_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="referral_accepted_has_a_deadline",
                condition=~Q(state=ReferralState.ACCEPTED) | Q(finish_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    def get_absolute_url(self) -> str:
        return reverse("referral-detail", args=[self.uuid])

    @property
    def township(self) -> Area:
        """The area of the record."""
        return self.household.township

    @property
    def number(self) -> str:
        """As it is spoken of."""
        return f"ZB{self.referred_on:%Y}{self.pk:06d}"

    @property
    def label(self) -> str:
        """The item in words: of its latest row, whatever the day."""
        return next((item.label for item in reversed(shipped_items()) if item.item == self.item), self.item)

    @property
    def whom(self) -> Person:
        """For whom help is asked: the member, or the head for the whole family."""
        return self.person or self.household.head

    @property
    def due(self) -> date | None:
        """The day by which the bureau owes its next step."""
        return {ReferralState.ACCEPTED: self.finish_by}.get(
            ReferralState(self.state), self.accept_by if self.state in _UNANSWERED else None
        )

    @property
    def owed(self) -> str:
        """What the bureau owes by then."""
        return "办结" if self.state == ReferralState.ACCEPTED else "受理"

    def set_need(self, text: str) -> None:
        """Seal what is asked for in words."""
        self.need_sealed = seal(text, row=self.uuid, table="referral", column="need")

    def need(self) -> str:
        """What is asked for in words."""
        return unseal(self.need_sealed, row=self.uuid, table="referral", column="need")
