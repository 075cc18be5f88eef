"""Rounding of exact quotients without building fractions where whole numbers do (the month run lives on it)."""

from fractions import Fraction

from apps.core.money import Fen, round_half_up

Exact = int | Fraction


def rounded(amount: Exact, divisor: int) -> Fen:
    """Fen of a non-negative exact amount divided by a whole number, half up."""
    if isinstance(amount, int):
        return (2 * amount + divisor) // (2 * divisor)
    return round_half_up(amount / divisor)


def share(rate: Exact, amount: Exact) -> Fen:
    """Fen of a share of an exact amount, half up."""
    return rounded(rate.numerator * amount, rate.denominator)
