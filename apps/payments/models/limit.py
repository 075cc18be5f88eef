"""The office's own limits on payments, dated, and the accounts that may receive for several families."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.audit.history import history, kept
from apps.audit.verbs import Verb
from apps.core.crypto import blind_index
from apps.core.money import format_yuan
from apps.households.models.account import ACCOUNT_NUMBER
from apps.payments.enums import LimitKind, ProposalState
from apps.payments.models.proposal import Proposal, ProposalQuerySet, two_persons


class Limit(Proposal):
    """From which amount on something more is asked for; counts from its day on, once another person approved it."""

    kind = models.CharField("限额", max_length=20, choices=LimitKind.choices)
    amount_fen = models.BigIntegerField("金额（分）")
    since = models.DateField("起")
    document = models.CharField("依据", max_length=100)

    history = history()
    objects = ProposalQuerySet.as_manager()
    verbs = (Verb.PROPOSE_LIMIT, Verb.APPROVE_LIMIT, Verb.REJECT_LIMIT)

    class Meta(Proposal.Meta):
        verbose_name = "发放限额"
        triggers = (*kept(), *two_persons())
        constraints = (
            *Proposal.Meta.constraints,
            models.CheckConstraint(name="limit_is_positive", condition=Q(amount_fen__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {format_yuan(self.amount_fen)} 元，自{self.since:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page of all limits."""
        return reverse("payment-settings")


class SharedAccount(Proposal):
    """An account, such as an institution's, that may receive for several families until a day; the number is sealed."""

    number_index = models.BinaryField()
    number_mask = models.CharField("账号", max_length=30)
    holder = models.CharField("户名", max_length=60)
    ground = models.CharField("理由", max_length=200)
    until = models.DateField("有效期至")

    history = history()
    objects = ProposalQuerySet.as_manager()
    verbs = (Verb.PROPOSE_SHARED_ACCOUNT, Verb.APPROVE_SHARED_ACCOUNT, Verb.REJECT_SHARED_ACCOUNT)

    class Meta(Proposal.Meta):
        verbose_name = "共用账户"
        triggers = (*kept(), *two_persons())
        constraints = (
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                name="shared_account_registered_once",
                fields=["number_index", "until"],
                condition=~Q(state=ProposalState.REJECTED),
                violation_error_message="这个账号已经登记过。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.holder} {self.number_mask}"

    def get_absolute_url(self) -> str:
        """The page of all settings."""
        return reverse("payment-settings")

    def set_number(self, number: str) -> None:
        """Keep what tells whether a number is this one, and a mask."""
        self.number_index = blind_index(number, column=ACCOUNT_NUMBER)
        self.number_mask = f"**** {number[-4:]}"
