"""Cases worked out on paper: the expected amounts are written as their arithmetic."""

import ast
import operator
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from apps.core.money import plain_yuan, round_half_up
from apps.eligibility.contract import answer_assessment, answer_timeline
from apps.eligibility.policy.standards import Law

_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
_ANSWER = {"case", "category", "per_capita", "missing", "awards"}


HERE = Path(__file__).parent / "cases"


def _read(folder):
    for path in sorted(folder.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield path.stem, case


def cases():
    """The decisions worked out on paper."""
    return [case for _, case in _read(HERE)]


def month_cases():
    """The months worked out on paper."""
    return [case for _, case in _read(HERE / "months")]


def _each(folder):
    return [pytest.param(case, id=f"{subject}: {case['case']}") for subject, case in _read(folder)]


def request_of(case):
    """The contract's request of a case, with what its file leaves out."""
    defaults = {"case": case["case"], "as_of": "2022-03-15", "area": "URBAN", "incomes": [], "financial_assets": []}
    return {**defaults, **{key: case[key] for key in case if key not in _ANSWER}}


def _worked_out(arithmetic):
    """Exact result of + − × ÷ over decimal figures, in yuan rounded once to the fen."""

    def value(node):
        if isinstance(node, ast.BinOp):
            return _OPERATORS[type(node.op)](value(node.left), value(node.right))
        return Fraction(ast.get_source_segment(source, node))

    source = str(arithmetic)
    return plain_yuan(round_half_up(value(ast.parse(source, mode="eval").body) * 100))


def _expected(case):
    answer = {"case": case["case"], "category": case["category"], "awards": [_award(award) for award in case["awards"]]}
    if "per_capita" in case:
        answer["per_capita_monthly_income"] = _worked_out(case["per_capita"])
    if "missing" in case:
        answer["missing"] = case["missing"]
    return answer


def _award(award):
    parts = [
        {"kind": kind, **({"member": member[0]} if member else {}), "amount": _worked_out(amount)}
        for kind, *member, amount in award["parts"]
    ]
    monthly = sum(Fraction(part["amount"]) for part in parts)
    answer = {key: award[key] for key in ("scheme", "members", "from", "until") if key in award}
    if "schedule" in award:
        answer["schedule"] = [{"from": day, "monthly": _worked_out(a)} for day, a in award["schedule"].items()]
    return {**answer, "monthly": plain_yuan(round_half_up(monthly * 100)), "parts": parts}


@pytest.mark.parametrize("case", _each(HERE))
def test_the_office_would_have_worked_it_out_so(case):
    answer = answer_assessment(request_of(case), Law.shipped())
    steps = answer.pop("steps")
    assert answer == _expected(case)
    assert steps


@pytest.mark.parametrize("case", _each(HERE / "months"))
def test_the_months_come_out_as_on_paper(case):
    asked = {"case": case["case"], "area": case.get("area", "URBAN"), "until": case["until"], "events": case["events"]}
    months = answer_timeline(asked, Law.shipped())["months"]
    assert {month: months[month]["total"] for month in case["months"]} == {
        month: _worked_out(amount) for month, amount in case["months"].items()
    }
