"""What must hold for every family, not only for those somebody thought of."""

import datetime as dt
import json
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.core.month import Month
from apps.eligibility.actions import digest
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.due import FOR_EVER, amount_due, same_through
from apps.eligibility.policy.enums import (
    AreaKind,
    AssetKind,
    Category,
    DeductionKind,
    DisabilityCategory,
    ExpenseKind,
    IncomeKind,
    MemberStatus,
    ObligorStatus,
    OtherAssetKind,
    PartKind,
    Relation,
    Scheme,
    Student,
    Support,
)
from apps.eligibility.policy.facts import (
    AwardFacts,
    CaseFacts,
    Current,
    Deduction,
    Disability,
    EarlierPhaseOut,
    Expense,
    FinancialAsset,
    Income,
    Member,
    Obligor,
    OtherAsset,
    Part,
)
from apps.eligibility.policy.facts_json import award_from_json, award_to_json, facts_from_json, facts_to_json
from apps.eligibility.policy.standards import SUPPLEMENTS, Law
from apps.eligibility.policy.timeline import timeline

LAW = Law.shipped()
# A busy machine is no finding.
office = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
DAYS = st.dates(dt.date(2021, 11, 1), dt.date(2025, 6, 30))
BIRTHS = st.dates(dt.date(1935, 1, 1), dt.date(2021, 10, 31)) | st.sampled_from(
    [dt.date(1952, 2, 29), dt.date(1954, 1, 1), dt.date(2004, 2, 29), dt.date(2005, 12, 31), dt.date(2006, 4, 30)]
)
# Totals around the thresholds of one to four people meet the boundaries that a wide range would miss.
INCOMES = st.integers(0, 6_000_000) | st.sampled_from(
    [
        level * people + fen
        for level in (492_000, 660_000, 984_000, 1_320_000)
        for people in (1, 2, 3)
        for fen in (-1, 0, 1)
    ]
)
DISABILITIES = st.none() | st.builds(Disability, st.sampled_from(DisabilityCategory), st.integers(1, 4))
OBLIGORS = st.builds(
    Obligor,
    birth_date=st.none() | BIRTHS,
    tekun=st.none() | st.booleans(),
    dibao=st.none() | st.booleans(),
    disability=DISABILITIES,
    annual_income=st.none() | INCOMES,
    assets_within_limit=st.none() | st.booleans(),
    status=st.none() | st.sampled_from(ObligorStatus),
)


def _members(ref):
    return st.builds(
        Member,
        ref=st.just(ref),
        birth_date=BIRTHS,
        relation=st.just(Relation.HEAD) if ref == "A" else st.sampled_from([r for r in Relation if r != Relation.HEAD]),
        coresident=st.booleans(),
        cannot_live_independently=st.booleans(),
        full_time_student=st.none() | st.sampled_from(Student),
        disability=DISABILITIES,
        serious_illness=st.booleans(),
        status=st.none() | st.sampled_from(MemberStatus) if ref == "C" else st.none(),
        support=st.sampled_from(Support),
        self_care_failures=st.none() | st.integers(0, 6),
        was_tekun=st.booleans(),
        obligors=st.none() | st.lists(OBLIGORS, max_size=2).map(tuple),
    )


@st.composite
def families(draw, *, current=True):
    refs = "ABC"[: draw(st.integers(1, 3))]
    named = st.sampled_from(refs)
    some = {"max_size": 3}
    parts = st.builds(Part, st.sampled_from(SUPPLEMENTS), st.integers(0, 50_000), named)
    return CaseFacts(
        area=draw(st.sampled_from(AreaKind)),
        members=tuple(draw(_members(ref)) for ref in refs),
        incomes=tuple(draw(st.lists(st.builds(Income, named, st.sampled_from(IncomeKind), INCOMES), **some))),
        deductions=tuple(
            draw(st.lists(st.builds(Deduction, st.sampled_from(DeductionKind), st.integers(0, 500_000)), **some))
        ),
        expenses=tuple(draw(st.lists(st.builds(Expense, st.sampled_from(ExpenseKind), INCOMES), **some))),
        financial_assets=tuple(
            draw(
                st.lists(
                    st.builds(FinancialAsset, st.sampled_from(AssetKind), st.integers(0, 2_000_000), st.none() | named),
                    **some,
                )
            )
        ),
        other_assets=tuple(
            draw(st.lists(st.builds(OtherAsset, st.sampled_from(OtherAssetKind), st.booleans()), max_size=1))
        ),
        current=draw(
            st.none()
            | st.builds(
                Current,
                parts=st.lists(parts, max_size=2).map(lambda p: (Part(PartKind.GAP, 33_333), *p)),
                earlier_phase_out=st.none()
                | st.builds(EarlierPhaseOut, st.just(Month(2022, 6)), st.integers(0, 18), st.just(18)),
            )
        )
        if current
        else None,
    )


def _amounts(outcome):
    return sorted(
        (award.scheme, tuple(sorted(award.facts.refs)), award.monthly, award.schedule) for award in outcome.awards
    )


@office
@given(families(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_members_changes_no_amount(facts, day, random):
    assume(all(asset.member for asset in facts.financial_assets) or facts.members[0].status is None)
    shuffled = replace(facts, members=tuple(random.sample(facts.members, len(facts.members))))
    there, here = decide(facts, day, LAW), decide(shuffled, day, LAW)
    assert there.category == here.category
    assert there.per_capita == here.per_capita
    assert _amounts(there) == _amounts(here)


@office
@given(families(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_nothing(facts, day, random):
    lists = ("incomes", "deductions", "expenses", "financial_assets", "other_assets")
    shuffled = {name: tuple(random.sample(getattr(facts, name), len(getattr(facts, name)))) for name in lists}
    there, here = decide(facts, day, LAW), decide(replace(facts, **shuffled), day, LAW)
    assert replace(there, steps=()) == replace(here, steps=())


@office
@given(families(), DAYS, st.integers(1, 300_000))
def test_more_income_never_raises_an_amount_inside_a_category(facts, day, more):
    richer = replace(facts, incomes=(*facts.incomes, Income("A", IncomeKind.WAGE, more)))
    before, after = decide(facts, day, LAW), decide(richer, day, LAW)
    same_people = [a.facts.refs for a in before.awards] == [a.facts.refs for a in after.awards]
    if before.category == after.category and same_people:
        assert all(b.monthly >= a.monthly for b, a in zip(before.awards, after.awards, strict=True))


@office
@given(families(), DAYS)
def test_amounts_are_never_negative_and_one_supplement_a_person(facts, day):
    for award in decide(facts, day, LAW).awards:
        assert all(part.amount >= 0 for part in award.parts)
        supplemented = [part.member for part in award.parts if part.kind in SUPPLEMENTS]
        assert len(supplemented) == len(set(supplemented))
        assert set(supplemented) <= set(award.facts.refs)


@office
@given(families(), DAYS)
def test_nobody_is_paid_twice(facts, day):
    paid = [ref for award in decide(facts, day, LAW).awards for ref in award.facts.refs]
    assert len(paid) == len(set(paid))


@office
@given(families(), DAYS)
def test_silence_changes_no_result(facts, day):
    told = decide(facts, day, LAW)
    assert told.steps
    assert replace(told, steps=()) == decide(facts, day, LAW, explain=False)


@office
@given(families(), DAYS)
def test_facts_and_awards_survive_being_stored(facts, day):
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts
    for award in decide(facts, day, LAW).awards:
        assert award_from_json(json.loads(json.dumps(award_to_json(award.facts)))) == award.facts


@office
@given(families(), DAYS)
def test_same_facts_same_answer(facts, day):
    once = json.dumps(decide(facts, day, LAW).to_json(), ensure_ascii=False)
    assert once == json.dumps(
        decide(facts_from_json(facts_to_json(facts)), day, Law(LAW.rows)).to_json(), ensure_ascii=False
    )


@office
@given(families(), families(), st.randoms(use_true_random=False))
def test_same_facts_same_digest_and_other_facts_another(facts, other, random):
    told = facts_to_json(facts)
    names = random.sample(list(told), len(told))
    assert digest({name: told[name] for name in names}) == digest(json.loads(json.dumps(told)))
    assert (digest(told) == digest(facts_to_json(other))) == (facts == other)


@office
@given(families(), DAYS)
def test_one_thing_unknown_is_incomplete_and_nothing_is_decided(facts, day):
    for unknown in ("members", "incomes", "financial_assets", "other_assets"):
        outcome = decide(replace(facts, **{unknown: None}), day, LAW)
        assert (outcome.category, outcome.missing, outcome.awards) == (Category.INCOMPLETE, (unknown,), ())


@office
@given(st.lists(st.tuples(DAYS, families(current=False)), min_size=1, max_size=4), DAYS)
def test_a_timeline_is_its_decisions_month_by_month(decisions, end):
    """In every month, what is due is what the last decision of an earlier month granted, as amount_due has it."""
    area = decisions[0][1].area
    decisions = [(day, replace(facts, area=area)) for day, facts in decisions]
    for month, lines in timeline(decisions, Month.of(end), LAW):
        latest = max((day for day, _ in decisions if Month.of(day) < month), default=None)
        assert latest is not None
        for award, due in lines:
            assert award.decided_on == latest
            assert amount_due(award, month, LAW) == due
            assert due.total >= 0
        paid = [ref for award, _ in lines for ref in award.refs]
        assert len(paid) == len(set(paid))
        kinds = {award.scheme for award, _ in lines}
        assert not {Scheme.DIBAO_PHASE_OUT, Scheme.DIBAO_SINGLE} <= kinds


@office
@given(families(), DAYS)
def test_a_running_award_starts_as_decided_unless_the_law_or_school_changed(facts, day):
    """The first month of the month run is the decision's answer when no standard and no 18th birthday came between."""
    month = Month.of(day).next()
    assume(LAW.on(day, facts.area) == LAW.on(month.first(), facts.area))
    for award in decide(facts, day, LAW).awards:
        due = amount_due(award.facts, month, LAW)
        assert due.parts == award.parts or (award.scheme is Scheme.TEKUN and not due)


@office
@given(families(), DAYS, st.integers(0, 40))
def test_an_award_is_due_the_same_through_the_month_the_rules_name(facts, day, later):
    """While the law stays nothing but certain ages change an amount, and not before the month after the birthday."""
    for award in decide(facts, day, LAW).awards:
        month = award.facts.first_month + later
        through, due = same_through(award.facts, month, LAW), amount_due(award.facts, month, LAW)
        if through is None or not due:
            continue
        assert month <= through
        law = LAW.on(month.first(), facts.area)
        after_birthdays = {
            Month(year, p.birth_date.month) + 1 for p in award.facts.people for year in range(2021, 2125)
        }
        asked = {month + 1, through, *after_birthdays}
        alike = [one for one in asked if month <= one <= through and LAW.on(one.first(), facts.area) == law]
        assert all(amount_due(award.facts, one, LAW) == due for one in alike)


def test_the_ages_that_count_are_eighteen_seventy_and_that_of_the_elderly_disabled():
    """A child of March 2010 stays one through March 2028; nobody of the two grown-ups turns 70 before."""
    born = [dt.date(2010, 3, 9), dt.date(1975, 8, 1), dt.date(1980, 1, 31)]
    law = LAW.on(dt.date(2028, 4, 1), AreaKind.URBAN)
    people = tuple(Member(str(n), day, Relation.CHILD) for n, day in enumerate(born))
    award = AwardFacts(Scheme.DIBAO, AreaKind.URBAN, dt.date(2024, 5, 6), people)
    named = [same_through(award, month, LAW) for month in (Month(2024, 6), Month(2028, 4), Month(2100, 1))]
    assert named == [Month(2028, 3), Month(1975 + law.elderly_disabled_min_age, 8), FOR_EVER]
