"""Where the money goes."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.audit.history import history, kept
from apps.audit.verbs import Verb
from apps.core.crypto import blind_index, seal, unseal
from apps.core.transitions import Move, Moves
from apps.households.models.guards import heirs_only_of_the_dead
from apps.households.models.household import Household
from apps.households.models.person import Person

ACCOUNT_NUMBER = "bankaccount.number"
# Whose it is otherwise stays unsaid: the other family may live in a township this person does not see.
SHARED = (
    "这个账号已用于另一个家庭的发放，一个账户只能收一家的救助金。"
    "请对照存折或银行卡核对；没有抄错的，请申请人另开一个账户。"
)


class PayeeKind(models.TextChoices):
    """Whose account it is."""

    HEAD = "HEAD", "户主"
    PERSON = "PERSON", "本人"
    GUARDIAN = "GUARDIAN", "监护人"
    HEIR = "HEIR", "遗属"


# Who of a family may receive for it while somebody is left.
OF_THE_FAMILY = [(kind.value, kind.label) for kind in PayeeKind if kind != PayeeKind.HEIR]


class HeirRelation(models.TextChoices):
    """What whoever receives what was owed is to the dead."""

    SPOUSE = "SPOUSE", "配偶"
    CHILD = "CHILD", "子女"
    PARENT = "PARENT", "父母"
    SIBLING = "SIBLING", "兄弟姐妹"
    OTHER = "OTHER", "其他亲属"
    BURIED = "BURIED", "丧葬办理人"


class HeirProof(models.TextChoices):
    """By what paper the office knows that this person may receive it."""

    KINSHIP = "KINSHIP", "亲属关系证明"
    NOTARY = "NOTARY", "公证书"
    PROMISE = "PROMISE", "承诺书"
    BURIAL = "BURIAL", "办理丧葬证明"


class AccountState(models.TextChoices):
    """An account pays only after a second person approved it."""

    PROPOSED = "PROPOSED", "待核准"
    APPROVED = "APPROVED", "在用"
    REJECTED = "REJECTED", "已退回"
    REPLACED = "REPLACED", "已更换"


ACCOUNT_MOVES = Moves(
    initial=[AccountState.PROPOSED],
    moves=[
        Move(Verb.APPROVE_ACCOUNT, (AccountState.PROPOSED,), AccountState.APPROVED),
        Move(Verb.REJECT_ACCOUNT, (AccountState.PROPOSED,), AccountState.REJECTED),
        Move(Verb.PROPOSE_ACCOUNT, (AccountState.PROPOSED,), AccountState.REPLACED),
        Move(Verb.APPROVE_ACCOUNT + "_OF_ANOTHER", (AccountState.APPROVED,), AccountState.REPLACED),
    ],
)


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    def visible_to(self, user: Any) -> "BankAccountQuerySet":
        return self.filter(user.scope().rows("household__township"))

    def with_number(self, number: str) -> "BankAccountQuerySet":
        """The families' own accounts in use or proposed under this number; an heir may receive for several dead."""
        index = blind_index(number, column=ACCOUNT_NUMBER)
        live = self.filter(number_index=index, state__in=[AccountState.PROPOSED, AccountState.APPROVED])
        return live.exclude(payee_kind=PayeeKind.HEIR)


class BankAccount(models.Model):
    """A household's payee account (or that of one person in it), sealed, approved by a second person.

    An heir's receives what was owed to a family in which nobody is left, up to the month of its last death
    (``owed_through``). The holder is then a person on file without being a member of that household.
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="accounts")
    holder = models.ForeignKey(Person, verbose_name="户名", on_delete=models.PROTECT, related_name="accounts_held")
    payee_kind = models.CharField("收款人", max_length=10, choices=PayeeKind.choices)
    guardian_ground = models.CharField("监护依据", max_length=200, blank=True)
    heir_of = models.ForeignKey(
        Person, verbose_name="已故人员", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    heir_relation = models.CharField("与已故人员关系", max_length=8, choices=HeirRelation.choices, blank=True)
    heir_proof = models.CharField("关系凭据", max_length=8, choices=HeirProof.choices, blank=True)
    heir_ground = models.CharField("代领说明", max_length=200, blank=True)
    owed_through = models.DateField("只领到", null=True)
    bank_name = models.CharField("开户行", max_length=80)
    number_sealed = models.BinaryField()
    number_index = models.BinaryField(db_index=True)
    number_mask = models.CharField("账号", max_length=30)
    state = models.CharField("状态", max_length=10, choices=AccountState.choices, default=AccountState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_on = models.DateField("核准日期", null=True)

    seen_through = ("household",)
    history = history()
    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = "收款账户"
        triggers = (*kept(), ACCOUNT_MOVES.guard(), heirs_only_of_the_dead())
        constraints = (
            models.UniqueConstraint(
                name="one_account_in_use", fields=["household"], condition=Q(state=AccountState.APPROVED)
            ),
            models.UniqueConstraint(
                name="one_account_proposed", fields=["household"], condition=Q(state=AccountState.PROPOSED)
            ),
            models.UniqueConstraint(
                name="account_in_use_by_one_family",
                fields=["number_index"],
                condition=Q(state=AccountState.APPROVED) & ~Q(payee_kind=PayeeKind.HEIR),
                violation_error_message=SHARED,
            ),
            models.UniqueConstraint(
                name="account_proposed_by_one_family",
                fields=["number_index"],
                condition=Q(state=AccountState.PROPOSED) & ~Q(payee_kind=PayeeKind.HEIR),
                violation_error_message=SHARED,
            ),
            models.CheckConstraint(
                name="account_approved_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="收款账户须由另一位同事核准。",
            ),
            models.CheckConstraint(
                name="account_in_use_was_approved",
                condition=~Q(state=AccountState.APPROVED) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="guardian_has_a_ground", condition=~Q(payee_kind=PayeeKind.GUARDIAN) | ~Q(guardian_ground="")
            ),
            models.CheckConstraint(
                name="heir_is_fully_known",
                condition=Q(payee_kind=PayeeKind.HEIR, heir_of__isnull=False, owed_through__day=1)
                & ~Q(holder=F("heir_of"))
                & ~Q(heir_relation="")
                & ~Q(heir_proof="")
                & ~Q(heir_ground="")
                | ~Q(payee_kind=PayeeKind.HEIR)
                & Q(heir_of=None, owed_through=None, heir_relation="", heir_proof="", heir_ground=""),
            ),
        )
        indexes = (models.Index(name="accounts_of_heirs", fields=["heir_of"], condition=~Q(heir_of=None)),)

    def __str__(self) -> str:
        return f"{self.holder} {self.number_mask}"

    def get_absolute_url(self) -> str:
        return self.household.get_absolute_url()

    @property
    def township(self) -> Any:
        return self.household.township

    def set_number(self, number: str) -> None:
        self.number_sealed = seal(number, row=self.uuid, table="bankaccount", column="number")
        self.number_index = blind_index(number, column=ACCOUNT_NUMBER)
        self.number_mask = f"**** {number[-4:]}"

    def full_number(self) -> str:
        """The number in clear; for the sealed bank file, or after a REVEAL."""
        return unseal(self.number_sealed, row=self.uuid, table="bankaccount", column="number")

    def full_id_number(self) -> str:
        """The holder's: an heir is found by no household of their own."""
        return self.holder.full_id_number()
