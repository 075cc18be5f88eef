"""Every reading that awaits the bureau's confirmation is marked in the explanation of a case that used it."""

import pytest

from apps.eligibility.tests.builders import ADULT, assessed, member, wage

HOLDER = {"category": "VISUAL", "grade": 4}
PHASE_OUT = {"as_of": "2022-11-20", "incomes": [wage("9000.00")], "current": {"scheme": "DIBAO", "parts": []}}
RESUMED = {"scheme": "DIBAO", "parts": [], "earlier_phase_out": {"ended": "2022-09", "used": 2, "months": 18}}


def _pending(**fields):
    return {step["rule"] for step in assessed(**fields)["steps"] if step.get("pending")}


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("decide.standard_in_force", {"as_of": "2024-05-20"}),
        ("dibao.topped_up", {}),
        ("dibao.is_elderly_and_disabled", {"members": [{**ADULT, "birth_date": "1950-01-01", "disability": HOLDER}]}),
        (
            "dibao.is_short_of_elderly_disabled",
            {"members": [{**ADULT, "birth_date": "1960-01-01", "disability": HOLDER}]},
        ),
        ("income.is_old_age_allowance", {"incomes": [{"member": "A", "kind": "OLD_AGE_ALLOWANCE", "amount": "1"}]}),
        ("property.excludes", {"other_assets": [{"kind": "SECOND_HOME"}]}),
        ("categories.is_below_disposable", {"incomes": [wage("20000.00")]}),
        ("phase_out.reduced", PHASE_OUT),
        ("phase_out.resumes", {**PHASE_OUT, "current": RESUMED}),
        (
            "tekun.has_modest_income",
            {"members": [member("A", "1950-01-01", "HEAD", obligors=[{"assets_within_limit": True}])]},
        ),
        (
            "tekun.care",
            {
                "as_of": "2021-12-01",
                "members": [member("A", "1950-01-01", "HEAD", obligors=[], self_care_failures=0)],
            },
        ),
    ],
)
def test_the_reading_is_marked_where_it_was_used(rule, fields):
    assert rule in _pending(**fields)


def test_and_nowhere_else():
    assert _pending() == {"dibao.topped_up"}, "an ordinary case of 2022 rests on one open reading only"
    assert "tekun.care" not in _pending(
        members=[member("A", "1950-01-01", "HEAD", obligors=[], self_care_failures=0)]
    ), "the wage of 2022 is confirmed"
    assert _pending(incomes=None) == set()


def test_confirmed_steps_carry_no_mark():
    steps = assessed()["steps"]
    assert [step.get("pending") for step in steps if step["rule"] == "dibao.gap"] == [None]
