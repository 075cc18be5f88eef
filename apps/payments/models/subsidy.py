"""价格临时补贴: the published indices, what a month's linkage pays, and to whom; corrected by newer ones."""

from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from apps.accounts.models import Area
from apps.audit.history import added, history, kept
from apps.audit.verbs import Verb
from apps.core.guards import Guard, refuses_added
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.price import Rises
from apps.payments.enums import ProposalState
from apps.payments.models.correction import CorrectionLine
from apps.payments.models.entitlement import Entitlement
from apps.payments.models.proposal import Proposal, ProposalQuerySet, two_persons

PER_CENT = Fraction(1, 100)
_NOT_REJECTED = ~Q(state=ProposalState.REJECTED)


def goes_on_where_it_ended() -> Guard:
    """A line comes of something confirmed, and begins with what the person's other lines of the month add up to."""
    return refuses_added(
        "goes_on_where_it_ended",
        """
        SELECT FROM touched t
        LEFT JOIN public.payments_subsidyrun r ON r.id = t.run_id
        LEFT JOIN public.payments_entitlement e ON e.id = t.entitlement_id
        LEFT JOIN public.payments_correctionline c ON c.id = t.correction_line_id
        LEFT JOIN public.payments_correction o ON o.id = c.correction_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS lines, coalesce(sum(l.owed_fen - l.before_fen), 0) AS fen
            FROM public.payments_subsidyline l
            WHERE l.person_id = t.person_id AND l.month = t.month AND l.id <> t.id) earlier
        WHERE coalesce(r.state, 'APPROVED') <> 'APPROVED' OR coalesce(o.state, 'CONFIRMED') <> 'CONFIRMED'
            OR coalesce(r.month, c.month) <> t.month OR e.subsidy_run_id IS DISTINCT FROM t.run_id
            OR (t.nth, t.before_fen) <> (earlier.lines + 1, earlier.fen)
        """,
        "a subsidy goes on where the earlier ones of the month end",
    )


class PriceIndexQuerySet(ProposalQuerySet):
    """Publications by whether they count."""

    def in_force(self) -> "PriceIndexQuerySet":
        """Approved, and no newer approved publication of the month in its place."""
        newer = PriceIndex.objects.approved().filter(replaces=OuterRef("pk"))
        return self.approved().exclude(Exists(newer))  # type: ignore[no-any-return]


class PriceIndex(Proposal):
    """How much prices rose over the year to a month, as published; counts once another person approved it.

    The subsidy is paid in the month of publication. Corrected figures are a publication of their own that replaces
    this one; what they change is owed for the month in which the first ones were published.
    """

    month = models.DateField("指数月份")
    cpi = models.DecimalField("居民消费价格同比涨幅（%）", max_digits=5, decimal_places=2)
    food = models.DecimalField("食品价格同比涨幅（%）", max_digits=5, decimal_places=2)
    document = models.CharField("公布文件", max_length=100)
    document_on = models.DateField("文件日期")
    published_on = models.DateField("公布日期")
    paid_month = models.DateField("发放月份")
    replaces = models.ForeignKey(
        "self", verbose_name="更正的公布", on_delete=models.PROTECT, null=True, related_name="replacements"
    )

    history = history()
    objects = PriceIndexQuerySet.as_manager()
    verbs = (Verb.PROPOSE_PRICE_INDEX, Verb.APPROVE_PRICE_INDEX, Verb.REJECT_PRICE_INDEX)

    class Meta(Proposal.Meta):
        verbose_name = "价格指数"
        triggers = (
            *kept(),
            *two_persons(),
            refuses_added(
                "replaces_what_was_approved",
                """
                SELECT FROM touched t JOIN public.payments_priceindex o ON o.id = t.replaces_id
                WHERE o.state <> 'APPROVED' OR (o.month, o.paid_month) <> (t.month, t.paid_month)
                """,
                "a publication replaces an approved one of the same month",
            ),
        )
        constraints = (
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                name="published_once",
                fields=["month"],
                condition=Q(replaces=None) & _NOT_REJECTED,
                violation_error_message="这个月的价格指数已经登记过；数字有变的，登记更正。",
            ),
            models.UniqueConstraint(
                name="one_subsidy_a_month",
                fields=["paid_month"],
                condition=Q(replaces=None) & _NOT_REJECTED,
                violation_error_message="同一个月已有公布的价格指数。",
            ),
            models.UniqueConstraint(
                name="replaced_once",
                fields=["replaces"],
                condition=_NOT_REJECTED,
                violation_error_message="这次公布的更正已经登记过。",
            ),
            models.CheckConstraint(name="index_months_are_first_days", condition=Q(month__day=1, paid_month__day=1)),
            models.CheckConstraint(name="published_after_its_month", condition=Q(month__lt=F("paid_month"))),
            models.CheckConstraint(
                name="paid_in_the_month_of_publication",
                condition=Q(replaces__isnull=False)
                | Q(published_on__year=F("paid_month__year"), published_on__month=F("paid_month__month")),
            ),
            models.CheckConstraint(
                name="rises_are_per_cent", condition=Q(cpi__gte=-50, cpi__lte=100, food__gte=-50, food__lte=100)
            ),
        )

    def __str__(self) -> str:
        return f"{self.label}价格指数"

    def get_absolute_url(self) -> str:
        """The page of this publication."""
        return reverse("price-index", kwargs={"pk": self.pk})

    @property
    def label(self) -> str:
        """2024年5月."""
        return Month.of(self.month).label()

    @property
    def paid_label(self) -> str:
        """2024年6月, in which it is paid."""
        return Month.of(self.paid_month).label()

    @property
    def rises(self) -> Rises:
        """The figures as the rule reads them."""
        return Rises(PER_CENT * Fraction(self.cpi), PER_CENT * Fraction(self.food))


class SubsidyRun(Proposal):
    """What a month's linkage pays: worked out and put forward by one, confirmed by another on exactly this content.

    The first run of a month pays everybody on its roll; a later one only what has come to be owed since: people who
    came late, or the difference when the figures were corrected.
    """

    index = models.ForeignKey(PriceIndex, on_delete=models.PROTECT, related_name="runs")
    month = models.DateField("发放月份")
    seq = models.PositiveSmallIntegerField("次序")
    urban_fen = models.BigIntegerField("城市每人（分）")
    rural_fen = models.BigIntegerField("农村每人（分）")
    people = models.PositiveIntegerField("人次")
    total_fen = models.BigIntegerField("合计（分）")
    content_sha256 = models.CharField("内容摘要", max_length=64)
    law_digest = models.CharField(max_length=64)
    rules_digest = models.CharField(max_length=64)

    history = history()
    objects = ProposalQuerySet.as_manager()
    verbs = (Verb.START_SUBSIDY, Verb.CONFIRM_SUBSIDY, Verb.REJECT_SUBSIDY)

    class Meta(Proposal.Meta):
        verbose_name = "价格补贴测算"
        triggers = (*kept(), *two_persons())
        constraints = (
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                name="one_subsidy_run_of_a_number",
                fields=["month", "seq"],
                condition=_NOT_REJECTED,
                violation_error_message="这个月的价格补贴已经测算过。",
            ),
            models.UniqueConstraint(
                name="one_subsidy_run_waits",
                fields=["month"],
                condition=Q(state=ProposalState.PROPOSED),
                violation_error_message="这个月还有一次测算在等确认。",
            ),
            models.CheckConstraint(name="subsidy_pays_somebody", condition=Q(people__gt=0, total_fen__gt=0, seq__gt=0)),
            models.CheckConstraint(name="subsidy_month_is_first_day", condition=Q(month__day=1)),
        )

    def __str__(self) -> str:
        return f"{self.label}价格临时补贴{f'（补发第{self.seq - 1}次）' if self.seq > 1 else ''}"

    def get_absolute_url(self) -> str:
        """The run's page."""
        return reverse("subsidy-run", kwargs={"pk": self.pk})

    @property
    def label(self) -> str:
        """2024年6月."""
        return Month.of(self.month).label()

    @property
    def stage(self) -> str:
        """待确认、已确认、已退回."""
        return {ProposalState.PROPOSED: "待确认", ProposalState.APPROVED: "已确认"}.get(self.state, "已退回")

    @property
    def size(self) -> str:
        """312 人、6,006.00 元."""
        return f"{self.people} 人、{format_yuan(self.total_fen)} 元"


class SubsidyLineQuerySet(models.QuerySet["SubsidyLine"]):
    def visible_to(self, user: Any) -> "SubsidyLineQuerySet":
        """Lines of the townships this user's postings open."""
        return self.filter(user.scope().rows("township"))


class SubsidyLine(models.Model):
    """What a person has of a month's subsidy before and after a confirmed run, or after what was too much was undone.

    The lines of a person are numbered and each goes on where the last one ended, so that nobody can be owed the same
    twice, however many schemes or families name them.
    """

    # Whoever a family moved to explains what it was paid before.
    seen_through = ("township", "entitlement", "correction_line")
    append_only = True

    person = models.ForeignKey("households.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField("发放月份")
    nth = models.PositiveSmallIntegerField("次序")
    township = models.ForeignKey(
        Area, verbose_name="乡镇（街道）", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area = models.CharField("城乡", max_length=5, choices=[(kind.value, kind.label) for kind in AreaKind])
    before_fen = models.BigIntegerField("已有（分）")
    owed_fen = models.BigIntegerField("应有（分）")
    run = models.ForeignKey(SubsidyRun, on_delete=models.PROTECT, null=True, related_name="lines", db_index=False)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, null=True, related_name="subsidy_lines")
    correction_line = models.ForeignKey(
        CorrectionLine, on_delete=models.PROTECT, null=True, related_name="subsidy_lines", db_index=False
    )

    objects = SubsidyLineQuerySet.as_manager()

    class Meta:
        verbose_name = "价格补贴明细"
        triggers = (*added(), goes_on_where_it_ended())
        constraints = (
            models.UniqueConstraint(
                name="nobody_is_subsidised_twice",
                fields=["person", "month", "nth"],
                violation_error_message="这个人这个月的价格补贴已经生成过。",
            ),
            models.UniqueConstraint(name="one_subsidy_line_of_a_person", fields=["run", "person"]),
            models.CheckConstraint(
                name="subsidy_line_comes_from_one_act",
                condition=Q(run__isnull=False, entitlement__isnull=False, correction_line=None)
                & Q(before_fen__gte=0, owed_fen__gt=F("before_fen"))
                | Q(run=None, entitlement=None, correction_line__isnull=False)
                & Q(owed_fen__gte=0, owed_fen__lt=F("before_fen")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.month:%Y-%m}"

    @property
    def amount_fen(self) -> int:
        """What this line adds."""
        return self.owed_fen - self.before_fen
