"""The ending of a 特困 person's support, with a notice of its own (43号第24条、第26条)."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.applications.models.papers import SEVEN_DAYS_ON
from apps.applications.transitions import ENDING_MOVES, EndingState
from apps.audit.history import added, history, kept
from apps.awards.models import Award, Decision


class EndingGround(models.TextChoices):
    """Why support ends (43号第24条)."""

    DEATH = "DEATH", "死亡或者被宣告死亡、失踪"
    LABOUR = "LABOUR", "恢复劳动能力"
    PRISON = "PRISON", "依法被判处刑罚，正在监狱服刑"
    MEANS = "MEANS", "收入或者财产状况不再符合规定"
    SUPPORTER = "SUPPORTER", "法定赡养、抚养、扶养义务人具有履行能力"
    OWN_WISH = "OWN_WISH", "自愿申请退出"


# Whom 低保 or 临时救助 may still help (43号第27条).
MAY_NEED_OTHER_HELP = (EndingGround.LABOUR, EndingGround.MEANS, EndingGround.SUPPORTER, EndingGround.OWN_WISH)


class EndingQuerySet(models.QuerySet["Ending"]):
    def visible_to(self, user: Any) -> "EndingQuerySet":
        """Endings in the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def open(self) -> "EndingQuerySet":
        """Not decided yet."""
        return self.filter(state__in=(EndingState.PROPOSED, EndingState.PUBLICISED))


def _user() -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )


def _nobody_twice() -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            name=f"ending_decided_by_not_{step}",
            condition=~Q(state=EndingState.ENDED) | Q(**{step: None}) | ~Q(decided_by=F(step)),
            violation_error_message="终止供养须由提出和张贴公示以外的同事决定。",
        )
        for step in ("proposed_by", "posted_by")
    ]


class Ending(models.Model):
    """Proposed by the township, on the wall for seven days, decided by the bureau; in force from the next month."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="endings")
    township = models.ForeignKey(Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+")
    ground = models.CharField("终止情形", max_length=10, choices=EndingGround.choices)
    text = models.CharField("具体说明", max_length=1000)
    state = models.CharField("环节", max_length=10, choices=EndingState.choices, default=EndingState.PROPOSED)
    proposed_by, proposed_on = _user(), models.DateField("提出日期")
    posted_by, posted_on = _user(), models.DateField("张贴日期", null=True, blank=True)
    place = models.CharField("张贴地点", max_length=100, blank=True)
    ends_on = models.DateField("公示期满", null=True, blank=True)
    taken_down_on = models.DateField("撤下日期", null=True, blank=True)
    content = models.JSONField("公示内容", default=dict, blank=True)
    decided_by, decided_on = _user(), models.DateField("决定日期", null=True, blank=True)
    answer = models.CharField("不再终止的理由", max_length=500, blank=True)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="ending", null=True, blank=True)

    seen_through = ("township", "award")
    history = history()
    objects = EndingQuerySet.as_manager()

    class Meta:
        verbose_name = "终止供养"
        triggers = (*kept(), ENDING_MOVES.guard())
        constraints = (
            *_nobody_twice(),
            models.UniqueConstraint(
                name="one_ending_at_a_time",
                fields=["award"],
                condition=Q(state__in=(EndingState.PROPOSED, EndingState.PUBLICISED)),
                violation_error_message="这份待遇已在办理终止。",
            ),
            models.CheckConstraint(name="ending_is_proposed_by_somebody", condition=Q(proposed_by__isnull=False)),
            models.CheckConstraint(
                name="ending_notice_of_seven_days", condition=Q(posted_on=None) | Q(ends_on__gte=SEVEN_DAYS_ON)
            ),
            models.CheckConstraint(
                name="ended_after_the_notice",
                condition=~Q(state=EndingState.ENDED)
                | Q(decision__isnull=False, decided_by__isnull=False)
                & (Q(ground=EndingGround.DEATH) | Q(decided_on__gt=F("ends_on"))),
                violation_error_message="公示期满后才能终止供养。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.award.person or self.award.household.head} 终止供养"

    def get_absolute_url(self) -> str:
        return reverse("ending-detail", args=[self.uuid])

    @property
    def who(self) -> Any:
        """The person supported."""
        return self.award.person or self.award.household.head


class DisplayQuerySet(models.QuerySet["Display"]):
    def visible_to(self, user: Any) -> "DisplayQuerySet":
        """What was put up in villages of the townships this user's postings open."""
        return self.filter(user.scope().rows("village__parent"))


class Display(models.Model):
    """A village's long-term list put up on its board."""

    append_only = True

    village = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    shown_on = models.DateField("张贴日期")
    place = models.CharField("张贴地点", max_length=100)
    families = models.PositiveIntegerField("条数")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("登记日期")

    objects = DisplayQuerySet.as_manager()

    class Meta:
        verbose_name = "长期公布张贴"
        triggers = added()
        constraints = (models.CheckConstraint(name="shown_before_it_is_recorded", condition=Q(shown_on__lte=F("on"))),)

    def __str__(self) -> str:
        return f"{self.village} {self.shown_on}"
