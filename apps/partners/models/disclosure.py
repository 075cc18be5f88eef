"""Who was told which fields of whom, why and when. Nothing here is ever changed."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.audit.history import added
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.guards import Guard, refuses_added
from apps.households.models import Person
from apps.partners.enums import Dataset, Field, Purpose
from apps.partners.models.client import Client


def closed_with_its_answer() -> Guard:
    """An answer takes no further person after the transaction that gave it, whatever act is declared."""
    return refuses_added(
        "closed_with_its_answer",
        """
        SELECT FROM (SELECT DISTINCT disclosure_id FROM touched) t
        JOIN public.partners_disclosure d ON d.id = t.disclosure_id
        JOIN public.audit_record r ON r.id = d.record_id WHERE r.txid <> txid_current()
        """,
        "an answer takes no more persons",
    )


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """Answers by who may look at them."""

    def visible_to(self, user: Any) -> "DisclosureQuerySet":
        """All answers for whoever audits the interface; what one family was told of is read from the family's page."""
        return self if user.may(Verb.VIEW_DISCLOSURES, on=clock.today()) else self.none()


class Disclosure(models.Model):
    """One answer to one question of a program: exactly one for each, also when nothing was found.

    ``asked_index`` is the blind index of the identity number asked for: questions about somebody unknown, or that did
    not fit, can be found and counted without keeping the number.
    """

    append_only = True

    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="disclosure")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="disclosures", db_index=False)
    dataset = models.CharField("数据", max_length=20, choices=Dataset.choices)
    fields = ArrayField(models.CharField(max_length=20, choices=Field.choices), verbose_name="字段")
    purpose = models.CharField("用途", max_length=20, choices=Purpose.choices)
    approval = models.CharField("审批编号", max_length=100)
    address = models.GenericIPAddressField("来源地址")
    persons = models.PositiveIntegerField("人数")
    asked_index = models.BinaryField(default=bytes)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = "提供信息"
        triggers = added()
        indexes = (
            models.Index(fields=["client", "-id"]),
            models.Index(name="asked_about", fields=["asked_index"], condition=~models.Q(asked_index=b"")),
        )

    def __str__(self) -> str:
        return f"{self.client} {self.get_dataset_display()}"

    @property
    def field_labels(self) -> str:
        """The fields told, in words."""
        return "、".join(Field(one).label for one in self.fields)


class DisclosedPerson(models.Model):
    """One of those an answer told of."""

    append_only = True

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="disclosures", db_index=False)

    class Meta:
        verbose_name = "被提供信息的人"
        triggers = (*added(), closed_with_its_answer())
        indexes = (models.Index(fields=["person", "-id"]),)

    def __str__(self) -> str:
        return str(self.person)
