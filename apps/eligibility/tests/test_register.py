"""Provisions, functions and golden cases hold together, whichever of the three one starts from."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from apps.core.month import Month
from apps.eligibility.contract import answer_assessment
from apps.eligibility.policy.clause import PROVISIONS, listening
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.facts_json import facts_from_json
from apps.eligibility.policy.price import Rises, price_subsidy
from apps.eligibility.policy.standards import Law, shipped_parameters
from apps.eligibility.policy.timeline import timeline
from apps.eligibility.provisions import Provision, function_of, provisions, register
from apps.eligibility.tests.test_golden_cases import HERE, _read, cases, month_cases, request_of

REGISTERED = list(provisions())
MAY = dt.date(2024, 5, 20)
EACH = pytest.mark.parametrize(("item", "provision"), REGISTERED, ids=[p.number for _, p in REGISTERED])


def test_all_items_of_the_county_s_document_are_there_in_order():
    county = register()[0]
    assert [item.citation for item in county.items] == [f"§{number}" for number in range(1, 26)]
    assert all(document.source and document.title for document in register())


def test_numbers_are_unique_and_follow_their_item():
    numbers = [provision.number for _, provision in REGISTERED]
    assert len(numbers) == len(set(numbers))
    for document in register():
        for item in document.items:
            expected = [f"{item.citation}-{number}" for number in range(1, len(item.provisions) + 1)]
            assert [provision.number for provision in item.provisions] == expected


@EACH
def test_a_provision_has_one_plain_sentence_and_a_function_or_a_reason(item, provision):
    assert provision.says.endswith("。")
    assert provision.says.count("。") == 1
    assert bool(provision.code) != bool(provision.reason)
    assert not provision.reason or provision.reason.endswith("。")


@EACH
def test_a_registered_function_exists_and_says_what_it_does(item, provision):
    if provision.code:
        assert (function_of(provision.code).__doc__ or "").strip()
        assert provision.place.line > 0
        if provision.clause:
            assert provision.clause.clause == item.citation, "the explanation cites the item the register puts it under"


def test_functions_named_besides_exist_and_are_no_second_registration_of_a_clause():
    besides = [(provision, code) for _, provision in REGISTERED for code in provision.also]
    assert all((function_of(code).__doc__ or "").strip() for _, code in besides)
    assert all(code != provision.code for provision, code in besides)
    assert all(len(provision.places) == len(provision.also) + bool(provision.code) for _, provision in REGISTERED)


def test_named_parameters_are_there_with_their_values():
    law, day = Law.shipped(), MAY
    for _, provision in REGISTERED:
        assert all(provision.figures(law, day) for _ in provision.named), provision.number
        assert not provision.reading or provision.reading.endswith("。")
        for name, _, key in (named.partition(":") for named in provision.named):
            assert not key or law.row(name, day, key=key)


def test_a_key_names_one_value_and_a_value_has_its_unit():
    worded = {
        provision.number: [(figure.applies, figure.value) for figure in provision.figures(Law.shipped(), MAY)]
        for _, provision in REGISTERED
    }
    assert worded["§5-5"] == [("一户多残增发", "55%")]
    assert worded["§5-13"] == [("残疾人家庭", "24 个月"), ("一般家庭", "18 个月")]
    assert worded["§1-2"] == [("", "2 倍")]
    assert ("城市", "37503 元/年") in worded["§1-3"]
    assert worded["§5-18"] == []


def test_only_the_highest_leads_to_where_the_choice_is_made():
    only_the_highest = next(provision for _, provision in REGISTERED if provision.number == "§5-10")
    assert {place.name for place in only_the_highest.places} == {"supplement", "supplement_of", "highest_first"}


def test_every_clause_of_the_rules_is_registered_once():
    registered = Counter(provision.rule for _, provision in REGISTERED if provision.rule)
    assert set(registered) == {name for name in PROVISIONS if not name.startswith("test_")}
    assert set(registered.values()) == {1}


def test_every_parameter_hangs_on_an_item_of_the_register():
    cited = {item.citation for item, _ in REGISTERED}
    assert {p.name: p.clause for p in shipped_parameters().values() if p.clause not in cited} == {}
    assert all(name in shipped_parameters() for clause in PROVISIONS.values() for name in clause.uses)


def _spoken() -> Counter:
    law, spoken = Law.shipped(), Counter()
    for case in cases():
        spoken.update(step["rule"] for step in answer_assessment(request_of(case), law)["steps"])
    for case in month_cases():
        decisions = [
            (dt.date.fromisoformat(event["decided_on"]), facts_from_json({**event, "area": case.get("area", "URBAN")}))
            for event in case["events"]
        ]
        with listening(dt.date(2022, 1, 1)) as said:
            list(timeline(decisions, Month.parse(case["until"]), law))
        spoken.update(clause.name for clause, _, _ in said)
    for _, case in _read(HERE / "prices"):
        rises = Rises(Fraction(case["cpi"]), Fraction(case["food"]))
        day = dt.date.fromisoformat(case["day"])
        spoken.update(step.rule for step in price_subsidy(rises, day, AreaKind.URBAN, law).steps)
    return spoken


def test_every_clause_speaks_in_a_golden_case():
    assert {name for name in PROVISIONS if not name.startswith("test_")} - set(_spoken()) == set()


def test_no_golden_case_hears_a_rule_nobody_registered():
    assert set(_spoken()) <= {provision.rule for _, provision in REGISTERED}


def test_a_function_that_is_not_there_would_be_noticed():
    real = next(p for _, p in REGISTERED if p.rule == "dibao.gap")
    with pytest.raises(AttributeError):
        function_of(replace(real, code="apps.eligibility.policy.dibao.no_such_rule").code)
    assert Provision("x", "x。", "apps.eligibility.policy.dibao.dibao_parts", "").rule == "", "a helper is no clause"
