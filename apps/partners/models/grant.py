"""What a program may ask, for whom, from where and until when."""

import datetime as dt
import ipaddress
from typing import Any, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from apps.accounts.models import Area
from apps.accounts.roles import Level
from apps.audit.history import history, kept
from apps.audit.verbs import Verb
from apps.core import clock
from apps.partners.enums import Dataset, Field, GrantState, Purpose
from apps.partners.models.client import Client
from apps.partners.transitions import GRANT_MOVES

_Row = TypeVar("_Row", bound=models.Model)


class ProposedQuerySet(models.QuerySet[_Row]):
    """What one person proposes for a program and another decides on: grants and certificates."""

    def visible_to(self, user: Any) -> Self:
        """All of them for whoever keeps or audits the interface, none for others."""
        return self if user.may(Verb.VIEW_PARTNERS, on=clock.today()) else self.none()

    def waiting_for(self, user: Any) -> Self:
        """Those another proposed for an open account: what this user may decide on."""
        waiting = self.visible_to(user).filter(state=GrantState.PROPOSED, client__closed_on=None)
        return waiting.exclude(proposed_by=user)


class GrantQuerySet(ProposedQuerySet["Grant"]):
    """Grants by when they hold."""

    def in_force(self, on: dt.date) -> "GrantQuerySet":
        """Those that open something that day."""
        return self.filter(state=GrantState.APPROVED, since__lte=on, until__gt=on, client__closed_on=None)


class Grant(models.Model):
    """Dataset × fields × area × purposes × days × addresses, proposed by one person and approved by another."""

    client = models.ForeignKey(Client, verbose_name="接口账号", on_delete=models.PROTECT, related_name="grants")
    dataset = models.CharField("数据", max_length=20, choices=Dataset.choices)
    fields = ArrayField(models.CharField(max_length=20, choices=Field.choices), verbose_name="字段", default=list)
    purposes = ArrayField(models.CharField(max_length=20, choices=Purpose.choices), verbose_name="用途", default=list)
    area = models.ForeignKey(Area, verbose_name="区域", on_delete=models.PROTECT, related_name="+")
    since = models.DateField("起")
    until = models.DateField("止（不含当日）")
    networks = ArrayField(models.CharField(max_length=43), verbose_name="来源地址")
    basis = models.CharField("依据文号", max_length=200)
    state = models.CharField("状态", max_length=10, choices=GrantState.choices, default=GrantState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_on = models.DateField("批准日期", null=True)

    history = history()
    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        triggers = (*kept(), GRANT_MOVES.guard())
        constraints = (
            models.CheckConstraint(
                name="grant_approved_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="授权须由另一位同事批准。",
            ),
            models.CheckConstraint(
                name="grant_decided_says_by_whom",
                condition=Q(state=GrantState.PROPOSED) | Q(decided_by__isnull=False, decided_on__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_ends_after_it_begins",
                condition=Q(until__gt=F("since")),
                violation_error_message="截止日期须晚于起始日期。",
            ),
            models.CheckConstraint(name="grant_names_addresses", condition=Q(networks__len__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.client} {self.get_dataset_display()}"

    def get_absolute_url(self) -> str:
        """The page of its partner."""
        return self.client.get_absolute_url()

    def admits(self, address: str) -> bool:
        """Whether a call may come from this address."""
        try:
            place = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(place in ipaddress.ip_network(network) for network in self.networks)

    @property
    def whole_county(self) -> bool:
        """Whether it opens every township."""
        return self.area.level == Level.COUNTY

    @property
    def field_labels(self) -> str:
        """The fields in words."""
        return "、".join(Field(one).label for one in self.fields) or "不含个人信息"

    @property
    def purpose_labels(self) -> str:
        """The purposes in words."""
        return "、".join(Purpose(one).label for one in self.purposes) or "—"
