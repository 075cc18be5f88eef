"""Resident identity numbers and disability certificates: what can be read from the digits alone."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import models

from apps.eligibility.policy.enums import DisabilityCategory

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_CERTIFICATE = re.compile(r"([0-9]{17}[0-9X])([1-7])([1-4])(B[0-9])?")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789XX")


class Sex(models.TextChoices):
    """Sex as the identity number carries it."""

    MALE = "MALE", "男"
    FEMALE = "FEMALE", "女"


class NotAnIdNumber(ValueError):
    """The text is not an identity number; the message says in Chinese what is wrong with it."""


@dataclass(frozen=True)
class IdNumber:
    """A valid 18-character identity number and what it says."""

    text: str
    birth_date: date
    sex: Sex
    area_code: str

    @property
    def mask(self) -> str:
        """Area and last four, the birth date hidden: 220281********1234."""
        return f"{self.text[:6]}********{self.text[-4:]}"


def normalise(text: str) -> str:
    """Without spaces, in half width, with a capital X."""
    return re.sub(r"\s", "", text).translate(_FULL_WIDTH).upper()


def check_digit(first_seventeen: str) -> str:
    """The eighteenth character of GB 11643 for the seventeen digits before it."""
    return CHECK[sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True)) % 11]


def read(text: str, *, on: date) -> IdNumber:
    """Read an identity number: 18 characters, a real birth date not after ``on``, the right check digit.

    NotAnIdNumber otherwise. An unknown area code is no reason to refuse (codes of the past are still carried).
    """
    number = normalise(text)
    if len(number) != 18:
        missing = 18 - len(number)
        raise NotAnIdNumber(f"还差 {missing} 位，应为 18 位。" if missing > 0 else f"多了 {-missing} 位，应为 18 位。")
    if not _SHAPE.fullmatch(number):
        raise NotAnIdNumber("只能有数字，最后一位可以是 X。")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise NotAnIdNumber("第 7 至 14 位不是真实的出生日期，请对照证件核对。") from error
    if not date(1880, 1, 1) <= born <= on:
        raise NotAnIdNumber("出生日期不合情理，请对照证件核对第 7 至 14 位。")
    if check_digit(number[:17]) != number[17]:
        raise NotAnIdNumber("校验位不符，多半有一位抄错，请对照证件核对。")
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdNumber(number, born, sex, number[:6])


@dataclass(frozen=True)
class Certificate:
    """A disability certificate number: whose it is, category code 1–7 and grade 1–4."""

    id_number: str
    category_code: int
    grade: int


# The seventh-from-the-front code of the certificate, in the order of GB/T 26341.
CATEGORY_BY_CODE = dict(enumerate(DisabilityCategory, start=1))


def read_certificate(text: str) -> Certificate:
    """Read a certificate number: identity number, category, grade, perhaps B and a re-issue count.

    NotAnIdNumber with what is wrong.
    """
    found = _CERTIFICATE.fullmatch(normalise(text))
    if not found:
        raise NotAnIdNumber("残疾证号应为 18 位身份证号加 1 位类别（1–7）和 1 位等级（1–4），补证的后面另有 B 和次数。")
    return Certificate(found[1], int(found[2]), int(found[3]))
