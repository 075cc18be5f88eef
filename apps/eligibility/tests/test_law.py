"""The dated parameters: what is shipped, what is in force when, and what has no value yet."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from apps.core.month import Month
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.digest import policy_digest
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.enums import AreaKind, PartKind, Support
from apps.eligibility.policy.standards import Law, NoParameterInForce, Row, shipped_parameters
from apps.eligibility.tests.builders import ADULT, day, facts, member, wage

D = dt.date
URBAN, RURAL = AreaKind


BEGINNING = D(2021, 11, 1)


def _changed(parameter, value, *, key="", area=None, start=BEGINNING, law=None):
    """The law with one more row, or one replaced."""
    rows = (law or Law.shipped()).rows
    old = [r for r in rows if (r.parameter, r.key, r.area) == (parameter, key, area)][-1]
    new = replace(old, value=value, start=start, source="测试", confirmed=True)
    place = (parameter, key, area, start)
    return Law((*(r for r in rows if (r.parameter, r.key, r.area, r.start) != place), new))


def test_every_row_of_the_shipped_law_has_a_source():
    rows = Law.shipped().rows
    assert len({row.parameter for row in rows}) == 22
    assert all(row.source for row in rows)
    assert {row.parameter for row in rows} == set(shipped_parameters())


@pytest.mark.parametrize(
    ("on", "area", "standard", "income", "wage_fen"),
    [
        (D(2021, 11, 1), URBAN, 55000, 3339600, 148000),
        (D(2021, 12, 31), RURAL, 41000, 1606700, 148000),
        (D(2022, 1, 1), RURAL, 41000, 1764200, 154000),
        (D(2023, 12, 31), URBAN, 55000, 3547100, 154000),
        (D(2024, 1, 1), URBAN, 56000, 3750300, 154000),
        (D(2030, 1, 1), RURAL, 47000, 1947200, 154000),
    ],
)
def test_what_is_in_force(on, area, standard, income, wage_fen):
    law = Law.shipped().on(on, area)
    assert (law.standard, law.annual_disposable_income, law.minimum_wage) == (standard, income, wage_fen)


def test_a_yearly_figure_is_kept_as_amount_and_months():
    row = Law.shipped().row("dibao_standard", D(2018, 1, 1), RURAL)
    assert (row.value, row.months) == ("3755", 12)
    assert Fraction(row.value) / row.months == Fraction(3755, 12)


def test_the_fixed_figures():
    law = Law.shipped().on(D(2022, 3, 15), URBAN)
    assert law.supplement_rates[PartKind.MULTI_DISABLED] == Fraction(55, 100)
    assert law.tekun_basic == {Support.DISPERSED: Fraction(13, 10), Support.INSTITUTION: 2}
    assert law.phase_out_schedule == ((1, Fraction(3, 4)), (13, Fraction(1, 2)))
    assert (law.phase_out_months, law.phase_out_months_disabled) == (18, 24)
    assert law.minimum_top_up is None
    assert "minimum_top_up" in law.unconfirmed
    assert "supplement" not in law.unconfirmed


def test_no_value_is_an_error_that_names_parameter_and_date():
    with pytest.raises(NoParameterInForce, match=r"2017-12-31.*dibao_standard") as error:
        Law.shipped().on(D(2017, 12, 31), URBAN)
    assert error.value.parameters[0] == "dibao_standard"
    with pytest.raises(NoParameterInForce, match="review_interval"):
        Law.shipped().row("review_interval", D(2023, 4, 30), key="GENERAL")


def test_two_values_from_one_day_are_refused():
    row = Row("x", D(2022, 1, 1), "1", "测试", confirmed=True)
    with pytest.raises(ValueError, match="两个值"):
        Law((row, replace(row, value="2")))


def test_digests_tell_laws_apart_whatever_the_order_of_rows():
    shipped = Law.shipped()
    assert Law(tuple(reversed(shipped.rows))).digest() == shipped.digest()
    assert _changed("asset_months", "36").digest() != shipped.digest()
    assert len(policy_digest()) == len(shipped.digest()) == 64


def test_a_minimum_top_up_is_per_person_and_only_for_a_gap():
    law = _changed("minimum_top_up", "50")
    two = facts(members=[ADULT, member()], incomes=[wage("13199.00")])
    assert decide(two, day("2022-03-15"), law).awards[0].monthly == 10000
    award = decide(two, day("2022-03-15"), law).awards[0].facts
    lower = _changed("dibao_standard", "500", area=URBAN, start=D(2022, 6, 1), law=law)
    assert amount_due(award, Month(2022, 6), lower).total == 0


def test_the_other_reading_of_elderly_and_disabled_is_a_parameter():
    law = _changed("elderly_disabled_min_age", "60")
    old = {**ADULT, "birth_date": "1960-01-01", "disability": {"category": "VISUAL", "grade": 4}}
    parts = decide(facts(members=[old]), day("2022-03-15"), law).awards[0].parts
    assert [part.kind for part in parts] == [PartKind.GAP, PartKind.ELDERLY_DISABLED]
    assert len(decide(facts(members=[old]), day("2022-03-15"), Law.shipped()).awards[0].parts) == 1


def test_the_highest_rate_wins_whatever_its_kind():
    law = _changed("supplement", "0.90", key="MINOR")
    child = member("B", "2012-01-01", "CHILD", serious_illness=True)
    parts = decide(facts(members=[ADULT, child]), day("2022-03-15"), law).awards[0].parts
    assert (parts[1].kind, parts[1].amount) == (PartKind.MINOR, 49500)


def test_another_schedule_replaces_the_old_one_whole():
    rows = [r for r in Law.shipped().rows if r.parameter != "phase_out_schedule"]
    row = Row("phase_out_schedule", D(2021, 11, 1), "1", "测试", confirmed=True, key="1")
    law = Law((*rows, row, replace(row, key="7", value="0.5"), replace(row, start=D(2023, 1, 1), value="0.25")))
    over = facts(incomes=[wage("9000.00")], current={"scheme": "DIBAO", "parts": [{"kind": "GAP", "amount": "100.00"}]})
    before, after = (decide(over, day(text), law).awards[0].schedule for text in ("2022-12-31", "2023-01-01"))
    assert [amount for _, amount in before] == [10000, 5000]
    assert [amount for _, amount in after] == [2500]
