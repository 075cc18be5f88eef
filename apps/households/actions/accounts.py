"""Payee accounts: proposed by one person, approved by another."""

from datetime import date

from django.db import IntegrityError, transaction

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.households.facts import last_of
from apps.households.family import AccountEntry
from apps.households.models import AccountState, BankAccount, Household, PayeeKind, Person
from apps.households.models.account import ACCOUNT_MOVES, SHARED


def propose_account(
    household: Household, *, entry: AccountEntry, holder: Person, acting_user: User, on: date
) -> BankAccount:
    """Propose the account that shall be paid from now on; an earlier proposal not yet decided gives way.

    Refused("account_shared") when the number is in use or proposed for another family.
    """
    require(acting_user, Verb.PROPOSE_ACCOUNT, on=on, area=household.township)
    with act(Verb.PROPOSE_ACCOUNT, acting_user=acting_user, on=on, subject=household):
        Household.objects.select_for_update().get(pk=household.pk)
        if BankAccount.objects.with_number(entry.number).exclude(household=household).exists():
            raise Refused("account_shared", SHARED, field="number")
        account = BankAccount(
            household=household,
            holder=holder,
            payee_kind=entry.payee_kind,
            guardian_ground=entry.guardian_ground,
            bank_name=entry.bank_name,
            proposed_by=acting_user,
            proposed_on=on,
        )
        account.set_number(entry.number)
        put_forward(account)
        return account


def put_forward(account: BankAccount) -> None:
    """Save a proposal in place of an earlier one; part of an act that holds the family's file."""
    account.household.accounts.filter(state=AccountState.PROPOSED).update(state=AccountState.REPLACED)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        # Another desk was faster with the same number.
        if "account_proposed_by_one_family" in str(error):
            raise Refused("account_shared", SHARED, field="number") from error
        raise


def approve_account(account: BankAccount, *, acting_user: User, on: date) -> BankAccount:
    """Approve a proposed account: it pays from the next batch on, and the one in use gives way.

    Refused("own_work") for the person who proposed it, ("somebody_left") for an heir's when the family has somebody.
    """
    return _decide(account, Verb.APPROVE_ACCOUNT, acting_user=acting_user, on=on, reason="")


def reject_account(account: BankAccount, *, acting_user: User, on: date, reason: str) -> BankAccount:
    """Send a proposed account back; the one in use stays."""
    reason = said(reason, field="reason", ask="请写明退回的理由。")
    return _decide(account, Verb.REJECT_ACCOUNT, acting_user=acting_user, on=on, reason=reason)


def refuse_unless_due(account: BankAccount) -> None:
    """Refused("somebody_left") for an heir's account when the family has somebody of its own again."""
    if account.payee_kind == PayeeKind.HEIR and last_of(account.household) is None:
        raise Refused("somebody_left", "家里现在有人了，不能再由遗属代领；请退回，改为更换收款账户。")


def _decide(account: BankAccount, verb: Verb, *, acting_user: User, on: date, reason: str) -> BankAccount:
    require(acting_user, verb, on=on, area=account.household.township)
    different_person(acting_user, account.proposed_by_id, what="收款账户核准")
    with act(verb, acting_user=acting_user, on=on, subject=account, reason=reason):
        Household.objects.select_for_update().get(pk=account.household_id)
        account = BankAccount.objects.select_for_update(of=("self",)).select_related("household").get(pk=account.pk)
        target = ACCOUNT_MOVES.target(verb, account.state)
        if verb == Verb.APPROVE_ACCOUNT:
            refuse_unless_due(account)
            account.household.accounts.filter(state=AccountState.APPROVED).update(state=AccountState.REPLACED)
        account.state = target
        account.decided_by, account.decided_on = acting_user, on
        account.save()
        return account
