"""Partner bureaus and the programs they ask with."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.urls import reverse

from apps.audit.history import history, kept
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.crypto import seal, unseal
from apps.partners.enums import Bureau


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Partners by who may look at them."""

    def visible_to(self, user: Any) -> "PartnerQuerySet":
        """All of them for whoever keeps or audits the interface, none for others."""
        return self if user.may(Verb.VIEW_PARTNERS, on=clock.today()) else self.none()


class Partner(models.Model):
    """Another bureau that asks, answers or takes referrals through the interface."""

    name = models.CharField("单位名称", max_length=60, unique=True)
    bureau = models.CharField("部门", max_length=20, choices=Bureau.choices)
    contact = models.CharField("联系人和电话", max_length=100, blank=True)

    history = history()
    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "兄弟部门"
        triggers = kept()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The partner's page."""
        return reverse("partner-detail", args=[self.pk])


class ClientQuerySet(models.QuerySet["Client"]):
    """Clients by who may look at them."""

    def visible_to(self, user: Any) -> "ClientQuerySet":
        """The clients of the partners this user may see."""
        return self.filter(partner__in=Partner.objects.visible_to(user))


class Client(models.Model):
    """One program of a partner: its OAuth credentials, its technical user, its signing key and its limit.

    The secret is kept as a hash by the OAuth application; the key that signs writes must be readable to be checked and
    is sealed. ``user`` acts in the records when the program writes: it cannot log in and holds no post.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    partner = models.ForeignKey(Partner, verbose_name="兄弟部门", on_delete=models.PROTECT, related_name="clients")
    name = models.CharField("接口名称", max_length=60)
    application = models.OneToOneField(
        "oauth2_provider.Application", on_delete=models.PROTECT, related_name="client", editable=False
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="client", editable=False
    )
    signing_key_sealed = models.BinaryField()
    per_minute = models.PositiveIntegerField("每分钟次数", default=60)
    closed_on = models.DateField("停用日期", null=True, blank=True)

    history = history(excluded_fields=["signing_key_sealed"])
    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = "接口账号"
        triggers = kept(excluded=("signing_key_sealed",))
        constraints = (
            models.UniqueConstraint(
                name="one_client_of_a_name",
                fields=["partner", "name"],
                violation_error_message="这个单位已有同名的接口账号。",
            ),
            models.CheckConstraint(name="client_has_a_limit", condition=models.Q(per_minute__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.partner} · {self.name}"

    def get_absolute_url(self) -> str:
        """The page of its partner, where its grants are."""
        return self.partner.get_absolute_url()

    def set_signing_key(self, key: str) -> None:
        """Keep the key that signs writes, sealed."""
        self.signing_key_sealed = seal(key, row=self.uuid, table="client", column="signing_key")

    def signing_key(self) -> str:
        """The key in clear, to check a signature with."""
        return unseal(self.signing_key_sealed, row=self.uuid, table="client", column="signing_key")
