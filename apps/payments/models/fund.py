"""The money a batch may draw on: 指标, what is set aside of it, spent and given back."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.audit.history import added, history, kept
from apps.audit.verbs import Verb
from apps.core.guards import Guard
from apps.core.money import format_yuan
from apps.payments.enums import PAID_UNDER, FundEvent, FundSource
from apps.payments.models.batch import Batch
from apps.payments.models.proposal import Proposal, ProposalQuerySet, two_persons

# Two batches reach for the same money one after the other.
FUNDS_LOCK = 0x6A68_6675

# By scheme: what its own appropriations do not cover is taken from those for all schemes; that may not be overdrawn.
SHORT_OF = """
    WITH given AS (
        SELECT scheme, sum(amount_fen) AS fen FROM payments_appropriation
        WHERE state = 'APPROVED' GROUP BY 1
    ), taken AS (
        SELECT scheme, sum(amount_fen) AS fen FROM payments_fundentry GROUP BY 1
    )
    SELECT coalesce(sum(greatest(t.fen - coalesce(g.fen, 0), 0)), 0)
        - coalesce((SELECT fen FROM given WHERE scheme = ''), 0)
    FROM taken t LEFT JOIN given g USING (scheme)
"""


class FundsSuffice(Guard):
    """Never more is set aside than was appropriated, whoever writes."""

    name = "funds_suffice"
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    func = f"""
        PERFORM pg_advisory_xact_lock({FUNDS_LOCK});
        IF ({SHORT_OF}) > 0 THEN
            RAISE EXCEPTION 'more is set aside than was appropriated' USING ERRCODE = 'JH003';
        END IF;
        RETURN NULL;
    """


class FundEntryQuerySet(models.QuerySet["FundEntry"]):
    def visible_to(self, user: Any) -> "FundEntryQuerySet":
        """Money is the county's."""
        return self if user.scope().whole_county else self.none()


class Appropriation(Proposal):
    """指标下达: so much money, for one scheme or for all, by this document; counts once another person approved it."""

    source = models.CharField("资金来源", max_length=10, choices=FundSource.choices)
    scheme = models.CharField("待遇", max_length=20, choices=PAID_UNDER, blank=True)
    amount_fen = models.BigIntegerField("金额（分）")
    document = models.CharField("指标文号", max_length=60)
    issued_on = models.DateField("下达日期")

    history = history()
    objects = ProposalQuerySet.as_manager()
    verbs = (Verb.PROPOSE_FUNDS, Verb.APPROVE_FUNDS, Verb.REJECT_FUNDS)

    class Meta(Proposal.Meta):
        verbose_name = "资金指标"
        triggers = (*kept(), *two_persons(), FundsSuffice())
        constraints = (
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                name="appropriated_once",
                fields=["document", "source", "scheme"],
                condition=~Q(state="REJECTED"),
                violation_error_message="这份文件下达的这项指标已经登记过。",
            ),
            # A cut is a document of its own, with a minus.
            models.CheckConstraint(name="appropriation_is_not_zero", condition=~Q(amount_fen=0)),
        )

    def __str__(self) -> str:
        return f"{self.document} {format_yuan(self.amount_fen)} 元"

    def get_absolute_url(self) -> str:
        """The page of all funds."""
        return reverse("fund-list")


class FundEntry(models.Model):
    """One movement of one scheme's money for one batch: set aside at approval, given back when it is not paid."""

    append_only = True

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="fund_entries")
    event = models.CharField("事项", max_length=10, choices=FundEvent.choices)
    scheme = models.CharField("待遇", max_length=20, choices=PAID_UNDER)
    amount_fen = models.BigIntegerField("金额（分，占用为正）")
    on = models.DateField("日期")

    objects = FundEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "指标占用"
        triggers = (*added(), FundsSuffice())
        constraints = (
            models.CheckConstraint(
                name="taken_is_positive_given_back_negative",
                condition=Q(event=FundEvent.RESERVED, amount_fen__gt=0)
                | (~Q(event=FundEvent.RESERVED) & Q(amount_fen__lt=0)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch} {self.get_event_display()} {format_yuan(self.amount_fen)}"
