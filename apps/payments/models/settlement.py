"""What became of a payment the bank said nothing about: found out by asking, put down by one, confirmed by another."""

from django.db import models
from django.db.models import Q

from apps.audit.history import history, kept
from apps.audit.verbs import Verb
from apps.payments.bankformat import RESULTS
from apps.payments.enums import FAILED, InstructionState, ProposalState
from apps.payments.models.instruction import Instruction
from apps.payments.models.proposal import Proposal, ProposalQuerySet, two_persons

_FOUND = [InstructionState.PAID, *FAILED]


class Settlement(Proposal):
    """The result of one payment as told by something else than a return file, and by what."""

    instruction = models.ForeignKey(
        Instruction, verbose_name="支付", on_delete=models.PROTECT, related_name="settlements", db_index=False
    )
    code = models.CharField("结果", max_length=2, choices=[(r.code, r.label) for r in RESULTS.values()])
    outcome = models.CharField("结果", max_length=10, choices=[(s.value, s.label) for s in _FOUND])
    settled_on = models.DateField("银行处理日期")
    evidence = models.CharField("凭据", max_length=300)

    seen_through = ("instruction",)
    history = history()
    objects = ProposalQuerySet.as_manager()
    verbs = (Verb.PROPOSE_SETTLEMENT, Verb.APPROVE_SETTLEMENT, Verb.REJECT_SETTLEMENT)

    class Meta(Proposal.Meta):
        verbose_name = "结果查明"
        triggers = (*kept(), *two_persons())
        constraints = (
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                name="settled_once",
                fields=["instruction"],
                condition=~Q(state=ProposalState.REJECTED),
                violation_error_message="这一笔已有查明结果在等确认，或已经确认。",
            ),
            models.CheckConstraint(name="settlement_says_by_what", condition=~Q(evidence="")),
        )

    def __str__(self) -> str:
        return f"{self.instruction} {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        """The batch's page."""
        return self.instruction.batch.get_absolute_url()
