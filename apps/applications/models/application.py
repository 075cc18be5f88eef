"""The application and where it stands."""

import json
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.applications.transitions import MOVES, OPEN, State
from apps.audit.history import history, kept
from apps.awards.models import Decision
from apps.core.crypto import seal, unseal
from apps.eligibility.models import Assessment
from apps.households.models import Declaration, Household


class Kind(models.TextChoices):
    """A new application, or the re-examination of a running household by the same moves."""

    NEW = "NEW", "新申请"
    REVIEW = "REVIEW", "复核"


class Applied(models.TextChoices):
    """What a family asks for; what it gets is said by the category the rules find."""

    DIBAO = "DIBAO", "低保"
    TEKUN = "TEKUN", "特困供养"
    DIBAO_SINGLE = "DIBAO_SINGLE", "单人户低保"
    LOW_INCOME = "LOW_INCOME", "低收入家庭认定"
    EXPENDITURE = "EXPENDITURE", "支出型困难家庭认定"


class Cause(models.TextChoices):
    """Why a family is examined again: circumstances changed (true until a day), or what is on file was wrong, or …"""

    PERIODIC = "PERIODIC", "定期核查"
    CHANGE = "CHANGE", "情况变化"
    CORRECTION = "CORRECTION", "更正差错"
    DEATH = "DEATH", "成员死亡"
    MOVE = "MOVE", "迁移"
    REGROUPING = "REGROUPING", "分户并户"
    COMPLAINT = "COMPLAINT", "投诉举报"
    RECONSIDERATION = "RECONSIDERATION", "行政复议"


class RefusalGround(models.TextChoices):
    """Why help is refused (facts of 57号; printed in the letter)."""

    INCOME = "INCOME", "家庭人均收入不低于低保标准"
    ASSETS = "ASSETS", "金融资产超过 24 个月低保标准"
    PROPERTY = "PROPERTY", "车辆、房产等财产状况不符合规定"
    NOT_COOPERATING = "NOT_COOPERATING", "拒不配合家庭经济状况调查"
    UNTRUE = "UNTRUE", "虚报、隐瞒家庭情况"
    OTHER_PROTECTION = "OTHER_PROTECTION", "已享受特困或孤儿等保障"
    OTHER = "OTHER", "其他（见说明）"


def _user(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, **options
    )


def _nobody_twice() -> list[models.CheckConstraint]:
    """Who decides took no earlier step; who signs the opinion did not investigate (RELIABILITY C11)."""
    earlier = ("opened_by", "submitted_by", "accepted_by", "investigated_by", "proposed_by")
    pairs = [("decided_by", step) for step in earlier] + [("proposed_by", "investigated_by")]
    return [
        models.CheckConstraint(
            name=f"application_{later}_not_{step}",
            condition=Q(**{later: None}) | Q(**{step: None}) | ~Q(**{later: F(step)}),
            violation_error_message="这一步须由另一位同事办理：您已经手过前面的环节。",
        )
        for later, step in pairs
    ]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """Cases of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))

    def readable_by(self, user: Any) -> "ApplicationQuerySet":
        """One page's rows: also the earlier cases of a family that has moved here. Lists start from ``visible_to``."""
        scope = user.scope()
        return self if scope.whole_county else self.filter(scope.rows("township") | scope.rows("household__township"))

    def open(self) -> "ApplicationQuerySet":
        return self.filter(state__in=OPEN)


class Application(models.Model):
    """One request for help from draft to decision; the draft stays sealed until it is submitted."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    number = models.CharField("案号", max_length=20, unique=True)
    kind = models.CharField("性质", max_length=8, choices=Kind.choices, default=Kind.NEW)
    cause = models.CharField("缘由", max_length=20, choices=Cause.choices, blank=True)
    follows = models.ForeignKey(
        "self", verbose_name="接续案件", on_delete=models.PROTECT, related_name="followed_by", null=True, blank=True
    )
    # Of a review: what was reported, since which day it is so, which declaration it puts right, until when it settles.
    cause_note = models.CharField("缘由说明", max_length=500, blank=True)
    changed_on = models.DateField("变化日期", null=True, blank=True)
    corrects = models.ForeignKey(
        Declaration, verbose_name="更正的申报", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    settle_by = models.DateField("办结期限", null=True, blank=True)
    merges = models.ForeignKey(
        Household, verbose_name="并入的家庭", on_delete=models.PROTECT, related_name="merged_by", null=True, blank=True
    )
    scheme = models.CharField("类别", max_length=20, choices=Applied.choices, default=Applied.DIBAO)
    state = models.CharField("环节", max_length=12, choices=State.choices, default=State.DRAFT)
    township = models.ForeignKey(Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+")
    village = models.ForeignKey(
        Area, verbose_name="村（社区）", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    applicant_name = models.CharField("申请人", max_length=60, blank=True)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="applications", null=True, blank=True
    )
    # 57号第11条: unanswered is unknown, not "no".
    near_relative = models.BooleanField("经办人员近亲属", null=True, blank=True)
    near_relative_of = models.CharField("与谁是何关系", max_length=200, blank=True)
    draft_sealed = models.BinaryField(default=bytes)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="application", null=True, blank=True
    )

    opened_by, opened_on = _user(), models.DateField("建立日期")
    submitted_by, submitted_on = _user(), models.DateField("提交日期", null=True, blank=True)
    accepted_by, accepted_on = _user(), models.DateField("受理日期", null=True, blank=True)
    investigated_by, investigated_on = _user(), models.DateField("调查日期", null=True, blank=True)
    proposed_by, proposed_on = _user(), models.DateField("初审日期", null=True, blank=True)
    notice_ends_on = models.DateField("公示期满", null=True, blank=True)
    decided_by, decided_on = _user(), models.DateField("决定日期", null=True, blank=True)

    return_reason = models.CharField("退回理由", max_length=500, blank=True)
    refusal_ground = models.CharField("不予确认理由", max_length=20, choices=RefusalGround.choices, blank=True)
    refusal_text = models.CharField("说明", max_length=1000, blank=True)

    # A draft is kept only until it is decided on; its versions would keep what the family took back.
    history = history(excluded_fields=["draft_sealed"])
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "申请"
        triggers = (*kept(excluded=("draft_sealed",)), MOVES.guard())
        indexes = (
            models.Index(fields=["township", "state", "accepted_on"]),
            models.Index(fields=["state", "accepted_on"]),
        )
        constraints = (
            *_nobody_twice(),
            models.UniqueConstraint(
                name="one_open_case_a_household",
                fields=["household"],
                condition=Q(state__in=OPEN),
                violation_error_message="这个家庭已有一件正在办理的申请。",
            ),
            models.CheckConstraint(
                name="confirmed_after_the_notice",
                condition=~Q(state=State.CONFIRMED)
                | (Q(decision__isnull=False) & Q(decided_by__isnull=False) & Q(decided_on__gt=F("notice_ends_on"))),
                violation_error_message="公示期满后才能确认。",
            ),
            models.CheckConstraint(
                name="refusal_has_a_ground",
                condition=~Q(state=State.REFUSED) | (~Q(refusal_ground="") & Q(decided_by__isnull=False)),
                violation_error_message="不予确认须选择理由。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.applicant_name}".strip()

    def get_absolute_url(self) -> str:
        return reverse("application-detail", args=[self.uuid])

    def draft(self) -> dict[str, Any]:
        """The sections typed so far, as they were typed."""
        text = unseal(self.draft_sealed, row=self.uuid, table="application", column="draft")
        return dict(json.loads(text)) if text else {}

    def set_draft(self, sections: dict[str, Any]) -> None:
        self.draft_sealed = seal(
            json.dumps(sections, ensure_ascii=False), row=self.uuid, table="application", column="draft"
        )
