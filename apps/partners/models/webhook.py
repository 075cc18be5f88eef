"""Webhooks: who is told of changes at which address, and how far each change is on its way there."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from apps.audit.history import history, kept
from apps.core.crypto import seal, unseal
from apps.partners.models.client import Client
from apps.partners.models.outbox import Change
from apps.partners.transitions import DELIVERY_MOVES, DeliveryState

# After the n-th failure in a row wait this many seconds; after the last one it is a dead letter.
WAITS = (5, 30, 120, 600, 1800, 3600, 10800, 21600)
# How long one relay has a lane to itself unless it asks for more; a relay that died holds up a lane no longer.
LEASE = timedelta(seconds=30)


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: Any) -> "WebhookQuerySet":
        """The receivers of the programs this user may see: no family stands there."""
        return self.filter(client__in=Client.objects.visible_to(user))

    def active(self) -> "WebhookQuerySet":
        """Approved and not stopped."""
        return self.filter(approved_on__isnull=False, stopped_on=None)

    def waiting_for(self, user: Any) -> "WebhookQuerySet":
        """Those another proposed: what this user may approve."""
        return self.visible_to(user).filter(approved_on=None, stopped_on=None).exclude(proposed_by=user)

    def trying(self) -> "WebhookQuerySet":
        """Those whose trial nobody has sent yet."""
        return self.active().filter(trial__isnull=False, trial_answer="")

    def due(self, now: datetime) -> "WebhookQuerySet":
        """Lanes with something to send that may be worked on now, and on which nobody is."""
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        rested = Q(next_at=None) | Q(next_at__lte=now)
        waiting = Delivery.objects.filter(webhook=OuterRef("pk"), state=DeliveryState.WAITING)
        return self.active().filter(free, rested).filter(Exists(waiting))

    def claim(self, pk: int, now: datetime) -> "Webhook | None":
        """The lane to oneself for a while; None when it is another's, or has nothing to do."""
        with transaction.atomic():
            lane = self.due(now).filter(pk=pk).select_for_update(skip_locked=True, of=("self",)).first()
            if lane is not None:
                lane.leased_until = now + LEASE
                lane.save(update_fields=["leased_until"])
            return lane


class Webhook(models.Model):
    """One receiver: a lane of its own, so that one that hangs never holds up another.

    Proposed by one administrator, in force once another approved it. ``statuses`` says of which schemes and categories
    it hears; of which townships, and whether of amounts, say the grants its client has for changes.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, verbose_name="接口账号", on_delete=models.PROTECT, related_name="webhooks")
    url = models.URLField("推送地址", max_length=300)
    secret_sealed = models.BinaryField(default=bytes)
    secret_given_on = models.DateField("密钥交付日期", null=True, blank=True)
    statuses = models.JSONField("推送身份")
    purpose = models.CharField("用途", max_length=200)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_on = models.DateField("核准日期", null=True, blank=True)
    stopped_on = models.DateField("停用日期", null=True, blank=True)
    # How the lane stands; kept by the relay, no business of the history.
    heard_until = models.BigIntegerField("已排到", default=0)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    # The latest trial: its id, when it was asked for, what came back; no change, so it has no place in the line.
    trial = models.UUIDField(null=True, blank=True)
    trial_asked_at = models.DateTimeField(null=True, blank=True)
    trial_answer = models.CharField("试推送的回答", max_length=80, blank=True)

    LANE = ("heard_until", "failures", "next_at", "leased_until", "trial", "trial_asked_at", "trial_answer")
    history = history(excluded_fields=["secret_sealed", *LANE])
    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = "变更推送"
        triggers = kept(
            excluded=(
                "secret_sealed", "heard_until", "failures", "next_at", "leased_until", "trial", "trial_asked_at",
                "trial_answer",
            )
        )  # fmt: skip
        constraints = (
            models.CheckConstraint(
                name="webhook_two_people",
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")),
                violation_error_message="推送地址须由另一位管理员核准。",
            ),
            models.CheckConstraint(
                name="webhook_approved_by_somebody",
                condition=Q(approved_by=None, approved_on=None)
                | Q(approved_by__isnull=False, approved_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.client} 变更推送"

    def get_absolute_url(self) -> str:
        return reverse("webhook-detail", args=[self.uuid])

    def set_secret(self, secret: str) -> None:
        """Seal the key that signs what is sent."""
        self.secret_sealed = seal(secret, row=self.uuid, table="webhook", column="secret")

    def secret(self) -> str:
        """The key that signs what is sent."""
        return unseal(self.secret_sealed, row=self.uuid, table="webhook", column="secret")

    @property
    def trial_tone(self) -> str:
        """Whether the receiver took the trial."""
        return "good" if self.trial_answer.startswith("HTTP 2") else "bad"

    @property
    def stands(self) -> tuple[str, str]:
        """Words and tone."""
        if self.stopped_on:
            return "已停用", "plain"
        if self.approved_on is None:
            return "待核准", "warn"
        return ("推送受阻，自动重试", "bad") if self.failures else ("推送中", "good")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: Any) -> "DeliveryQuerySet":
        """What goes to the receivers this user may see: no family stands there."""
        return self.filter(webhook__in=Webhook.objects.visible_to(user))

    def ready(self, now: datetime) -> "DeliveryQuerySet":
        """Those of one receiver that may go now: of families of which nothing is dead or must wait.

        What is dead or waits is always the first of its family that the receiver does not have: the rest is behind it.
        Asked as a set: row by row, the planner guesses wrong as long as it has no statistics.
        """
        held = self.filter(Q(state=DeliveryState.DEAD) | Q(state=DeliveryState.WAITING, next_at__gt=now))
        free = self.filter(state=DeliveryState.WAITING).exclude(household_id__in=held.values("household_id"))
        return free.order_by("position")

    def probe(self, now: datetime) -> list[int]:
        """What to try a receiver with that was away: of the first of each family, the one longest untried; or none.

        The first unfinished of a family has nothing before it, and holds the family when it may not go itself.
        """
        first = self.unfinished().order_by("household_id", "position").distinct("household_id")
        told = first.values_list("next_at", "position", "pk", "state")
        may = [row for row in told if row[3] == DeliveryState.WAITING and (row[0] is None or row[0] <= now)]
        return [min(may, key=lambda row: (row[0] is not None, row[0] or now, row[1]))[2]] if may else []

    def unfinished(self) -> "DeliveryQuerySet":
        """Those the receiver does not have."""
        return self.filter(state__in=(DeliveryState.WAITING, DeliveryState.DEAD))


class Delivery(models.Model):
    """One change on its way to one receiver; those of one family go one after the other."""

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    change = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="deliveries")
    household_id = models.BigIntegerField()
    position = models.BigIntegerField("次序")
    state = models.CharField("状态", max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField("已试次数", default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField("最近一次失败", max_length=200, blank=True)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "推送"
        triggers = (DELIVERY_MOVES.guard(),)
        constraints = (models.UniqueConstraint(name="one_delivery_of_a_change", fields=["webhook", "change"]),)
        indexes = (
            models.Index(
                name="deliveries_unfinished",
                fields=["webhook", "household_id", "position"],
                condition=Q(state__in=(DeliveryState.WAITING, DeliveryState.DEAD)),
            ),
            models.Index(
                name="deliveries_waiting", fields=["webhook", "position"], condition=Q(state=DeliveryState.WAITING)
            ),
        )

    def __str__(self) -> str:
        return f"{self.webhook} {self.position}"

    def failed(self, why: str, now: datetime) -> None:
        """One more refusal: again after a while, or never again by itself."""
        self.attempts, self.error = self.attempts + 1, why[:200]
        if self.attempts > len(WAITS):
            self.state = DELIVERY_MOVES.target("GIVE_UP", self.state)
        else:
            self.next_at = now + timedelta(seconds=WAITS[self.attempts - 1])
