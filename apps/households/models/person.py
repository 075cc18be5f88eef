"""One row per human."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.audit.history import history, kept
from apps.core.crypto import blind_index, seal, unseal
from apps.households.idnumber import IdNumber, Sex
from apps.households.pinyin import initials_of

ID_NUMBER = "person.id_number"


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, user: Any) -> "PersonQuerySet":
        """Persons of households this user may see."""
        scope = user.scope()
        if scope.whole_county:
            return self
        from apps.households.models.household import Membership

        mine = Membership.objects.filter(scope.rows("household__township"), person=OuterRef("pk"))
        return self.filter(Exists(mine))

    def with_id_number(self, number: IdNumber) -> "PersonQuerySet":
        """The one person with this identity number (or none)."""
        return self.filter(id_number_index=blind_index(number.text, column=ID_NUMBER))


class Person(models.Model):
    """A human known to the office; identity number and telephone are sealed."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=60)
    initials = models.CharField("拼音首字母", max_length=60, blank=True, editable=False)
    id_number_sealed = models.BinaryField()
    id_number_index = models.BinaryField(unique=True)
    id_number_mask = models.CharField("身份证号", max_length=18)
    birth_date = models.DateField("出生日期")
    sex = models.CharField("性别", max_length=6, choices=Sex.choices)
    phone_sealed = models.BinaryField(default=bytes)
    died_on = models.DateField("死亡日期", null=True, blank=True)

    seen_through = ("memberships", "accounts_held")
    history = history()
    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "人员"
        triggers = kept()
        constraints = (
            models.CheckConstraint(
                name="death_after_birth", condition=Q(died_on=None) | Q(died_on__gte=models.F("birth_date"))
            ),
        )
        # Found by how they begin, whatever the database's collation (apps.households.search).
        indexes = (
            models.Index(name="person_name_begins", fields=["name"], opclasses=["varchar_pattern_ops"]),
            models.Index(name="person_initials_begin", fields=["initials"], opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["birth_date"]),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def new(cls, *, name: str, number: IdNumber, phone: str = "") -> "Person":
        """An unsaved person with sealed number and telephone."""
        person = cls(birth_date=number.birth_date, sex=number.sex, id_number_mask=number.mask)
        person.id_number_sealed = seal(number.text, row=person.uuid, table="person", column="id_number")
        person.id_number_index = blind_index(number.text, column=ID_NUMBER)
        person.rename(name)
        person.set_phone(phone)
        return person

    def rename(self, name: str) -> None:
        self.name, self.initials = name, initials_of(name)

    def set_phone(self, phone: str) -> None:
        self.phone_sealed = seal(phone, row=self.uuid, table="person", column="phone")

    def full_id_number(self) -> str:
        """The number in clear; callers declare a REVEAL or write it only to a sealed place."""
        return unseal(self.id_number_sealed, row=self.uuid, table="person", column="id_number")

    def full_phone(self) -> str:
        return unseal(self.phone_sealed, row=self.uuid, table="person", column="phone")

    def age_on(self, day: date) -> int:
        """Whole years; someone born on 29 February turns on 28 February in common years."""
        birthday = (self.birth_date.month, self.birth_date.day)
        if birthday == (2, 29) and not (day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)):
            birthday = (2, 28)
        return day.year - self.birth_date.year - ((day.month, day.day) < birthday)
