"""Random histories of corrections, late changes and standards, and deaths: to the fen in any order (T22, T27)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import apply_decision, current_of
from apps.awards.models import Decision
from apps.awards.tests import factories as f
from apps.awards.tests.register import seed
from apps.core.month import Month, months
from apps.eligibility.actions import assess
from apps.eligibility.facts import family_of
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.timeline import timeline
from apps.households.actions import declare
from apps.households.models import Household, Person
from apps.payments import actions
from apps.payments.enums import RecalculationGround
from apps.payments.examination import look_through
from apps.payments.invariants import broken_invariants
from apps.payments.models import Annulment, Backdating, Difference, Instruction, Receivable, Repayment
from apps.payments.recalculation import case_of
from apps.payments.tests import course as c

pytestmark = pytest.mark.django_db
FIRST, LAST = Month(2024, 1), Month(2024, 6)
DECIDED = date(2023, 12, 20)
# Below the standard of every month for three people, or far above twice the standard: 渐退 is told in test_corrections.
INCOMES = (0, 360_000, 1_080_000, 1_320_000, 6_000_000)


@dataclass
class History:
    """A family with the days on which it should have been decided on, as is known now."""

    household: Household
    days: list[date] = field(default_factory=lambda: [DECIDED])


def begun(office: f.Office, rng: random.Random) -> History:
    """A family on 低保."""
    return History(c.granted(office, on=DECIDED, income_fen=rng.choice(INCOMES[:-1])))


def event(office: f.Office, history: History, rng: random.Random, on: date) -> None:
    """What is on file was wrong from its first day, or changed some months ago."""
    household = history.household
    in_force = household.declarations.in_force(household, on)
    correct = rng.random() < 0.5
    earliest = max(in_force.effective_on, date(2024, 1, 1))
    changed = earliest + (on - earliest) * rng.randint(0, 100) // 100 if on > earliest else on
    told = replace(f.family(family_of(in_force).members), incomes=f.family(income_fen=rng.choice(INCOMES)).incomes)
    given = {"effective_on": in_force.effective_on, "corrects": in_force} if correct else {"effective_on": changed}
    declared = declare(household, told, acting_user=office.caseworker, on=on, **given)
    current = current_of(household, on)
    assessment = assess(declared, as_of=on, current=current, acting_user=office.reviewer, on=on)
    decision = apply_decision(household, assessment=assessment, acting_user=office.reviewer, on=on)
    doing = {"declaration": declared, "acting_user": office.reviewer, "on": on}
    with act(Verb.CONFIRM, acting_user=office.reviewer, on=on, subject=household):
        if correct:
            actions.back_date_correction(decision, wrong=in_force, **doing)
        else:
            actions.back_date(decision, ground=RecalculationGround.CHANGE, reckoned_on=changed, **doing)
    history.days += [on] if correct else [changed, on]


def corrected_somewhat(office: f.Office, rng: random.Random, on: date, *, all_of_them: bool = False) -> None:
    """Some of what was found is proposed and confirmed, ground by ground."""
    look_through()
    for ground in RecalculationGround:
        if all_of_them or rng.random() < 0.5:
            rows = Difference.objects.waiting().filter(ground=ground)
            if rows.exists():
                correction = actions.propose_correction(rows, text="查明。", acting_user=office.reviewer, on=on)
                actions.confirm_correction(correction, acting_user=office.chief, on=on)


def entitled(history: History) -> int:
    """What the rules' own course of decisions pays, from the facts as they are known now: an answer of its own."""
    law, declared = law_in_force(), history.household.declarations
    decisions = [(day, case_of(declared.in_force(history.household, day), day, law)) for day in history.days]
    played = dict(timeline(decisions, LAST, law))
    return sum(due.total for month in months(FIRST, LAST) for _, due in played.get(month, ()))


def lived_through(office: f.Office, rng: random.Random, families: int) -> Iterator[History]:
    """Six months of a county; a standard comes late in the fourth."""
    histories = [begun(office, rng) for _ in range(families)]
    for month in months(FIRST, LAST):
        failing = dict.fromkeys(range(1, families, 7), "14") if rng.random() < 0.4 else {}
        c.paid(office, month.first(), failing=failing)
        for history in rng.sample(histories, families // 3):
            event(office, history, rng, month.first().replace(day=rng.randint(2, 27)))
        if month == Month(2024, 4):
            c.adopted(office, "590", start=date(2024, 2, 1), on=date(2024, 4, 28))
        corrected_somewhat(office, rng, month.last())
    corrected_somewhat(office, rng, LAST.last(), all_of_them=True)
    yield from histories


def t22(number: int, families: int) -> None:
    """Σ paid + Σ open − Σ owed back = Σ entitled, family by family."""
    print(f"seed {number}")  # noqa: T201 - so that a failure can be lived through again
    office, moved = f.office(), 0
    for history in lived_through(office, random.Random(number), families):
        arrived, owed, back = c.money_of(history.household)
        assert arrived + owed - back == entitled(history), f"seed {number}, {history.household}"
        moved += len(history.days) > 1
    assert moved > families // 2
    assert not Difference.objects.exists()
    assert broken_invariants() == []
    assert sum(c.balances().values()) == 0


@pytest.mark.parametrize("number", range(2))
def test_t22_random_histories_add_up_to_what_the_rules_entitle_to(number: int) -> None:
    t22(number, 30)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(100, 125))
def test_t22_five_thousand_histories(number: int) -> None:
    t22(number, 200)


def t27(cases: int) -> None:
    """Deaths and revoked confirmations recorded after the payment: all owed back, nothing deducted."""
    office, january = f.office(), Month(2024, 1).first()
    seed(office, cases)
    homes = list(Household.objects.order_by("pk"))
    for home in homes:
        c.with_account(office, home, on=DECIDED)
    c.paid(office, january)
    paid = sum(Instruction.objects.filter(state="PAID").values_list("amount_fen", flat=True))
    on = date(2024, 1, 20)
    dead, revoked = homes[: cases * 7 // 10], homes[cases * 7 // 10 :]
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=on):
        Person.objects.filter(pk__in=[home.head_id for home in dead]).update(died_on=date(2023, 12, 5))
    with act(Verb.REVOKE, acting_user=office.chief, on=on):
        decided = {one.household_id: one for one in Decision.objects.filter(household__in=revoked)}
        given = {"ground": RecalculationGround.REVOKED, "since": january, "until": january}
        Backdating.objects.bulk_create(
            Backdating(household=home, decision=decided[home.pk], **given) for home in revoked
        )
    assert look_through() == cases
    for ground in (RecalculationGround.DEATH, RecalculationGround.REVOKED):
        rows = Difference.objects.filter(ground=ground)
        correction = actions.propose_correction(rows, text="查明。", acting_user=office.reviewer, on=on)
        actions.confirm_correction(correction, acting_user=office.chief, on=on)
    owed_back = [row.amount_fen for row in Receivable.objects.all()]
    assert (len(owed_back), sum(owed_back)) == (cases, paid)
    assert not Annulment._default_manager.exists()
    assert not Repayment._default_manager.exists()
    assert c.balances() == {"RECEIVABLE": paid, "CASH": -paid}
    assert broken_invariants() == []


def test_t27_a_death_or_revocation_after_payment_is_always_owed_back() -> None:
    t27(1000)
