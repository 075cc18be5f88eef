"""What a person keeps for themselves of the worklist: no business of the office, so no act stands behind it."""

from typing import Any

from django.conf import settings
from django.db import models


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: Any) -> "SavedFilterQuerySet":
        """One's own."""
        return self.filter(user=user)


class SavedFilter(models.Model):
    """A named set of worklist filters, as the address writes them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=300)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = "常用筛选"
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(name="filter_named_once", fields=["user", "name"]),)

    def __str__(self) -> str:
        return self.name
