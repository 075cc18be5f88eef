"""Writing down what a family declares: one whole set of facts, never edited."""

from datetime import date

from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.households.actions.family import people_of
from apps.households.family import CONSENT_VERSION, Family, MemberEntry
from apps.households.models import (
    Consent,
    Declaration,
    DeclaredMember,
    Deduction,
    Expense,
    FinancialAsset,
    Household,
    Income,
    Obligor,
    OtherAsset,
    Person,
    SelfCare,
    SelfCareTask,
)


def declare(
    household: Household,
    family: Family,
    *,
    acting_user: User,
    on: date,
    effective_on: date | None = None,
    corrects: Declaration | None = None,
) -> Declaration:
    """Write down one whole set of facts as of ``effective_on`` (today if not said); earlier sets stay as they were.

    One that ``corrects`` another takes its place from the same day on; what was known before can still be asked for.
    """
    with act(Verb.DECLARE, acting_user=acting_user, on=on, subject=household):
        people = people_of(family)
        declaration = Declaration.objects.create(
            household=household,
            effective_on=effective_on or on,
            recorded_on=on,
            corrects=corrects,
            area_kind=family.area_kind,
            incomes_known=family.incomes is not None,
            financial_assets_known=family.financial_assets is not None,
            other_assets_known=family.other_assets is not None,
        )
        _write_members(declaration, family, people)
        _write_amounts(declaration, family, people)
        _write_consents(declaration, family, people)
        return declaration


def _write_consents(declaration: Declaration, family: Family, people: list[Person]) -> None:
    signed = [(people[s.member] if s.member is not None else None, s.name, s.signed_on) for s in family.signatures]
    if family.consent_on is not None:
        signed.insert(0, (people[family.members.index(family.head)], "", family.consent_on))
    Consent.objects.bulk_create(
        Consent(
            household=declaration.household,
            declaration=declaration,
            person=person,
            signer=name,
            text_version=CONSENT_VERSION,
            signed_on=day,
        )
        for person, name, day in signed
    )


def _write_members(declaration: Declaration, family: Family, people: list[Person]) -> None:
    written = DeclaredMember.objects.bulk_create(
        DeclaredMember(
            declaration=declaration,
            person=person,
            position=position,
            relation=entry.relation,
            coresident=entry.coresident,
            cannot_live_independently=entry.cannot_live_independently,
            student=entry.student or "",
            disability_category=entry.disability[0] if entry.disability else "",
            disability_grade=entry.disability[1] if entry.disability else None,
            serious_illness=entry.serious_illness,
            status=entry.status or "",
            support=entry.support or "",
            was_tekun=entry.was_tekun,
            obligors_known=entry.obligors is not None,
        )
        for position, (entry, person) in enumerate(zip(family.members, people, strict=True))
    )
    for entry, member in zip(family.members, written, strict=True):
        _write_supporters(member, entry)


def _write_supporters(member: DeclaredMember, entry: MemberEntry) -> None:
    if entry.obligors:
        Obligor.objects.bulk_create(
            Obligor(
                member=member,
                position=position,
                name=o.name,
                relation=o.relation,
                birth_date=o.birth_date,
                tekun=o.tekun,
                dibao=o.dibao,
                disability_category=o.disability[0] if o.disability else "",
                disability_grade=o.disability[1] if o.disability else None,
                annual_income_fen=o.annual_income_fen,
                assets_within_limit=o.assets_within_limit,
                status=o.status or "",
            )
            for position, o in enumerate(entry.obligors)
        )
    if care := entry.self_care:
        able = {task.value: task not in care.unable for task in SelfCareTask}
        SelfCare.objects.create(member=member, assessed_on=care.assessed_on, assessed_by=care.assessed_by, **able)


def _write_amounts(declaration: Declaration, family: Family, people: list[Person]) -> None:
    Income.objects.bulk_create(
        Income(
            declaration=declaration, person=people[i.member], kind=i.kind, amount_fen=i.amount_fen, evidence=i.evidence
        )
        for i in family.incomes or ()
    )
    Deduction.objects.bulk_create(
        Deduction(declaration=declaration, kind=d.kind, amount_fen=d.amount_fen, ground=d.ground)
        for d in family.deductions
    )
    Expense.objects.bulk_create(
        Expense(declaration=declaration, kind=e.kind, amount_fen=e.amount_fen, evidence=e.evidence)
        for e in family.expenses
    )
    FinancialAsset.objects.bulk_create(
        FinancialAsset(
            declaration=declaration,
            person=None if a.member is None else people[a.member],
            kind=a.kind,
            amount_fen=a.amount_fen,
        )
        for a in family.financial_assets or ()
    )
    OtherAsset.objects.bulk_create(
        OtherAsset(declaration=declaration, kind=a.kind, exempted=a.exempted, ground=a.ground)
        for a in family.other_assets or ()
    )
