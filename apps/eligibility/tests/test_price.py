"""价格临时补贴 worked out on paper: the expected amounts are written as their arithmetic."""

import datetime as dt
from fractions import Fraction

import pytest

from apps.core.money import plain_yuan
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.price import Rises, price_subsidy
from apps.eligibility.policy.standards import Law, NoParameterInForce
from apps.eligibility.tests.test_golden_cases import HERE, _each, _worked_out


@pytest.mark.parametrize("area", AreaKind)
@pytest.mark.parametrize("case", _each(HERE / "prices"))
def test_each_person_is_paid_for_the_rise(case, area):
    rises = Rises(Fraction(case["cpi"]), Fraction(case["food"]))
    found = price_subsidy(rises, dt.date.fromisoformat(case["day"]), area, Law.shipped())
    assert plain_yuan(found.a_person) == _worked_out(case["a_person"][area.value])
    assert [step.rule for step in found.steps] == ["price.triggering_rise", "price.amount_of_rise"][
        : 1 + bool(found.a_person)
    ]


def test_a_day_without_a_trigger_is_an_error_not_a_default():
    with pytest.raises(NoParameterInForce):
        price_subsidy(Rises(Fraction(1), Fraction(1)), dt.date(2021, 10, 1), AreaKind.URBAN, Law.shipped())
