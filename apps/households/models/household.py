"""The family's file, and who belongs to it when."""

from typing import Any
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.urls import reverse

from apps.accounts.models import Area
from apps.audit.history import history, kept
from apps.core.crypto import seal, unseal
from apps.eligibility.policy.enums import AreaKind, Relation, ReviewClass
from apps.households.models.person import Person


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: Any) -> "HouseholdQuerySet":
        """Households of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def died_out(self) -> "HouseholdQuerySet":
        """Those in which somebody died and nobody is left who could hold an account."""
        left = Membership.objects.filter(household=OuterRef("pk"), until=None, person__died_on=None)
        return self.filter(Exists(Membership.objects.lost().filter(household=OuterRef("pk"))), ~Exists(left))


class Household(models.Model):
    """A family that asked for help: one file for all its applications, awards and payments."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.CharField("家庭编号", max_length=20, unique=True)
    head = models.ForeignKey(Person, verbose_name="户主", on_delete=models.PROTECT, related_name="headed_households")
    township = models.ForeignKey(Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey(Area, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="+")
    area_kind = models.CharField("城乡类别", max_length=5, choices=[(k.value, k.label) for k in AreaKind])
    address_sealed = models.BinaryField(default=bytes)
    # Both are set by each decision on what the family receives; empty while it receives nothing.
    review_class = models.CharField(
        "核查类别", max_length=8, choices=[(c.value, c.label) for c in ReviewClass], blank=True
    )
    review_due_on = models.DateField("下次核查", null=True, blank=True)

    seen_through = ("township", "relocations")
    history = history()
    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭"
        triggers = kept()
        indexes = (
            models.Index(fields=["township", "-id"]),
            models.Index(fields=["village", "-id"]),
            models.Index(name="reviews_due", fields=["review_due_on", "id"], condition=~Q(review_due_on=None)),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.head.name}"

    def get_absolute_url(self) -> str:
        return reverse("household-detail", args=[self.uuid])

    def set_address(self, address: str) -> None:
        self.address_sealed = seal(address, row=self.uuid, table="household", column="address")

    def full_address(self) -> str:
        return unseal(self.address_sealed, row=self.uuid, table="household", column="address")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def lost(self) -> "MembershipQuerySet":
        """Those that lasted until the person's death."""
        return self.filter(Q(until=None) | Q(until__gt=F("person__died_on")), person__died_on__isnull=False)


class Membership(models.Model):
    """A person in a household from a day until (not including) another; nobody in two at once."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    # Found through the index below.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    relation = models.CharField("与户主关系", max_length=12, choices=[(r.value, r.label) for r in Relation])
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    seen_through = ("household",)
    history = history()
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭成员"
        triggers = kept()
        constraints = (
            models.CheckConstraint(
                name="membership_ends_after_it_begins", condition=Q(until=None) | Q(until__gt=F("since"))
            ),
            ExclusionConstraint(
                name="one_household_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        Func(F("since"), F("until"), Value("[)"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="这个人同一时间已登记在另一个家庭。",
            ),
            models.UniqueConstraint(
                name="one_head_at_a_time", fields=["household"], condition=Q(relation="HEAD", until=None)
            ),
        )
        # A search for thousands of namesakes finds their households without the table itself.
        indexes = (models.Index(name="households_of_a_person", fields=["person", "household"]),)

    def __str__(self) -> str:
        return f"{self.person} {self.get_relation_display()}"
