"""What waits for a better account: payments a bank refused, and what was therefore not sent at all."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.core.month import Month
from apps.households.models import AccountState, BankAccount
from apps.payments.enums import FAILED
from apps.payments.facts import refusals
from apps.payments.models import Entitlement, Instruction


@dataclass(frozen=True)
class Accounts:
    """A family's account in use, the one proposed, and the last payment a bank refused to the one in use."""

    used: BankAccount | None = None
    proposed: BankAccount | None = None
    refusal: Instruction | None = None

    @property
    def good(self) -> bool:
        """Whether money may be sent."""
        return self.used is not None and self.refusal is None

    @property
    def wanted(self) -> str:
        """What the township has to do about it."""
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
        return self.accounts.good

    @property
    def hint(self) -> str:
        """What has to be done next."""
        if self.ready:
            if self.changed:
                return "账户已更正，可重新发放"
            bank = self.instruction.bank_side
            return "银行方面的原因，可按原账户重新发放" if bank else "此后同一账户已到账，可重新发放"
        if self.proposed is not None:
            return "新账户待核准"
        if self.account is None or self.account.pk == self.instruction.account_id or self.changed:
            return self.accounts.wanted
        return "在用账户与失败时的账号、户名相同，请更正"


@dataclass(frozen=True)
class Waiting:
    """Something owed that was not sent: the family has no account, or one that a bank refused."""

    entitlement: Entitlement
    accounts: Accounts

    @property
    def reason(self) -> str:
        """Why it was left out."""
        return self.accounts.reason or "没有核准的收款账户"

    @property
    def hint(self) -> str:
        """What has to be done next."""
        if self.accounts.good:
            return "可以补编"
        return "新账户待核准" if self.accounts.proposed else self.accounts.wanted


def accounts_of(households: Iterable[int]) -> dict[int, Accounts]:
    """The accounts of these households, by household; none left out."""
    wanted = set(households)
    states = [AccountState.APPROVED, AccountState.PROPOSED]
    known = BankAccount.objects.filter(household__in=wanted, state__in=states).select_related("holder")
    found = {(a.household_id, a.state): a for a in known}
    told = refusals().filter(entitlement__household__in=wanted).select_related("entitlement")
    last = {one.entitlement.household_id: one for one in told.order_by("settled_on", "pk")}
    return {
        pk: Accounts(found.get((pk, AccountState.APPROVED)), found.get((pk, AccountState.PROPOSED)), last.get(pk))
        for pk in wanted
    }


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
