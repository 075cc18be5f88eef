"""What a frozen month says: households, persons and money by township, 城乡 and kind; and by the part paid."""

from typing import Any

from django.db import models
from django.db.models import Q

from apps.accounts.models import Area
from apps.audit.history import added
from apps.core.guards import Guard, refuses_added
from apps.eligibility.policy.enums import AreaKind
from apps.reports.enums import PARTS, Kind
from apps.reports.models.frozen import FrozenMonth

AREA_KINDS = [(area.value, area.label) for area in AreaKind]


def closed_with_its_act() -> Guard:
    """A frozen month takes no figure after the transaction that froze it, whatever act is declared."""
    return refuses_added(
        "closed_with_its_act",
        """
        SELECT FROM (SELECT DISTINCT frozen_id FROM touched) t
        JOIN public.reports_frozenmonth f ON f.id = t.frozen_id
        JOIN public.audit_record r ON r.id = f.record_id WHERE r.txid <> txid_current()
        """,
        "a frozen month takes no more figures",
    )


class ScopedQuerySet(models.QuerySet[Any]):
    """Figures by who may read them."""

    def visible_to(self, user: Any) -> "ScopedQuerySet":
        """Figures of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))


class Figure(models.Model):
    """One kind in one township, 城 or 乡. Households count once a group, 单人户 each for itself.

    ``new_units``, ``changed_units`` and ``stopped_units`` compare with the month before: units, as they are paid.
    Figures published for a whole province have no township; 临时救助 is not divided into 城乡.
    """

    append_only = True

    frozen = models.ForeignKey(FrozenMonth, on_delete=models.PROTECT, related_name="figures", db_index=False)
    township = models.ForeignKey(
        Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    area_kind = models.CharField("城乡", max_length=5, choices=AREA_KINDS, blank=True)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    households = models.BigIntegerField("户")
    persons = models.BigIntegerField("人")
    spending_fen = models.BigIntegerField("支出（分）")
    new_units = models.BigIntegerField("新增", default=0)
    changed_units = models.BigIntegerField("变动", default=0)
    stopped_units = models.BigIntegerField("停发", default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "月报数"
        triggers = (*added(), closed_with_its_act())
        constraints = (
            models.UniqueConstraint(
                name="one_figure_of_a_kind",
                fields=["frozen", "township", "area_kind", "kind"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="figure_not_negative",
                condition=Q(
                    households__gte=0,
                    persons__gte=0,
                    spending_fen__gte=0,
                    new_units__gte=0,
                    changed_units__gte=0,
                    stopped_units__gte=0,
                ),
            ),
            models.CheckConstraint(name="figure_is_of_an_area", condition=~Q(area_kind="") | Q(kind=Kind.TEMPORARY)),
        )

    def __str__(self) -> str:
        return f"{self.frozen} {self.get_area_kind_display()}{self.get_kind_display()}"


class PartFigure(models.Model):
    """One part of the amounts: of supplements, the persons paid under this category and no other.

    ``receivers`` are persons; of 差额 and 渐退, which have none of their own, families.
    """

    append_only = True

    frozen = models.ForeignKey(FrozenMonth, on_delete=models.PROTECT, related_name="parts", db_index=False)
    township = models.ForeignKey(
        Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    area_kind = models.CharField("城乡", max_length=5, choices=AREA_KINDS)
    part = models.CharField("部分", max_length=20, choices=PARTS)
    receivers = models.BigIntegerField("人")
    spending_fen = models.BigIntegerField("支出（分）")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "月报构成"
        triggers = (*added(), closed_with_its_act())
        constraints = (
            models.UniqueConstraint(
                name="one_figure_of_a_part", fields=["frozen", "township", "area_kind", "part"], nulls_distinct=False
            ),
            models.CheckConstraint(name="part_not_negative", condition=Q(receivers__gte=0, spending_fen__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.frozen} {self.get_part_display()}"
