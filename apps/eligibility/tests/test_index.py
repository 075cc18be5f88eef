"""量化评审: points worked out on paper, off until the bureau switches it on, and never part of a decision."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from apps.awards.tests import factories
from apps.eligibility.actions import approve_standard
from apps.eligibility.law import law_in_force
from apps.eligibility.policy import index
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.index import index_of, table_on
from apps.eligibility.policy.standards import Law, Row
from apps.eligibility.tests.builders import ADULT, facts, member, wage
from apps.eligibility.tests.builders_standards import proposed_standard, value

ON = dt.date(2024, 5, 20)
_SWITCHED_ON = Row("assessment_index", dt.date(2024, 1, 1), "1", "测试", confirmed=True)
OPEN = Law((*Law.shipped().rows, _SWITCHED_ON))
CLOSED = Law.shipped()


def _indexed(law=OPEN, on=ON, **fields):
    return index_of(facts(as_of="2024-05-20", **fields), on, law)


def _points(found):
    return {indicator.key: indicator.points for indicator in found.indicators}


def test_it_is_shipped_switched_off_and_switched_on_by_date():
    assert _indexed(law=CLOSED) is None
    assert _indexed() is not None
    assert _indexed(on=dt.date(2023, 12, 31)) is None
    older = Law(tuple(row for row in CLOSED.rows if row.parameter != "assessment_index"))
    assert _indexed(law=older) is None, "a law of before the index still replays"


def test_a_family_worked_out_on_paper():
    """A couple of 1985/86 with a child and a grandmother; she is severely disabled, the wife's certificate is light.

    Standard 560 in town, four people: 560 × 12 × 4 = 26,880 a year. Wage 13,440 → 0.50 → 80 points of 30 %.
    Savings 10,000 of 560 × 24 × 4 = 53,760 → 0.19 → 100 points of 15 %. Child and grandmother → 2/4 → 60 of 15 %.
    Health (1 + ½) / 4 = 0.375 → 70 of 15 %. Able: the couple, 2/4 → 40 of 15 %. Spending 8,064 / 26,880 = 0.30 →
    40 of 10 %.
    24 + 15 + 9 + 10.5 + 6 + 4 = 68.5.
    """
    found = _indexed(
        members=[
            ADULT,
            member("B", disability={"category": "HEARING", "grade": 4}),
            member("C", "2015-01-01", "CHILD"),
            member("D", "1950-01-01", "PARENT", coresident=True, disability={"category": "PHYSICAL", "grade": 1}),
        ],
        incomes=[wage("13440.00")],
        financial_assets=[{"kind": "DEPOSIT", "value": "10000.00"}],
        expenses=[{"kind": "MEDICAL", "amount": "8064.00"}, {"kind": "LIVING", "amount": "99999.00"}],
    )
    assert _points(found) == {
        "income": 80,
        "property": 100,
        "structure": 60,
        "health": 70,
        "labour": 40,
        "spending": 40,
    }
    assert found.score == Fraction(685, 10)
    assert (found.level, found.pending) == ("中度困难", True)
    assert found.suggests == (
        "逐项核对专项救助",
        "转介医疗救助，核对残疾人两项补贴（§7、§11）",
        "登记就业服务意愿（§10）",
    )
    shown = found.to_json()
    assert shown["score"] == "68.5"
    assert [indicator["weighted"] for indicator in shown["indicators"]] == ["24.0", "15.0", "9.0", "10.5", "6.0", "4.0"]
    assert [i["measure"] for i in shown["indicators"]] == ["0.50", "0.19", "0.50", "0.38", "0.50", "0.30"]


def test_the_hardest_and_the_easiest():
    hardest = _indexed(
        members=[{**ADULT, "birth_date": "1950-01-01", "serious_illness": True}],
        expenses=[{"kind": "CARE", "amount": "6720.01"}],
    )
    assert (hardest.score, hardest.level) == (100, "重度困难")
    easiest = _indexed(incomes=[wage("99999.00")], other_assets=[{"kind": "MOTOR_VEHICLE"}])
    assert (easiest.score, easiest.level) == (Fraction(15, 10), "一般"), "only 10 points of 15 % for being able to work"


@pytest.mark.parametrize(
    ("income", "points"),
    [
        ("1680.00", 100),
        ("1680.01", 80),
        ("3360.00", 80),
        ("6720.00", 60),
        ("6720.01", 40),
        ("13440.00", 20),
        ("13440.01", 0),
    ],
)
def test_a_band_includes_its_upper_end(income, points):
    assert _points(_indexed(incomes=[wage(income)]))["income"] == points


def test_what_is_unknown_is_not_scored():
    for unknown in ("members", "incomes", "financial_assets", "other_assets"):
        assert _indexed(**{unknown: None}) is None
    assert _indexed(members=[{**ADULT, "status": "IMPRISONED"}]) is None, "nobody is counted"


def test_weights_make_a_hundred_and_every_table_is_marked_as_open():
    for table in index.documents(index._TABLES):
        assert sum(indicator["weight"] for indicator in table["indicators"]) == 100
        assert table["confirmed"] is False
        assert table["source"]
        for indicator in table["indicators"]:
            ends = [Fraction(band["to"]) for band in indicator["bands"][:-1]]
            assert ends == sorted(set(ends))
            assert "to" not in indicator["bands"][-1]
    assert table_on(dt.date(2021, 10, 31)) is None


def test_no_decision_depends_on_it():
    told = facts(as_of="2024-05-20", members=[ADULT, member()], incomes=[wage("5000.00")])
    assert decide(told, ON, OPEN) == decide(told, ON, CLOSED)
    richer = replace(told, incomes=())
    assert index_of(richer, ON, OPEN).score > index_of(told, ON, OPEN).score


@pytest.mark.django_db
def test_the_bureau_switches_it_on_and_off_again_like_any_other_parameter():
    today, july, august = dt.date(2024, 5, 20), dt.date(2024, 7, 1), dt.date(2024, 8, 1)
    factories.office_date(today)
    there = factories.office()
    for start, switch in ((july, "1"), (august, None)):
        content = [value(switch, parameter="assessment_index", area="")]
        change = proposed_standard(there.chief, on=today, start=start, content=content)
        approve_standard(change, acting_user=there.reviewer, on=today)
    law = law_in_force()
    told = [index_of(facts(as_of="2024-05-20"), day, law) is not None for day in (today, july, august)]
    assert told == [False, True, False]
