"""Assessments that were relied on: facts, answer and explanation, kept as they were."""

from typing import Any

from django.conf import settings
from django.db import models

from apps.audit.history import added


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: Any) -> "AssessmentQuerySet":
        return self.filter(user.scope().rows("household__township"))


class Assessment(models.Model):
    """What the rules said of one family on one day. Never changed: ``replay`` must find the same answer.

    ``facts`` and ``answer`` have the shapes of the data contract; ``terms`` holds, for each award
    of the answer, what its later months follow from (``AwardFacts``); ``refs`` maps the names used to person ids.
    """

    seen_through = ("household",)
    append_only = True

    household = models.ForeignKey("households.Household", on_delete=models.PROTECT, related_name="assessments")
    declaration = models.ForeignKey("households.Declaration", on_delete=models.PROTECT, related_name="assessments")
    as_of = models.DateField("测算日期")
    facts = models.JSONField()
    answer = models.JSONField()
    terms = models.JSONField()
    refs = models.JSONField()
    facts_digest = models.CharField(max_length=64)
    policy_digest = models.CharField(max_length=64)
    law_digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = "测算"
        triggers = added()
        indexes = (models.Index(fields=["household", "-id"]),)

    def __str__(self) -> str:
        return f"{self.household} {self.as_of} {self.category}"

    @property
    def category(self) -> str:
        return str(self.answer["category"])

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The explanation: clause, rule, says, result, perhaps pending."""
        return list(self.answer["steps"])

    @property
    def awards(self) -> list[dict[str, Any]]:
        """What would be paid, in the contract's shape."""
        return list(self.answer.get("awards", []))

    def person_id(self, ref: str) -> int:
        """The person behind a name of the facts."""
        return int(self.refs[ref])
