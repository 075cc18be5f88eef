"""The families' files: persons, households, members, accounts, what was declared."""

from collections.abc import Sequence

from apps.households.family import CONSENT_VERSION
from apps.households.models import (
    AccountState,
    BankAccount,
    Consent,
    Declaration,
    DeclaredMember,
    Deduction,
    FinancialAsset,
    Household,
    Income,
    Membership,
    OtherAsset,
    Person,
)
from apps.takeover.register.entry import Entry


def write_files(entries: Sequence[Entry]) -> None:
    """Write persons, households, memberships and accounts of all entries, one statement a table."""
    for entry in entries:
        entry.people = [Person.new(name=m.name, number=m.number, phone=m.phone) for m in entry.family.members]
    Person.objects.bulk_create(person for entry in entries for person in entry.people)
    for entry in entries:
        entry.household = _household(entry)
        entry.account = _account(entry)
    Household.objects.bulk_create(entry.household for entry in entries)
    Membership.objects.bulk_create(
        Membership(household=entry.household, person=person, relation=member.relation, since=entry.decided_on)
        for entry in entries
        for person, member in zip(entry.people, entry.family.members, strict=True)
    )
    accounts = BankAccount.objects.bulk_create(entry.account for entry in entries if entry.account is not None)
    # Accounts begin as proposals, whoever writes them: the table of moves allows nothing else.
    BankAccount.objects.filter(pk__in=[account.pk for account in accounts]).update(state=AccountState.APPROVED)


def _household(entry: Entry) -> Household:
    family = entry.family
    household = Household(
        head=entry.head,
        township=entry.township,
        village=family.village or entry.township,
        area_kind=family.area_kind,
        number=entry.number,
    )
    household.set_address(family.address)
    return household


def _account(entry: Entry) -> BankAccount | None:
    given = entry.family.account
    if given is None:
        return None
    on = entry.entered_on or entry.decided_on
    account = BankAccount(
        household=entry.household,
        holder=entry.people[given.holder],
        payee_kind=given.payee_kind,
        guardian_ground=given.guardian_ground,
        bank_name=given.bank_name,
        proposed_by=entry.taken_in_by,
        proposed_on=on,
        decided_by=entry.decided_by,
        decided_on=on,
    )
    account.set_number(given.number)
    return account


def write_declarations(entries: Sequence[Entry]) -> None:
    """Write what each family declared on the day of its decision."""
    for entry in entries:
        family = entry.family
        entry.declaration = Declaration(
            household=entry.household,
            effective_on=entry.decided_on,
            area_kind=family.area_kind,
            incomes_known=family.incomes is not None,
            financial_assets_known=family.financial_assets is not None,
            other_assets_known=family.other_assets is not None,
        )
    Declaration.objects.bulk_create(entry.declaration for entry in entries)
    DeclaredMember.objects.bulk_create(row for entry in entries for row in _members(entry))
    Income.objects.bulk_create(row for entry in entries for row in _incomes(entry))
    Deduction.objects.bulk_create(
        Deduction(declaration=entry.declaration, kind=d.kind, amount_fen=d.amount_fen, ground=d.ground)
        for entry in entries
        for d in entry.family.deductions
    )
    FinancialAsset.objects.bulk_create(
        FinancialAsset(
            declaration=entry.declaration,
            person=None if asset.member is None else entry.people[asset.member],
            kind=asset.kind,
            amount_fen=asset.amount_fen,
        )
        for entry in entries
        for asset in entry.family.financial_assets or ()
    )
    OtherAsset.objects.bulk_create(
        OtherAsset(declaration=entry.declaration, kind=other.kind, exempted=other.exempted, ground=other.ground)
        for entry in entries
        for other in entry.family.other_assets or ()
    )
    Consent.objects.bulk_create(
        Consent(household=entry.household, person=entry.head, text_version=CONSENT_VERSION, signed_on=entry.decided_on)
        for entry in entries
        if entry.family.consent_on is not None
    )


def _members(entry: Entry) -> list[DeclaredMember]:
    return [
        DeclaredMember(
            declaration=entry.declaration,
            person=person,
            position=position,
            relation=member.relation,
            coresident=member.coresident,
            cannot_live_independently=member.cannot_live_independently,
            student=member.student or "",
            disability_category=member.disability[0] if member.disability else "",
            disability_grade=member.disability[1] if member.disability else None,
            serious_illness=member.serious_illness,
        )
        for position, (member, person) in enumerate(zip(entry.family.members, entry.people, strict=True))
    ]


def _incomes(entry: Entry) -> list[Income]:
    return [
        Income(
            declaration=entry.declaration,
            person=entry.people[income.member],
            kind=income.kind,
            amount_fen=income.amount_fen,
            evidence=income.evidence,
        )
        for income in entry.family.incomes or ()
    ]
