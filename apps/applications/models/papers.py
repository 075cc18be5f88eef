"""The papers of a case: investigation, township opinion, public notice."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value

from apps.applications.models.application import Application
from apps.audit.history import added, history, kept
from apps.eligibility.models import Assessment
from apps.households.models import Declaration


class Investigation(models.Model):
    """入户调查 by two investigators (57号 第16条)."""

    seen_through = ("application",)
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="investigations")
    visited_on = models.DateField("入户日期")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second_investigator = models.CharField("第二调查人", max_length=40)
    family_member_present = models.CharField("在场家庭成员", max_length=60)
    agrees = models.BooleanField("与申报一致")
    findings = models.TextField("调查情况", max_length=2000)
    signed = models.BooleanField("两名调查人和在场成员均已签字", default=True)

    class Meta:
        verbose_name = "入户调查"
        triggers = added()
        constraints = (
            models.CheckConstraint(
                name="visit_is_signed",
                condition=Q(signed=True),
                violation_error_message="调查表须由两名调查人和在场家庭成员签字。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.visited_on}"


class Promise(models.Model):
    """事实承诺: a fact nobody can prove, vouched for by a member; looked at when the case is discussed (§4)."""

    seen_through = ("application",)
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="promises")
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="promises")
    fact = models.CharField("承诺的事实", max_length=300)
    why = models.CharField("为什么无法证明", max_length=300)
    by = models.CharField("承诺人", max_length=60)
    on = models.DateField("日期")

    class Meta:
        verbose_name = "事实承诺"
        triggers = added()

    def __str__(self) -> str:
        return f"{self.by} {self.fact}"


class Opinion(models.Model):
    """The township's opinion, on the assessment it was signed on."""

    seen_through = ("application",)
    append_only = True

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="opinions")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField("拟同意")
    text = models.CharField("意见", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField("日期")

    class Meta:
        verbose_name = "初审意见"
        triggers = added()

    def __str__(self) -> str:
        return f"{self.application} {'拟同意' if self.agrees else '拟不同意'}"


SEVEN_DAYS_ON = ExpressionWrapper(F("posted_on") + Value(7), output_field=models.DateField())


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: Any) -> "NoticeQuerySet":
        return self.filter(user.scope().rows("application__township"))

    def readable_by(self, user: Any) -> "NoticeQuerySet":
        """One page's rows: also the earlier notices of a family that has moved here."""
        return self.filter(application__in=Application.objects.readable_by(user))


class Notice(models.Model):
    """公示: the allowed words only (57号第19条), from the day after posting until the period ends."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notices")
    posted_on = models.DateField("张贴日期")
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    place = models.CharField("张贴地点", max_length=100)
    ends_on = models.DateField("期满日期")
    taken_down_on = models.DateField("撤下日期", null=True, blank=True)
    # By the village's own eyes; the seven days run from the posting whether or not somebody saw it.
    seen_on = models.DateField("上墙核实日期", null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    content = models.JSONField("公示内容")

    seen_through = ("application",)
    history = history()
    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "公示"
        triggers = kept()
        constraints = (
            models.CheckConstraint(name="notice_of_seven_days", condition=Q(ends_on__gte=SEVEN_DAYS_ON)),
            models.CheckConstraint(
                name="notice_seen_by_somebody",
                condition=Q(seen_on=None, seen_by=None) | Q(seen_on__gte=F("posted_on"), seen_by__isnull=False),
            ),
            models.UniqueConstraint(name="one_notice_up", fields=["application"], condition=Q(taken_down_on=None)),
        )

    def __str__(self) -> str:
        return f"{self.application} {self.posted_on}"
