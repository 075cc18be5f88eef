"""What the old register pays a family, in the terms of the rules; and what the rules would have been asked.

The rules are asked about every family too: their answer is kept with the decision, and where it is another one than
the register's, a person has to accept the difference before anything is written.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from apps.core.money import Fen, plain_yuan
from apps.core.month import Month
from apps.eligibility.facts import request_of
from apps.eligibility.policy.enums import Scheme
from apps.eligibility.policy.facts import AwardFacts, CaseFacts, Member, Part
from apps.eligibility.policy.household import counted_members
from apps.eligibility.policy.income import household_income, is_counted_income
from apps.takeover.register.entry import Entry, Grant


def request_for(entry: Entry) -> dict[str, Any]:
    """The question to the rules: the family on the day of its decision, with what the old register found."""
    phase_out = next((grant for grant in entry.grants if grant.scheme is Scheme.DIBAO_PHASE_OUT), None)
    current = None if phase_out is None else _current(entry, phase_out)
    request = request_of(entry.family, as_of=entry.decided_on, current=current)
    for grant in entry.grants:
        if grant.scheme is Scheme.TEKUN and grant.member is not None:
            request["members"][grant.member].update(_found_tekun(grant))
    return request


def _found_tekun(grant: Grant) -> dict[str, Any]:
    # Who is on 特困 was found to have nobody able to support them; the old register keeps the finding, not its grounds.
    found: dict[str, Any] = {"obligors": [], "support": grant.support.value, "was_tekun": True}
    if grant.self_care_failures is not None:
        found["self_care_failures"] = grant.self_care_failures
    return found


def _current(entry: Entry, grant: Grant) -> dict[str, Any]:
    """What the family received for the month of its decision: before 渐退, or already within it."""
    names = entry.family.names()
    parts = [
        {
            "kind": part.kind.value,
            "amount": plain_yuan(part.amount_fen),
            **({} if part.member is None else {"member": names[part.member]}),
        }
        for part in grant.base
    ]
    shape: dict[str, Any] = {"scheme": Scheme.DIBAO.value, "parts": parts}
    started = grant.phase_out_from
    if started is not None and started < Month.of(entry.decided_on).next():
        shape |= {"phase_out_from": str(started), "phase_out_months": grant.phase_out_months}
    return shape


def terms_of(entry: Entry, facts: CaseFacts) -> list[AwardFacts]:
    """The awards the old register pays, as the month run reads them; persons are called as the request calls them."""
    names = entry.family.names()
    members = {member.ref: member for member in facts.members or ()}
    alone = {names[grant.member] for grant in entry.grants if grant.scheme is Scheme.TEKUN and grant.member is not None}
    people = tuple(_of_household(counted_members(facts.members or (), entry.decided_on), without=alone))
    return [_terms(grant, facts, people, members, names) for grant in entry.grants]


def _of_household(counted: tuple[Member, ...], *, without: set[str]) -> Iterator[Member]:
    return (replace(one, obligors=None, was_tekun=False) for one in counted if one.ref not in without)


def _terms(
    grant: Grant, facts: CaseFacts, people: tuple[Member, ...], members: dict[str, Member], names: list[str]
) -> AwardFacts:
    award = AwardFacts(grant.scheme, facts.area, grant.decided_on, people, _income(people, facts))
    if grant.member is not None:
        tekun = grant.scheme is Scheme.TEKUN
        person = replace(members[names[grant.member]], obligors=None, was_tekun=tekun)
        return replace(award, people=(person,), income=0 if tekun else award.income)
    if grant.scheme is Scheme.DIBAO_PHASE_OUT:
        return replace(
            award,
            base=tuple(
                Part(part.kind, part.amount_fen, None if part.member is None else names[part.member])
                for part in grant.base
            ),
            phase_out_from=grant.phase_out_from,
            phase_out_months=grant.phase_out_months,
        )
    return award


def _income(people: tuple[Member, ...], facts: CaseFacts) -> Fen:
    refs = {person.ref for person in people}
    counted = sum(i.amount for i in facts.incomes or () if i.member in refs and is_counted_income(i))
    return household_income(counted, sum(deduction.amount for deduction in facts.deductions))
