"""What the township does beside the visit: appraisal, steps left out with a ground, cases studied together."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.applications.models.application import Application, CollectiveGround
from apps.applications.models.guards import OnlyPlainCases
from apps.audit.history import added

ENOUGH_ATTENDEES = 3


class Step(models.TextChoices):
    """The steps that may be left out (28号 §19)."""

    VISIT = "VISIT", "入户调查"
    APPRAISAL = "APPRAISAL", "民主评议"


class Appraisal(models.Model):
    """民主评议: those who know the family say whether what it told is true."""

    seen_through = ("application",)
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="appraisals")
    held_on = models.DateField("评议日期")
    place = models.CharField("评议地点", max_length=100)
    participants = models.CharField("参加人员", max_length=500)
    votes_for = models.PositiveSmallIntegerField("认为属实")
    votes_against = models.PositiveSmallIntegerField("认为不属实")
    conclusion = models.CharField("评议结论", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "民主评议"
        triggers = added()

    def __str__(self) -> str:
        return f"{self.application} {self.held_on}"

    @property
    def agrees(self) -> bool:
        """Whether more found it true than not."""
        return self.votes_for > self.votes_against


class Waiver(models.Model):
    """A step left out with a ground; the database takes none for a case that is not plain."""

    seen_through = ("application",)
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="waivers")
    step = models.CharField("环节", max_length=10, choices=Step.choices)
    ground = models.CharField("理由", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("日期")

    class Meta:
        verbose_name = "免予办理的环节"
        triggers = (*added(), OnlyPlainCases())
        constraints = (models.CheckConstraint(name="waiver_has_a_ground", condition=~Q(ground="")),)

    def __str__(self) -> str:
        return f"{self.application} {self.get_step_display()}"


class CollectiveDecision(models.Model):
    """集体研究: what the township's leaders concluded together about a case that papers cannot settle (28号 §4)."""

    seen_through = ("application",)
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="collective_decisions")
    held_on = models.DateField("研究日期")
    attendees = ArrayField(models.CharField(max_length=40), verbose_name="参加人员")
    ground = models.CharField("缘由", max_length=20, choices=CollectiveGround.choices)
    matter = models.CharField("研究事项", max_length=500)
    conclusion = models.CharField("研究结论", max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "集体研究"
        triggers = added()
        constraints = (
            models.CheckConstraint(
                name="at_least_three_attend",
                condition=Q(attendees__len__gte=ENOUGH_ATTENDEES),
                violation_error_message="集体研究至少三人参加。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.held_on}"
