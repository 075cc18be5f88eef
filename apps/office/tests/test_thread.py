"""From an intake form to money in the bank and back, and on into 渐退: the office's work by its own acts."""

from datetime import date
from typing import Any

import pytest

from apps.applications import actions as cases
from apps.applications.models import Application, Kind
from apps.applications.tests.factories import appraised, checked
from apps.applications.transitions import State
from apps.applications.views.answer import seen
from apps.awards.actions import calculate_chunk, confirm_month, finish_if_complete, open_month
from apps.awards.models import MonthRun
from apps.awards.tests.factories import Office, number_of, office
from apps.eligibility.facts import family_of
from apps.eligibility.policy.enums import AreaKind, DisabilityCategory, IncomeKind, Relation
from apps.households.actions import approve_account, propose_account
from apps.households.family import AccountEntry, Family, IncomeEntry, MemberEntry
from apps.households.idnumber import read
from apps.households.models import PayeeKind
from apps.payments import actions as money
from apps.payments.enums import BatchState, InstructionState
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Instruction
from apps.payments.simulator import reply
from apps.payments.tests.office import MONEY, all_cleared, declared, funded

pytestmark = pytest.mark.django_db

INTAKE = date(2024, 5, 20)
POSTED = date(2024, 5, 21)
CONFIRMED = date(2024, 5, 29)
PAY_DAY = date(2024, 6, 3)


def member(name: str, born: date, relation: Relation, **facts: Any) -> MemberEntry:
    number = read(number_of(born), on=INTAKE)
    return MemberEntry(name=name, birth_date=born, relation=relation, number=number, **facts)


def the_zhaos(yearly_wage_fen: int) -> Family:
    """Three people in a town: a wage earner, a child of twelve, a wife with a grade 2 physical disability."""
    return Family(
        area_kind=AreaKind.URBAN,
        members=(
            member("赵甲", date(1985, 1, 1), Relation.HEAD),
            member("赵乙", date(2012, 5, 1), Relation.CHILD),
            member("钱丙", date(1986, 1, 1), Relation.SPOUSE, disability=(DisabilityCategory.PHYSICAL, 2)),
        ),
        address="和平街 1 号",
        incomes=(IncomeEntry(0, IncomeKind.WAGE, yearly_wage_fen, "工资流水"),),
        financial_assets=(),
        other_assets=(),
        account=AccountEntry(PayeeKind.HEAD, 0, "蛟河农商银行", "6222020000000000012"),
        consent_on=INTAKE,
        near_relative_of="",
    )


def taken_in(people: Office, family: Family) -> Application:
    case = cases.open_application(people.town, acting_user=people.caseworker, on=INTAKE)
    village = people.town
    family = Family(**{**family.__dict__, "village": village})
    return cases.submit(case, family=family, acting_user=people.caseworker, on=INTAKE)


def decided(people: Office, case: Application, posted: date, confirmed: date) -> Application:
    """Accepted, investigated by two, proposed by another, seven days on the wall, confirmed by the bureau."""
    case = cases.accept(case, acting_user=people.caseworker, on=posted)
    case = checked(case, acting_user=people.caseworker, on=posted)
    case = cases.investigate(
        case,
        visited_on=posted,
        second_investigator="村协理员",
        family_member_present="赵甲",
        agrees=True,
        findings="情况与申报一致。",
        signed=True,
        acting_user=people.caseworker,
        on=posted,
    )
    case = appraised(case, acting_user=people.caseworker, on=posted)
    case = cases.propose(case, agrees=True, text="拟同意。", acting_user=people.leader, on=posted)
    case = cases.post_notice(case, place="公示栏", acting_user=people.caseworker, on=posted)
    return cases.confirm(case, seen=seen(case, confirmed), acting_user=people.reviewer, on=confirmed)


def month_paid_out(people: Office, month: date, on: date) -> Batch:
    """Run, confirmation, batch, two signatures, bank file handed over."""
    run = open_month(month, acting_user=people.maker, on=on)
    for chunk in run.chunks.all():
        calculate_chunk(chunk.pk, acting_user=people.maker, on=on)
    finish_if_complete(run.pk, acting_user=people.maker, on=on)
    run = confirm_month(MonthRun.objects.get(pk=run.pk), acting_user=people.checker, on=on)
    return handed_over(people, money.draw_up(run, acting_user=people.maker, on=on), on)


def handed_over(people: Office, batch: Batch | None, on: date) -> Batch:
    """Frozen, approved, released, downloaded, carried to the bank: three people."""
    assert batch is not None
    batch = money.freeze(batch, **declared(batch), acting_user=people.maker, on=on)
    funded(people, MONEY, document=f"指标{batch.number}", on=on)
    batch = all_cleared(batch, people.checker, people.chief, on)
    batch = money.approve(batch, content_sha256=batch.content_sha256, acting_user=people.checker, on=on)
    batch = money.release(batch, acting_user=people.chief, on=on)
    money.download(batch, reason="送交银行代发", acting_user=people.maker, on=on)
    return money.submit(batch, acting_user=people.maker, on=on)


def bank_answers(people: Office, batch: Batch, on: date, **failing: Any) -> Batch:
    content = reply(batch.bank_file.content(), on=on, failing=failing.get("failing", {}))
    file = money.import_return(batch, content=content, acting_user=people.maker, on=on)
    assert file.errors == []
    return Batch.objects.get(pk=batch.pk)


@pytest.fixture
def people() -> Office:
    return office()


def test_a_family_is_taken_in_paid_fails_once_is_paid_again_and_goes_into_phase_out(people: Office) -> None:
    case = decided(people, taken_in(people, the_zhaos(10_800_00)), POSTED, CONFIRMED)
    # 标准 560：差额 560×3 − 10800/12 = 780；未成年 280；重残 336 → 1396.00
    assert case.state == State.CONFIRMED
    household = case.household
    assert household is not None

    batch = month_paid_out(people, date(2024, 6, 1), PAY_DAY)
    assert (batch.expected_count, batch.expected_total_fen) == (1, 1396_00)
    batch = bank_answers(people, batch, PAY_DAY, failing={1: "14"})
    failed = Instruction.objects.get(batch=batch)
    assert failed.state == InstructionState.REJECTED

    entry = AccountEntry(PayeeKind.HEAD, 0, "蛟河农商银行", "6222020000000000020")
    account = propose_account(household, entry=entry, holder=household.head, acting_user=people.caseworker, on=PAY_DAY)
    approve_account(account, acting_user=people.leader, on=PAY_DAY)
    again = money.reissue([failed.entitlement], acting_user=people.maker, on=PAY_DAY)
    again = bank_answers(people, handed_over(people, again, PAY_DAY), PAY_DAY)
    assert Instruction.objects.get(batch=again).state == InstructionState.PAID
    for done in (batch, again):
        assert money.close(done, acting_user=people.checker, on=PAY_DAY).state == BatchState.CLOSED
    assert broken_invariants() == []

    review = cases.start_review(household, sections={}, acting_user=people.caseworker, on=date(2024, 6, 4))
    assert review.kind == Kind.REVIEW
    on_file = family_of(case.declaration)
    richer = Family(
        **{**on_file.__dict__, "incomes": (IncomeEntry(0, IncomeKind.WAGE, 27_000_00, "新工资"),)}
        | {"keeps_account": True, "near_relative_of": "", "consent_on": date(2024, 6, 4)}
    )
    review = cases.submit(review, family=richer, acting_user=people.caseworker, on=date(2024, 6, 4))
    decided(people, review, date(2024, 6, 5), date(2024, 6, 14))

    # 27000 ≥ 560×12×3 = 20160，低于两倍：渐退，1396 × 75 % = 1047.00
    batch = month_paid_out(people, date(2024, 7, 1), date(2024, 7, 2))
    assert batch.expected_total_fen == 1047_00
