"""Requests that cannot be read: the field that is wrong is named, and what to write instead is said."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.eligibility.contract import answer_assessment, answer_timeline
from apps.eligibility.contract_lines import answer_lines
from apps.eligibility.policy.standards import Law
from apps.eligibility.tests.builders import ADULT, event, member, request, wage

GAP = {"kind": "GAP", "amount": "100.00"}
MINOR = {"kind": "MINOR", "member": "A", "amount": "275.00"}
CURRENT = {"scheme": "DIBAO", "parts": [GAP]}
EARLIER = {"ended": "2022-01", "used": 3, "months": 18}
REMOVE = object()


def _with(path, value):
    case = request(
        incomes=[wage("1.00")],
        deductions=[{"kind": "ILLNESS", "amount": "1"}],
        expenses=[{"kind": "CARE", "amount": "1"}],
        financial_assets=[{"kind": "CASH", "value": "1"}],
        other_assets=[{"kind": "HOME"}],
        members=[{**ADULT, "disability": {"category": "VISUAL", "grade": 4}, "obligors": [{}]}],
        current={**CURRENT, "parts": [GAP, MINOR]},
    )
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = case
    for step in way:
        place = place[step]
    if value is REMOVE:
        del place[last]
    else:
        place[last] = value
    return case


def _error(case):
    return answer_assessment(case, Law.shipped()).get("error")


def test_the_case_that_is_broken_here_is_good():
    assert "error" not in answer_assessment(_with("case", "t"), Law.shipped())


WRONG = {
    "case": [["x"], {}, 1.5, float("inf")],
    "as_of": [REMOVE, None, "", "2022-3-15", "2022-02-29", "20220315", "2022-03-15T00:00", 20220315, "２０２２-03-15"],
    "area": [REMOVE, None, "TOWN", "urban", 1, ["URBAN"]],
    "members": ["A", {}, [], 3],
    "members.0": ["A", None, []],
    "members.0.ref": [REMOVE, None, "", "  ", 1],
    "members.0.birth_date": [REMOVE, None, "2022-03-16", "1985-13-01", "1985/01/01", 1985],
    "members.0.relation": [REMOVE, None, "WIFE", "head", 0],
    "members.0.coresident": ["true", 1, 0, "是"],
    "members.0.cannot_live_independently": ["no"],
    "members.0.full_time_student": ["PRIMARY", True],
    "members.0.serious_illness": ["yes"],
    "members.0.status": ["DEAD"],
    "members.0.support": ["HOME"],
    "members.0.self_care_failures": [-1, 7, "3", 1.5, True],
    "members.0.was_tekun": [1],
    "members.0.disability": ["VISUAL", [], True],
    "members.0.disability.category": [REMOVE, "BLIND"],
    "members.0.disability.grade": [REMOVE, 0, 5, "1", 1.0, True],
    "members.0.disability.note": ["x"],
    "members.0.obligors": [{}, "none", True],
    "members.0.obligors.0": [None, "x"],
    "members.0.obligors.0.birth_date": ["2022-03-16", "?"],
    "members.0.obligors.0.tekun": ["no"],
    "members.0.obligors.0.annual_income": [100, "-1", "1.001"],
    "members.0.obligors.0.assets_within_limit": [1],
    "members.0.obligors.0.status": ["COMPULSORY_REHAB"],
    "members.0.obligors.0.ref": ["S"],
    "members.0.brith_date": ["1985-01-01"],
    "incomes": [{}, "0", 0],
    "incomes.0": [None, "1"],
    "incomes.0.member": [REMOVE, None, "B", 1],
    "incomes.0.kind": [REMOVE, "SALARY"],
    "incomes.0.amount": [
        REMOVE,
        None,
        1,
        1.5,
        "-1.00",
        "1.234",
        "1,000.00",
        "1e3",
        "",
        " 1",
        "+1",
        "NaN",
        "１００",
        "1.",
    ],
    "incomes.0.value": ["1.00"],
    "deductions": ["none"],
    "deductions.0.kind": ["RENT", REMOVE],
    "deductions.0.amount": [REMOVE, 1],
    "deductions.0.ground": [1],
    "deductions.0.member": ["A"],
    "expenses.0.kind": ["FOOD"],
    "expenses.0.amount": ["1.005"],
    "financial_assets.0.member": ["B", 7],
    "financial_assets.0.kind": ["GOLD", REMOVE],
    "financial_assets.0.value": [REMOVE, 0, "-0.01"],
    "financial_assets.0.amount": ["1.00"],
    "other_assets": [{}, "car"],
    "other_assets.0.kind": ["CAR", REMOVE],
    "other_assets.0.exempted": ["yes"],
    "other_assets.0.ground": [1],
    "other_assets.0.value": ["1.00"],
    "current": ["DIBAO", [], True],
    "current.scheme": [REMOVE, "TEKUN", "DIBAO_PHASE_OUT"],
    "current.parts": [REMOVE, None, "1.00"],
    "current.parts.0.kind": ["BASIC", "PHASE_OUT", "SINGLE", "REST"],
    "current.parts.0.amount": [REMOVE, 100],
    "current.parts.0.member": ["A"],
    "current.parts.1.member": [REMOVE, "B"],
    "current.monthly": ["100.00"],
    "income": [[]],
    "asof": ["2022-03-15"],
}


@pytest.mark.parametrize(("path", "value"), [(path, value) for path, values in WRONG.items() for value in values])
def test_the_wrong_field_is_named(path, value):
    error = _error(_with(path, value))
    assert error is not None
    assert error["field"] == path
    assert error["message"]


@pytest.mark.parametrize(
    ("current", "field"),
    [
        ({"phase_out_from": "2022-01"}, "phase_out_months"),
        ({"phase_out_months": 18}, "phase_out_from"),
        ({"phase_out_from": "2022-05", "phase_out_months": 18}, "phase_out_from"),
        ({"phase_out_from": "2022-13", "phase_out_months": 18}, "phase_out_from"),
        ({"phase_out_from": 202201, "phase_out_months": 18}, "phase_out_from"),
        ({"phase_out_from": "2022-01", "phase_out_months": 12}, "phase_out_months"),
        ({"phase_out_from": "2022-01", "phase_out_months": "18"}, "phase_out_months"),
        ({"earlier_phase_out": []}, "earlier_phase_out"),
        ({"earlier_phase_out": {**EARLIER, "ended": "2022-01-01"}}, "earlier_phase_out.ended"),
        ({"earlier_phase_out": {**EARLIER, "used": 19}}, "earlier_phase_out.used"),
        ({"earlier_phase_out": {**EARLIER, "used": -1}}, "earlier_phase_out.used"),
        ({"earlier_phase_out": {**EARLIER, "months": 20}}, "earlier_phase_out.months"),
        ({"earlier_phase_out": {"ended": "2022-01", "used": 3}}, "earlier_phase_out.months"),
    ],
)
def test_a_phase_out_that_cannot_be(current, field):
    assert _error(request(current={**CURRENT, **current}))["field"] == f"current.{field}"


def test_the_first_award_month_may_itself_be_the_first_phase_out_month():
    current = {**CURRENT, "phase_out_from": "2022-04", "phase_out_months": 18}
    assert _error(request(current=current)) is None


def test_exactly_one_head_and_every_ref_once():
    assert _error(request(members=[member("A"), member("B")]))["field"] == "members"
    assert _error(request(members=[ADULT, {**ADULT, "ref": "B"}]))["field"] == "members"
    assert _error(request(members=[ADULT, member("A")]))["field"] == "members.1.ref"


def test_a_date_without_parameters_is_told_with_their_names():
    error = _error(request(as_of="2021-10-31"))
    assert error["field"] == "as_of"
    assert "2021-10-31" in error["message"]
    assert "asset_months" in error["message"]
    assert "dibao_standard" in _error(request(as_of="2017-12-31"))["message"]
    assert _error(request(as_of="2021-11-01")) is None


def test_the_first_error_of_the_document_is_reported():
    members_first = request(members=[{"ref": "A"}], incomes=[wage("x")])
    incomes_first = {"incomes": [wage("x")], **{key: members_first[key] for key in members_first if key != "incomes"}}
    assert _error(members_first)["field"] == "members.0.birth_date"
    assert _error(incomes_first)["field"] == "incomes.0.amount"
    assert _error({"case": "t", "area": "X", "members": 1})["field"] == "as_of"
    assert _error({"case": "t", "members": [{"ref": "A", "brith_date": "1985-01-01", "relation": "HEAD"}]})[
        "field"
    ] == ("as_of")
    typo = request(members=[{"ref": "A", "brith_date": "1985-01-01", "relation": "HEAD"}])
    assert _error(typo)["field"] == "members.0.brith_date"


def test_null_is_absent_where_nothing_can_be_unknown():
    answer = answer_assessment(
        request(
            members=[{**ADULT, "coresident": None, "disability": None, "support": None, "obligors": None}],
            deductions=None,
            expenses=None,
            current=None,
        ),
        Law.shipped(),
    )
    assert answer["category"] == "DIBAO"


def test_unknown_members_do_not_make_an_income_wrong():
    answer = answer_assessment(request(members=None, incomes=[wage("1.00")]), Law.shipped())
    assert (answer["category"], answer["missing"], answer["awards"]) == ("INCOMPLETE", ["members"], [])


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"", ""),
        (b"null", ""),
        (b'"x"', ""),
        (b"[]", ""),
        (b"{", ""),
        (b"{} {}", ""),
        (b'{"case": Infinity}', ""),
        (b"[" * 100_000, ""),
        (b'{"case": "\xff"}', ""),
        (b"{}", "as_of"),
        (b'{"as_of": "2022-03-15", "as_of": "2023-03-15"}', "as_of"),
    ],
)
def test_lines_that_are_no_case(line, field):
    ((answer, good),) = answer_lines([line], lambda case: answer_assessment(case, Law.shipped()))
    assert not good
    assert f'"field": "{field}"' in answer.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"until": None}, "until"),
        ({"until": "2022-04-01"}, "until"),
        ({"area": "X"}, "area"),
        ({"as_of": "2022-03-15"}, "as_of"),
        ({"events": None}, "events"),
        ({"events": []}, "events"),
        ({"events": {}}, "events"),
        ({"events": ["x"]}, "events.0"),
        ({"events": [event("2022-03-15"), event("2022-02-30")]}, "events.1.decided_on"),
        ({"events": [event("2020-03-15")]}, "events.0.decided_on"),
        ({"events": [event("2022-03-15", current=CURRENT)]}, "events.0.current"),
        ({"events": [event("2022-03-15", area="URBAN")]}, "events.0.area"),
        ({"events": [event("2022-03-15", members=None)]}, "events.0.members"),
        ({"events": [event("2022-03-15", incomes=None)]}, "events.0.incomes"),
        ({"events": [event("2022-03-15", financial_assets=None)]}, "events.0.financial_assets"),
        ({"events": [event("2022-03-15", other_assets=None)]}, "events.0.other_assets"),
        ({"events": [event("2022-03-15"), event("2022-04-15", incomes=[wage("1", "Z")])]}, "events.1.incomes.0.member"),
        ({"events": [event("2022-03-15", member("A", "2022-03-16", "HEAD"))]}, "events.0.members.0.birth_date"),
    ],
)
def test_timelines_that_cannot_be_played(change, field):
    good = {"case": "t", "area": "URBAN", "until": "2022-06", "events": [event("2022-03-15")]}
    assert "error" not in answer_timeline(good, Law.shipped())
    assert answer_timeline({**good, **change}, Law.shipped())["error"]["field"] == field


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)


def _places(value, path=()):
    yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(item, (*path, key))


@settings(deadline=None, max_examples=150)
@given(st.data(), ANYTHING)
def test_whatever_stands_in_a_field_is_answered(data, anything):
    """No input reaches the rules unchecked: every answer is an assessment or an error with a field of the document."""
    case = _with("case", "t")
    *way, last = data.draw(st.sampled_from([path for path in _places(case) if path]))
    place = case
    for step in way:
        place = place[step]
    place[last] = anything
    answer = answer_assessment(case, Law.shipped())
    assert ("category" in answer) != ("error" in answer)
    json.dumps(answer)
