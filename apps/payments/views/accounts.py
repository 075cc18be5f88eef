"""The pages of a payee account, with what the bank said against the one in use."""

from apps.households import views
from apps.households.models import Household
from apps.payments.mending import accounts_of


class _WithTheBanksWord:
    """Adds the bank's reason to what the page says."""

    household: Household

    @property
    def consequences(self) -> list[str]:
        """As the family's file tells it, with the last refusal in front."""
        accounts = accounts_of([self.household.pk])[self.household.pk]
        told = [f"现用账户 {accounts.used.number_mask}：{accounts.reason}"] if accounts.used and accounts.reason else []
        return [*told, *super().consequences]  # type: ignore[misc]


class AccountNew(_WithTheBanksWord, views.AccountNew):
    """Propose another payee account."""

    @property
    def household(self) -> Household:  # type: ignore[override]
        """The family."""
        return self.subject


class _Decision(_WithTheBanksWord):
    @property
    def household(self) -> Household:  # type: ignore[override]
        """The family whose account is proposed."""
        return self.subject.household  # type: ignore[attr-defined,no-any-return]


class AccountApprove(_Decision, views.AccountApprove):
    """Approve a proposed account."""


class AccountReject(_Decision, views.AccountReject):
    """Send a proposed account back."""
