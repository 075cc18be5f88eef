"""Amounts enter as yuan, live as fen and leave as yuan, exact to the fen."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.money import fen, format_yuan, plain_yuan, round_half_up, yuan


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", 0), ("0.01", 1), ("0.1", 10), ("1355.00", 135500), ("007.5", 750), ("33396", 3339600)],
)
def test_a_written_amount_is_taken_exactly(text, amount):
    assert fen(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "+1",
        "1.",
        ".5",
        "1.234",
        "1,355.00",
        "1e3",
        "NaN",
        "Infinity",
        "１２",
        "1 ",
        "1\n",
        "0x10",
        "一百",
        "9" * 31,
    ],
)
def test_a_badly_written_amount_is_refused(text):
    with pytest.raises(ValueError, match="金额"):
        fen(text)


@pytest.mark.parametrize("amount", [1.5, 3, None, True])
def test_only_text_and_decimal_are_amounts(amount):
    with pytest.raises(TypeError):
        fen(amount)


def test_decimals_are_exact_or_refused():
    assert fen(Decimal("-12.30")) == -1230
    assert fen(Decimal("1E+2")) == 10000
    for wrong in ("0.001", "NaN", "Infinity"):
        with pytest.raises(ValueError, match="金额"):
            fen(Decimal(wrong))


def test_half_a_fen_goes_up():
    assert round_half_up(Fraction(5, 2)) == 3
    assert round_half_up(Decimal("2.4999")) == 2
    assert round_half_up(Fraction(-5, 2)) == -3
    assert round_half_up(7) == 7
    with pytest.raises(TypeError):
        round_half_up(2.5)


def test_amounts_are_shown_with_two_decimals():
    assert format_yuan(135500) == "1,355.00"
    assert format_yuan(-5) == "-0.05"
    assert plain_yuan(135500) == "1355.00"
    assert yuan(1) == Decimal("0.01")


@given(st.integers(min_value=0, max_value=10**20))
def test_there_and_back(amount):
    assert fen(plain_yuan(amount)) == fen(yuan(amount)) == amount
