"""The application and where it stands."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.applications.enums import CollectiveGround, DecidedLevel, Due, RefusalGround, SpecialGround
from apps.applications.models.guards import NothingOpen
from apps.applications.transitions import MOVES, OPEN, ComplaintState, State
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
    LITIGATION = "LITIGATION", "行政诉讼"


# Causes that begin with somebody who holds the first decision to be wrong.
COMPLAINED = (Cause.COMPLAINT, Cause.RECONSIDERATION, Cause.LITIGATION)


def _user(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True, **options
    )


def _nobody_twice() -> list[models.CheckConstraint]:
    """Who decides took no earlier step; who signs the opinion did not investigate (RELIABILITY C11)."""
    earlier = ("opened_by", "submitted_by", "accepted_by", "investigated_by", "proposed_by", "barred")
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

    def overdue(self, on: date) -> "ApplicationQuerySet":
        """Cases whose stored deadline lies before that day."""
        return self.filter(due_on__lt=on)

    def complained_of(self) -> "ApplicationQuerySet":
        """Cases with an unanswered complaint, and those taken up again because of one: no step may be skipped."""
        from apps.applications.models.after import Complaint

        waiting = Complaint.objects.filter(application=OuterRef("pk"), state=ComplaintState.OPEN)
        return self.filter(Q(Exists(waiting)) | Q(cause__in=COMPLAINED))

    def awaiting_delivery(self) -> "ApplicationQuerySet":
        """Decided cases whose letter has not reached the family yet."""
        from apps.applications.models.after import Delivery, Letter

        handed_over = Delivery.objects.filter(application=OuterRef("pk"))
        decided = Q(state__in=(State.CONFIRMED, State.REFUSED)) & ~Exists(handed_over.filter(letter=Letter.DECISION))
        revoked = Q(state=State.REVOKED) & ~Exists(handed_over.filter(letter=Letter.REVOCATION))
        return self.filter(decided | revoked)


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
    # Kept from the check: something was found beyond what was told; nobody has explained it yet; answers are missing of
    # a request of that day.
    doubtful = models.BooleanField("申报与核对不一致", default=False)
    unexplained = models.BooleanField("差异待说明", default=False)
    check_asked_on = models.DateField("核对待答复", null=True, blank=True)
    collective_ground = models.CharField(
        "须集体研究的缘由", max_length=20, choices=CollectiveGround.choices, blank=True
    )
    special_ground = models.CharField("延长期限的缘由", max_length=20, choices=SpecialGround.choices, blank=True)
    draft_sealed = models.BinaryField(default=bytes)
    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="application", null=True, blank=True
    )

    handler = _user(verbose_name="承办人")
    opened_by, opened_on = _user(), models.DateField("建立日期")
    submitted_by, submitted_on = _user(), models.DateField("提交日期", null=True, blank=True)
    accepted_by, accepted_on = _user(), models.DateField("受理日期", null=True, blank=True)
    investigated_by, investigated_on = _user(), models.DateField("调查日期", null=True, blank=True)
    proposed_by, proposed_on = _user(), models.DateField("初审日期", null=True, blank=True)
    notice_ends_on = models.DateField("公示期满", null=True, blank=True)
    decided_by, decided_on = _user(), models.DateField("决定日期", null=True, blank=True)
    # Whether the township decided such cases on the day of acceptance: then the whole may take twenty days, not thirty.
    delegated = models.BooleanField("受理时已下放", default=False)
    decided_level = models.CharField("决定层级", max_length=10, choices=DecidedLevel.choices, blank=True)
    # Counted by every act from the dates in law (actions.moving); null where the law sets none or the clock stands.
    due_on = models.DateField("期限", null=True, blank=True)
    due_what = models.CharField("期限事项", max_length=16, choices=Due.choices, blank=True)
    escalated_on = models.DateField("逾期报负责人", null=True, blank=True)
    sent_back_on = models.DateField("退回补查日期", null=True, blank=True)
    # Who decided the case that this one takes up again after a complaint.
    barred = _user()

    return_reason = models.CharField("退回理由", max_length=500, blank=True)
    refusal_ground = models.CharField("不予确认理由", max_length=20, choices=RefusalGround.choices, blank=True)
    refusal_text = models.CharField("说明", max_length=1000, blank=True)

    # A draft is kept only until it is decided on; its versions would keep what the family took back.
    seen_through = ("township", "household")
    history = history(excluded_fields=["draft_sealed"])
    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "申请"
        triggers = (*kept(excluded=("draft_sealed",)), MOVES.guard(), NothingOpen())
        indexes = (
            models.Index(fields=["handler", "state"]),
            models.Index(fields=["township", "state", "due_on"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(name="application_applicant", fields=["applicant_name"], opclasses=["varchar_pattern_ops"]),
            models.Index(
                F("decided_on").desc(nulls_last=True),
                F("id").desc(),
                name="application_done",
                condition=~Q(state__in=OPEN),
            ),
            # What has run out and was not told yet: looked for every half minute.
            models.Index(name="application_to_escalate", fields=["due_on", "id"], condition=Q(escalated_on=None)),
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
                name="township_decides_plain_cases",
                condition=~Q(decided_level=DecidedLevel.TOWNSHIP)
                | (Q(near_relative=False) & ~Q(cause=Cause.COMPLAINT)),
                violation_error_message="近亲属备案件和投诉件由民政局决定。",
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

    def handlers(self) -> set[int]:
        """The ids of those who took a step before the decision: none of them decides."""
        earlier = (self.opened_by_id, self.submitted_by_id, self.accepted_by_id, self.investigated_by_id)
        return {pk for pk in (*earlier, self.proposed_by_id) if pk is not None}

    @property
    def pause(self) -> Any:
        """The pause that stands, or None (``prefetch_related("pauses")`` for a list)."""
        return next((pause for pause in self.pauses.all() if pause.until is None), None)

    @property
    def is_complained_of(self) -> bool:
        """Whether somebody waits for an answer about it, or it was taken up again for that reason."""
        # ``complaint_waits`` is known already where the case was read ``traced``.
        waits: bool | None = getattr(self, "complaint_waits", None)
        open_ones = self.complaints.filter(state=ComplaintState.OPEN)
        return self.cause in COMPLAINED or (open_ones.exists() if waits is None else waits)

    def draft(self) -> dict[str, Any]:
        """The sections typed so far, as they were typed."""
        text = unseal(self.draft_sealed, row=self.uuid, table="application", column="draft")
        return dict(json.loads(text)) if text else {}

    def set_draft(self, sections: dict[str, Any]) -> None:
        self.draft_sealed = seal(
            json.dumps(sections, ensure_ascii=False), row=self.uuid, table="application", column="draft"
        )
