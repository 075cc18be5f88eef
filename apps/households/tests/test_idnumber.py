"""Identity numbers and disability certificates: what the digits say, and what is said when they do not fit."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.households.idnumber import (
    CATEGORY_BY_CODE,
    NotAnIdNumber,
    Sex,
    check_digit,
    normalise,
    read,
    read_certificate,
)

ON = date(2024, 5, 20)


def made(area: str, born: str, serial: str) -> str:
    """A number with its right check digit."""
    stem = area + born + serial
    return stem + check_digit(stem)


def test_the_published_example_of_the_standard_checks() -> None:
    # GB 11643 gives 11010519491231002X as its example.
    number = read("11010519491231002X", on=ON)
    assert (number.birth_date, number.sex, number.area_code) == (date(1949, 12, 31), Sex.FEMALE, "110105")
    assert number.mask == "110105********002X"


@pytest.mark.parametrize(
    "written", [" 110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002ｘ"]
)
def test_spaces_full_width_and_a_small_x_are_read(written: str) -> None:
    assert read(written, on=ON).text == "11010519491231002X"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("220281198601", "还差 6 位"),
        ("", "还差 18 位"),
        ("11010519491231002X0", "多了 1 位"),
        ("11010519491231X02X", "只能有数字"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "只能有数字"),
        (made("220281", "20230230", "001"), "不是真实的出生日期"),
        (made("220281", "20231301", "001"), "不是真实的出生日期"),
        (made("220281", "20240521", "001"), "不合情理"),
        (made("220281", "18791231", "001"), "不合情理"),
        ("110105194912310021", "校验位不符"),
    ],
)
def test_what_is_wrong_is_said(written: str, said: str) -> None:
    with pytest.raises(NotAnIdNumber, match=said):
        read(written, on=ON)


def test_somebody_born_today_may_be_taken_in_and_a_leap_day_is_a_day() -> None:
    assert read(made("220281", "20240520", "001"), on=ON).birth_date == ON
    assert read(made("220281", "20240229", "002"), on=ON).sex == Sex.FEMALE


def test_area_codes_of_the_past_are_no_reason_to_refuse() -> None:
    # 220281 exists since 1989; older people carry the county's former code, some codes are on no list at all.
    for area in ("220223", "229999", "220281"):
        assert read(made(area, "19600101", "013"), on=ON).sex == Sex.MALE


@given(st.integers(0, 10**17 - 1), st.integers(0, 16), st.integers(0, 9))
def test_one_wrong_digit_is_always_found(stem: int, place: int, digit: int) -> None:
    digits = f"{stem:017d}"
    wrong = digits[:place] + str(digit) + digits[place + 1 :]
    assert wrong == digits or check_digit(wrong) != check_digit(digits)


def test_normalising_keeps_what_is_no_digit_to_be_told() -> None:
    assert normalise(" 22a ") == "22A"


def test_a_certificate_says_whose_which_and_how_grave() -> None:
    found = read_certificate("11010519491231002X 42")
    assert (found.id_number, found.category_code, found.grade) == ("11010519491231002X", 4, 2)
    assert CATEGORY_BY_CODE[found.category_code].label == "肢体"
    assert read_certificate("11010519491231002x63B1").grade == 3


@pytest.mark.parametrize("written", ["11010519491231002X", "11010519491231002X82", "11010519491231002X45", "42"])
def test_what_is_no_certificate_is_told_how_one_looks(written: str) -> None:
    with pytest.raises(NotAnIdNumber, match="1 位类别"):
        read_certificate(written)
