"""Months are counted, not days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.month import Month, months


def test_a_month_knows_its_days():
    february = Month.of(dt.date(2024, 2, 17))
    assert (february.first(), february.last()) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert Month(2023, 2).last() == dt.date(2023, 2, 28)


def test_arithmetic_crosses_years():
    assert Month(2022, 12).next() == Month(2023, 1)
    assert Month(2022, 12) + 24 == Month(2024, 12)
    assert Month(2023, 1) - 1 == Month(2022, 12)
    assert Month(2024, 11) - Month(2022, 12) == 23
    assert Month(2021, 12) < Month(2022, 1)


def test_text_forms():
    assert Month.parse("2024-05") == Month(2024, 5)
    assert str(Month(2024, 5)) == "2024-05"
    assert Month(2026, 3).label() == "2026年3月"


@pytest.mark.parametrize(
    "text", ["2024-5", "2024-13", "2024-00", "0000-01", "2024-05-01", "２０２４-05", "", "2024-05\n"]
)
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match="月份"):
        Month.parse(text)


def test_the_calendar_ends_somewhere():
    with pytest.raises(ValueError, match="月份"):
        Month(9999, 12).next()


def test_iteration_includes_both_ends():
    assert [str(month) for month in months(Month(2023, 11), Month(2024, 1))] == ["2023-11", "2023-12", "2024-01"]
    assert list(months(Month(2024, 1), Month(2023, 12))) == []


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(-600, 600))
def test_adding_and_subtracting_are_inverse(year, month, count):
    start = Month(year, month)
    assert (start + count) - start == count
    assert Month.parse(str(start)) == start
