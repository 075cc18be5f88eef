"""Whether somebody could live on 特困: who is bound to support them, and what they can still do by themselves."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from apps.audit.history import added
from apps.eligibility.policy.enums import DisabilityCategory, ObligorStatus
from apps.households.models.declaration import DeclaredMember, choices


class SelfCareTask(models.TextChoices):
    """The six tasks of the self-care assessment (43号第22条); values are the columns of ``SelfCare``."""

    EATS = "eats", "吃饭"
    DRESSES = "dresses", "穿衣"
    GETS_UP = "gets_up", "上下床"
    USES_TOILET = "uses_toilet", "如厕"
    WALKS = "walks", "室内行走"
    BATHES = "bathes", "洗澡"


class Obligor(models.Model):
    """A legal supporter of a declared member; an empty answer is a fact nobody has established."""

    seen_through = ("member",)
    append_only = True

    member = models.ForeignKey(DeclaredMember, on_delete=models.PROTECT, related_name="obligors")
    position = models.PositiveSmallIntegerField("次序")
    name = models.CharField("姓名", max_length=60)
    relation = models.CharField("与被赡养人关系", max_length=20, blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    tekun = models.BooleanField("本人特困", null=True, blank=True)
    dibao = models.BooleanField("本人低保", null=True, blank=True)
    disability_category = models.CharField("残疾类别", max_length=12, choices=choices(DisabilityCategory), blank=True)
    disability_grade = models.PositiveSmallIntegerField("残疾等级", null=True, blank=True)
    annual_income_fen = models.BigIntegerField("年收入（分）", null=True, blank=True)
    assets_within_limit = models.BooleanField("财产符合规定", null=True, blank=True)
    status = models.CharField("不能履行的情形", max_length=20, choices=choices(ObligorStatus), blank=True)

    class Meta:
        verbose_name = "法定义务人"
        triggers = added()
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(name="one_obligor_a_place", fields=["member", "position"]),
            models.CheckConstraint(
                name="obligor_disability_with_grade",
                condition=Q(disability_category="", disability_grade=None)
                | (~Q(disability_category="") & Q(disability_grade__gte=1, disability_grade__lte=4)),
            ),
            models.CheckConstraint(
                name="obligor_income_not_negative",
                condition=Q(annual_income_fen=None) | Q(annual_income_fen__gte=0),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.relation}".strip()


class SelfCare(models.Model):
    """One assessment of what a member can do by themselves: true means able."""

    seen_through = ("member",)
    append_only = True

    member = models.OneToOneField(DeclaredMember, on_delete=models.PROTECT, related_name="self_care")
    assessed_on = models.DateField("评估日期")
    assessed_by = models.CharField("评估人", max_length=60)
    eats = models.BooleanField("吃饭")
    dresses = models.BooleanField("穿衣")
    gets_up = models.BooleanField("上下床")
    uses_toilet = models.BooleanField("如厕")
    walks = models.BooleanField("室内行走")
    bathes = models.BooleanField("洗澡")

    class Meta:
        verbose_name = "生活自理能力评估"
        triggers = added()

    def __str__(self) -> str:
        return f"{self.member} {self.assessed_on}"

    @property
    def unable(self) -> frozenset[SelfCareTask]:
        """The tasks this person cannot do."""
        return frozenset(task for task in SelfCareTask if not getattr(self, task.value))

    @property
    def failures(self) -> int:
        """How many of the six cannot be done."""
        return len(self.unable)


def in_order(tasks: Iterable[SelfCareTask]) -> list[str]:
    """The tasks in words, in the order of the form."""
    found = set(tasks)
    return [task.label for task in SelfCareTask if task in found]
