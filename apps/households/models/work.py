"""Work that was offered and turned down (57号第34条)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.audit.history import added
from apps.households.models.household import Household
from apps.households.models.person import Person

REFUSALS_THAT_COUNT = 3


class WorkRefusalQuerySet(models.QuerySet["WorkRefusal"]):
    def visible_to(self, user: Any) -> "WorkRefusalQuerySet":
        """Refusals in families of the townships this user's postings open."""
        return self.filter(user.scope().rows("household__township"))


class WorkRefusal(models.Model):
    """One offer of work turned down without good reason; what follows from three of them is decided by people."""

    seen_through = ("household",)
    append_only = True

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="work_refusals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="work_refusals")
    offered_on = models.DateField("介绍日期")
    offered_by = models.CharField("介绍单位", max_length=80)
    work = models.CharField("介绍的工作", max_length=120)
    why_no_good_reason = models.CharField("为什么不属于正当理由", max_length=300)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_on = models.DateField("登记日期")

    objects = WorkRefusalQuerySet.as_manager()

    class Meta:
        verbose_name = "拒绝工作"
        triggers = added()
        constraints = (
            models.UniqueConstraint(
                name="one_refusal_of_an_offer",
                fields=["person", "offered_on", "work"],
                violation_error_message="这次介绍工作已经登记过。",
            ),
            models.CheckConstraint(
                name="work_offered_before_it_is_recorded", condition=Q(offered_on__lte=F("recorded_on"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.offered_on}"
