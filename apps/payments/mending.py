"""What waits for a better account: payments a bank refused, and what was therefore not sent at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from apps.core.month import Month
from apps.households.models import AccountState, BankAccount, Household, PayeeKind
from apps.payments.enums import FAILED
from apps.payments.facts import refusals
from apps.payments.models import Entitlement, Instruction


@dataclass(frozen=True)
class Accounts:
    """A family's account in use, the one proposed, and the last payment a bank refused to the one in use."""

    used: BankAccount | None = None
    proposed: BankAccount | None = None
    refusal: Instruction | None = None
    died_out: bool = False

    def pays(self, month: date) -> bool:
        """Whether money of that month may be sent: to heirs none of the months after the death."""
        return self.used is not None and self.refusal is None and not self.too_late(month)

    def too_late(self, month: date) -> bool:
        """Whether the account is an heir's, who receives nothing for that month."""
        return self.used is not None and self.used.owed_through is not None and month > self.used.owed_through

    @property
    def wants_heir(self) -> bool:
        """Whether nobody of the family is left, and no heir receives for it or is proposed."""
        known = (one for one in (self.used, self.proposed) if one is not None)
        return self.died_out and all(one.payee_kind != PayeeKind.HEIR for one in known)

    def wanted(self, month: date) -> str:
        """What the township has to do about what is owed for a month."""
        if self.too_late(month):
            return "死亡次月起不再发放，请先办理重算"
        if self.wants_heir:
            return "收款人已去世，家中已无人，请乡镇（街道）登记遗属代领"
        if self.used is not None and self.used.holder.died_on is not None:
            return "收款人已去世，请乡镇（街道）更换收款人"
        return "请乡镇（街道）更正收款账户"

    @property
    def reason(self) -> str:
        """What the bank said against the account in use; empty when nothing."""
        if self.refusal is None:
            return ""
        month = Month.of(self.refusal.entitlement.month).label()
        return f"{month}发放时银行退回：{self.refusal.failure_code} {self.refusal.failure_text}"


@dataclass(frozen=True)
class FailedPayment:
    """Something owed that a bank refused or sent back: the last failed attempt, and the accounts of now."""

    instruction: Instruction
    accounts: Accounts

    @property
    def account(self) -> BankAccount | None:
        """The account in use now."""
        return self.accounts.used

    @property
    def proposed(self) -> BankAccount | None:
        """The account that waits for approval."""
        return self.accounts.proposed

    @property
    def changed(self) -> bool:
        """Whether another person has approved another account (number or name) since the attempt."""
        if self.account is None or self.account.pk == self.instruction.account_id:
            return False
        now = bytes(self.account.number_index), self.account.holder.name
        return now != (bytes(self.instruction.account.number_index), self.instruction.payee_name)

    @property
    def ready(self) -> bool:
        """Whether it may be sent again: a corrected account, or the same one when that was not the reason."""
        return self.accounts.pays(self.month)

    @property
    def month(self) -> date:
        """What it is owed for."""
        return self.instruction.entitlement.month

    @property
    def wants_account(self) -> bool:
        """Whether the township has to propose one: not while one waits, nor where no account would do."""
        return not self.ready and self.proposed is None and not self.accounts.too_late(self.month)

    @property
    def hint(self) -> str:
        """What has to be done next."""
        if self.ready:
            if self.changed:
                return "账户已更正，可重新发放"
            bank = self.instruction.bank_side
            return "银行方面的原因，可按原账户重新发放" if bank else "此后同一账户已到账，可重新发放"
        if self.proposed is not None and not self.accounts.too_late(self.month):
            return "新账户待核准"
        if self.account is None or self.account.pk == self.instruction.account_id or self.changed:
            return self.accounts.wanted(self.month)
        return "在用账户与失败时的账号、户名相同，请更正"


@dataclass(frozen=True)
class Waiting:
    """Something owed that was not sent: the family has no account, or one that a bank refused."""

    entitlement: Entitlement
    accounts: Accounts

    @property
    def reason(self) -> str:
        """Why it was left out."""
        if self.accounts.too_late(self.entitlement.month):
            return "死亡以后的月份，遗属不能领"
        return self.accounts.reason or "没有核准的收款账户"

    @property
    def hint(self) -> str:
        """What has to be done next."""
        month = self.entitlement.month
        if self.accounts.pays(month):
            return "可以补编"
        waits = self.accounts.proposed and not self.accounts.too_late(month)
        return "新账户待核准" if waits else self.accounts.wanted(month)


def accounts_of(households: Iterable[int]) -> dict[int, Accounts]:
    """The accounts of these households, by household; none left out."""
    wanted = set(households)
    states = [AccountState.APPROVED, AccountState.PROPOSED]
    known = BankAccount.objects.filter(household__in=wanted, state__in=states).select_related("holder")
    found = {(a.household_id, a.state): a for a in known}
    told = refusals().filter(entitlement__household__in=wanted).select_related("entitlement")
    last = {one.entitlement.household_id: one for one in told.order_by("settled_on", "pk")}
    over = set(Household.objects.died_out().filter(pk__in=wanted).values_list("pk", flat=True))
    used, proposed = ({pk: found.get((pk, state)) for pk in wanted} for state in states)
    return {pk: Accounts(used[pk], proposed[pk], last.get(pk), pk in over) for pk in wanted}


def failed_payments(entitlements: Iterable[Entitlement]) -> list[FailedPayment]:
    """The failed payments behind these entitlements, each with the accounts of now."""
    tries = Instruction.objects.filter(entitlement__in=entitlements, state__in=FAILED)
    tries = tries.order_by("entitlement", "-attempt_no").distinct("entitlement")
    last = list(tries.select_related("entitlement__household__head", "township", "account", "batch"))
    accounts = accounts_of(one.entitlement.household_id for one in last)
    return [FailedPayment(one, accounts[one.entitlement.household_id]) for one in last]


def waiting(entitlements: Iterable[Entitlement]) -> list[Waiting]:
    """Why these were not sent, in their order."""
    rows = list(entitlements)
    accounts = accounts_of(row.household_id for row in rows)
    return [Waiting(row, accounts[row.household_id]) for row in rows]
