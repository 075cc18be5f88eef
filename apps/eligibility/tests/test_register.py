"""Provisions, functions and golden cases hold together, whichever of the three one starts from."""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from apps.core.month import Month
from apps.eligibility.contract import answer_assessment
from apps.eligibility.policy.clause import PROVISIONS, listening
from apps.eligibility.policy.facts_json import facts_from_json
from apps.eligibility.policy.standards import Law, shipped_parameters
from apps.eligibility.policy.timeline import timeline
from apps.eligibility.provisions import Provision, function_of, provisions, register
from apps.eligibility.tests.test_golden_cases import cases, month_cases, request_of

REGISTERED = list(provisions())
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
