"""What a family declared as of a day: a whole set of facts, never edited; a later one takes its place.

An answer not given is unknown, not "none": ``incomes_known`` and its sisters say whether the list below is complete.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Prefetch, Q, prefetch_related_objects

from apps.audit.history import added
from apps.eligibility.policy.enums import (
    AssetKind,
    DeductionKind,
    DisabilityCategory,
    ExpenseKind,
    IncomeKind,
    MemberStatus,
    OtherAssetKind,
    Relation,
    Student,
    Support,
)
from apps.households.models.guards import only_the_living
from apps.households.models.household import Household
from apps.households.models.person import Person


def choices(enum: Any) -> list[tuple[str, str]]:
    """Model choices of a policy enum."""
    return [(item.value, item.label) for item in enum]


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    def visible_to(self, user: Any) -> "DeclarationQuerySet":
        return self.filter(user.scope().rows("household__township"))

    def in_force(self, household: Household, as_of: date, known_on: date | None = None) -> "Declaration | None":
        """The family's facts as of a day: the latest set that was true by then.

        With ``known_on`` as the office knew them that day: what was reported or corrected later is left out.
        """
        sets = self.filter(household=household, effective_on__lte=as_of)
        if known_on is not None:
            sets = sets.filter(Q(recorded_on=None) | Q(recorded_on__lte=known_on))
        return sets.order_by("-effective_on", "-pk").first()


class Declaration(models.Model):
    """The head row of one set of declared facts; incomes and expenses are totals of the twelve months before."""

    seen_through = ("household",)
    append_only = True

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="declarations")
    effective_on = models.DateField("情况日期")
    # None: taken over with a register, known from the day it was true.
    recorded_on = models.DateField("登记日期", null=True, blank=True)
    corrects = models.ForeignKey(
        "self", verbose_name="更正", on_delete=models.PROTECT, related_name="corrected_by", null=True, blank=True
    )
    incomes_known = models.BooleanField("收入已填", default=False)
    financial_assets_known = models.BooleanField("金融资产已填", default=False)
    other_assets_known = models.BooleanField("车房已填", default=False)
    area_kind = models.CharField("城乡类别", max_length=5)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭情况申报"
        triggers = added()
        indexes = (models.Index(fields=["household", "-effective_on", "-id"]),)

    def __str__(self) -> str:
        return f"{self.household} {self.effective_on}"

    def whole(self) -> "Declaration":
        """Itself with all its parts read: once, since what was declared never changes."""
        named = {Income: "incomes", FinancialAsset: "financialassets"}
        members = DeclaredMember._default_manager.select_related("person", "self_care").order_by("pk")
        plain = {Deduction: "deductions", Expense: "expenses", OtherAsset: "otherassets"}
        prefetch_related_objects(
            [self],
            Prefetch("members", members),
            *(
                Prefetch(name, part._default_manager.select_related("person").order_by("pk"))
                for part, name in named.items()
            ),
            *(Prefetch(name, part._default_manager.order_by("pk")) for part, name in plain.items()),
        )
        if looked_into := [member for member in self.members.all() if member.obligors_known]:
            prefetch_related_objects(looked_into, "obligors")
        return self


class DeclaredMember(models.Model):
    """One person of the declared household with what the rules look at."""

    seen_through = ("declaration",)
    append_only = True

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="declared")
    position = models.PositiveSmallIntegerField("次序")
    relation = models.CharField("与户主关系", max_length=12, choices=choices(Relation))
    coresident = models.BooleanField("长期共同居住", default=True)
    cannot_live_independently = models.BooleanField("不能独立生活", default=False)
    student = models.CharField("全日制在读", max_length=24, choices=choices(Student), blank=True)
    disability_category = models.CharField("残疾类别", max_length=12, choices=choices(DisabilityCategory), blank=True)
    disability_grade = models.PositiveSmallIntegerField("残疾等级", null=True, blank=True)
    serious_illness = models.BooleanField("重病", default=False)
    status = models.CharField("不计入家庭人口的情形", max_length=20, choices=choices(MemberStatus), blank=True)
    support = models.CharField("供养方式", max_length=12, choices=choices(Support), blank=True)
    was_tekun = models.BooleanField("满十八周岁前已享受特困供养", default=False)
    # No supporters below a member who was looked into means that there are none; otherwise that nobody asked.
    obligors_known = models.BooleanField("法定义务人已查明", default=False)

    class Meta:
        verbose_name = "申报成员"
        triggers = (*added(), only_the_living())
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(name="declared_once", fields=["declaration", "person"]),
            models.CheckConstraint(
                name="disability_category_with_grade",
                condition=Q(disability_category="", disability_grade=None)
                | (~Q(disability_category="") & Q(disability_grade__gte=1, disability_grade__lte=4)),
            ),
        )

    def __str__(self) -> str:
        return str(self.person)


class _Amount(models.Model):
    """What the amounts of a declaration share; fen."""

    seen_through = ("declaration",)
    append_only = True

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="%(class)ss")
    amount_fen = models.BigIntegerField("金额（分）")

    class Meta:
        abstract = True
        triggers = added()


class Income(_Amount):
    """Income of one member of one kind over the twelve months, with its evidence."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("收入种类", max_length=30, choices=choices(IncomeKind))
    evidence = models.CharField("凭据", max_length=200, blank=True)

    class Meta(_Amount.Meta):
        constraints = (models.CheckConstraint(name="income_not_negative", condition=Q(amount_fen__gte=0)),)

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"


class Deduction(_Amount):
    """An approved deduction from the household's income, with its ground."""

    kind = models.CharField("扣减种类", max_length=20, choices=choices(DeductionKind))
    ground = models.CharField("依据", max_length=200)

    class Meta(_Amount.Meta):
        constraints = (models.CheckConstraint(name="deduction_not_negative", condition=Q(amount_fen__gte=0)),)

    def __str__(self) -> str:
        return self.get_kind_display()


class Expense(_Amount):
    """An expense of the same twelve months."""

    kind = models.CharField("支出种类", max_length=20, choices=choices(ExpenseKind))
    evidence = models.CharField("票据", max_length=200, blank=True)

    class Meta(_Amount.Meta):
        constraints = (models.CheckConstraint(name="expense_not_negative", condition=Q(amount_fen__gte=0)),)

    def __str__(self) -> str:
        return self.get_kind_display()


class FinancialAsset(_Amount):
    """Cash, deposits, securities, claims; without a person it is the head's (28号 §4)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    kind = models.CharField("资产种类", max_length=20, choices=choices(AssetKind))

    class Meta(_Amount.Meta):
        constraints = (models.CheckConstraint(name="asset_not_negative", condition=Q(amount_fen__gte=0)),)

    def __str__(self) -> str:
        return self.get_kind_display()


class OtherAsset(models.Model):
    """Vehicles, houses and other property that may stand in the way."""

    seen_through = ("declaration",)
    append_only = True

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="otherassets")
    kind = models.CharField("财产种类", max_length=30, choices=choices(OtherAssetKind))
    exempted = models.BooleanField("豁免", default=False)
    ground = models.CharField("豁免理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "车房等财产"
        triggers = added()
        constraints = (
            models.CheckConstraint(name="exemption_has_a_ground", condition=Q(exempted=False) | ~Q(ground="")),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class Consent(models.Model):
    """申请即授权 (§19): which text was signed, by whom and when; a supporter who signs is given by name."""

    seen_through = ("household",)
    append_only = True

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="consents")
    declaration = models.ForeignKey(
        Declaration, on_delete=models.PROTECT, related_name="consents", null=True, blank=True
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    signer = models.CharField("签署人", max_length=60, blank=True)
    text_version = models.CharField("授权书版本", max_length=20)
    signed_on = models.DateField("签署日期")

    class Meta:
        verbose_name = "核对授权"
        triggers = added()
        constraints = (models.CheckConstraint(name="consent_has_a_signer", condition=~Q(person=None) | ~Q(signer="")),)

    def __str__(self) -> str:
        return f"{self.signer or self.person} {self.text_version}"
