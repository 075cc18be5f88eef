"""Money: whole fen in the program, yuan only at its edges. Floats are refused everywhere."""

import re
from decimal import Decimal
from fractions import Fraction

Fen = int

_YUAN = re.compile(r"[0-9]{1,30}(\.[0-9]{1,2})?")
_FEN_PER_YUAN = 100


def fen(yuan: str | Decimal) -> Fen:
    """Fen of an amount in yuan; ValueError unless exact to the fen (text: digits and at most two decimals)."""
    if isinstance(yuan, Decimal):
        return _fen_of_decimal(yuan)
    if not isinstance(yuan, str):
        raise TypeError(f"金额只能是文字或 Decimal，不能是 {type(yuan).__name__}")
    if not _YUAN.fullmatch(yuan):
        raise ValueError("金额应写成非负数字，最多两位小数，例如 1355.00")
    whole, _, cents = yuan.partition(".")
    return int(whole) * _FEN_PER_YUAN + int(cents.ljust(2, "0"))


def yuan(fen: Fen) -> Decimal:
    """Yuan with two decimals of an amount in fen."""
    return Decimal(plain_yuan(fen))


def plain_yuan(fen: Fen) -> str:
    """Yuan as text without grouping, for data exchange: 135500 → "1355.00"."""
    whole, cents = divmod(abs(fen), _FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole}.{cents:02d}"


def format_yuan(fen: Fen) -> str:
    """Yuan as text for people: 135500 → "1,355.00"."""
    whole, cents = divmod(abs(fen), _FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{cents:02d}"


def round_half_up(fen: Fraction | Decimal | int) -> Fen:
    """Whole fen of an exact amount in fen; half a fen goes away from zero (half up)."""
    if isinstance(fen, float):
        raise TypeError("金额不能是浮点数")
    if isinstance(fen, int):
        return fen
    exact = Fraction(fen)
    rounded = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return -rounded if exact < 0 else rounded


def _fen_of_decimal(amount: Decimal) -> Fen:
    if not amount.is_finite():
        raise ValueError("金额必须是有限的数")
    exact = Fraction(amount) * _FEN_PER_YUAN
    if exact.denominator != 1:
        raise ValueError("金额最多两位小数")
    return exact.numerator
