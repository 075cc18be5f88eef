"""Short ways to write families for tests of the rules."""

import copy
import datetime as dt

from apps.eligibility.contract import answer_assessment, answer_timeline, read_case
from apps.eligibility.policy.standards import Law

ADULT = {"ref": "A", "birth_date": "1985-01-01", "relation": "HEAD"}


def member(ref="B", birth_date="1986-01-01", relation="SPOUSE", **facts):
    """A member as the contract writes one."""
    return {"ref": ref, "birth_date": birth_date, "relation": relation, **facts}


def wage(amount, ref="A"):
    """Wages of twelve months."""
    return {"member": ref, "kind": "WAGE", "amount": amount}


def request(**fields):
    """A complete request: one adult without income in March 2022, in town."""
    plain = {
        "case": "t",
        "as_of": "2022-03-15",
        "area": "URBAN",
        "members": [ADULT],
        "incomes": [],
        "financial_assets": [],
    }
    return copy.deepcopy({**plain, **fields})


def event(decided_on, *members, income="0.00", **fields):
    """A decision in a timeline; the income is the first member's."""
    people = list(members) or [ADULT]
    return {
        "decided_on": decided_on,
        "members": people,
        "incomes": [wage(income, people[0]["ref"])],
        "financial_assets": [],
        **fields,
    }


def assessed(**fields):
    """The answer to a request."""
    return answer_assessment(request(**fields), Law.shipped())


def facts(**fields):
    """The facts of a request."""
    return read_case(request(**fields))


def played(*events, until, area="URBAN"):
    """Totals by month of a timeline."""
    answer = answer_timeline({"case": "t", "area": area, "until": until, "events": list(events)}, Law.shipped())
    assert "error" not in answer, answer
    return {month: paid["total"] for month, paid in answer["months"].items()}


def played_lines(*events, until, area="URBAN"):
    """Lines by month of a timeline, as (scheme, members, amount)."""
    answer = answer_timeline({"case": "t", "area": area, "until": until, "events": list(events)}, Law.shipped())
    return {
        month: [(line["scheme"], line["members"], line["amount"]) for line in paid["lines"]]
        for month, paid in answer["months"].items()
    }


def day(text):
    """A date."""
    return dt.date.fromisoformat(text)
