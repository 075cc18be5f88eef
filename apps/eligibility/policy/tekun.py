"""特困: who has neither strength, nor means, nor anybody bound to help, and what they receive (§2, §3, §4, 43号)."""

import datetime as dt

from apps.core.money import Fen

from .ages import age_on
from .clause import clause
from .disability import is_severe, takes_labour_capacity
from .enums import PartKind, Student
from .exact import Exact, share
from .facts import Member, Obligor, Part
from .household import ADULT
from .standards import InForce

_OLD = 60
_VERY_OLD = 70
_AT_SCHOOL = (Student.COMPULSORY, Student.SENIOR_HIGH, Student.SECONDARY_VOCATIONAL)


def is_tekun(member: Member, income: Fen, assets: Fen, as_of: dt.date, law: InForce) -> bool:
    """Whether all conditions hold for one person on the day of decision; unknown supporters: not assessed."""
    return (
        has_no_labour_capacity(member, age_on(member.birth_date, as_of))
        and not are_supporters_unknown(member)
        and has_no_livelihood(member, income, law.standard)
        and are_own_assets_within(member, assets, law.standard, law.asset_months)
        and has_no_able_supporter(member, as_of, law)
    )


@clause("43号第5条", "{member.ref}，{age} 周岁，残疾：{member.disability}", quiet=True)
def has_no_labour_capacity(member: Member, age: int) -> bool:
    """六十周岁以上、未满十八周岁以及达到规定残疾等级的人没有劳动能力。"""
    return (
        age >= _OLD or age < ADULT or takes_labour_capacity(member.disability) or is_former_minor_at_school(member, age)
    )


@clause("43号第24条", "{member.ref}，{age} 周岁，{member.full_time_student}", quiet=True)
def is_former_minor_at_school(member: Member, age: int) -> bool:
    """已享受特困供养的未成年人满十八周岁后仍在义务教育、高中或中职就读的，继续视为无劳动能力。"""
    return age >= ADULT and member.was_tekun and member.full_time_student in _AT_SCHOOL


@clause("43号第24条", "{member.ref}", quiet=True)
def is_grown_up(member: Member, decided_on: dt.date, ages_on: dt.date) -> bool:
    """未成年特困人员的供养到满十八周岁的当月为止，仍在义务教育、高中或中职就读的除外。"""
    if age_on(member.birth_date, decided_on) >= ADULT or member.full_time_student in _AT_SCHOOL:
        return False
    return age_on(member.birth_date, ages_on) >= ADULT


def turning_ages(law: InForce) -> tuple[int, ...]:
    """The age (completed years) at which 特困供养 of a minor may end."""
    return (ADULT,)


@clause("43号第4条", "{member.ref}", quiet=True)
def are_supporters_unknown(member: Member) -> bool:
    """法定义务人情况尚未查明的，暂不作特困评估。"""
    return member.obligors is None


@clause(
    "43号第6条",
    "{member.ref} 本人十二个月收入 {income:yuan} 元，标准 {standard:yuan} 元 × 12，低于：{result}",
    uses=("dibao_standard",),
)
def has_no_livelihood(member: Member, income: Fen, standard: Exact) -> bool:
    """本人收入低于低保标准，社会保险待遇不计入。"""
    return income < 12 * standard


@clause(
    "§4",
    "{member.ref} 本人金融资产 {assets:yuan} 元，上限 {months} 个月 × {standard:yuan} 元，未超过：{result}",
    uses=("dibao_standard", "asset_months"),
)
def are_own_assets_within(member: Member, assets: Fen, standard: Exact, months: Exact) -> bool:
    """本人金融资产不得超过二十四个月低保标准。"""
    return assets <= months * standard


@clause("43号第4条", "{member.ref}，成立：{result}")
def has_no_able_supporter(member: Member, as_of: dt.date, law: InForce) -> bool:
    """没有法定赡养、抚养、扶养义务人，或者义务人全都没有履行能力。"""
    unable = [is_obligor_unable(number, o, as_of, law) for number, o in enumerate(member.obligors or (), start=1)]
    return all(unable)


@clause(
    "43号第8条",
    "第 {number} 名义务人（出生 {obligor.birth_date:known}，特困：{obligor.tekun:known}，低保：{obligor.dibao:known}，"
    "残疾：{obligor.disability}，财产符合：{obligor.assets_within_limit:known}，{obligor.status}），无履行能力：{result}",
)
def is_obligor_unable(number: int, obligor: Obligor, as_of: dt.date, law: InForce) -> bool:
    """义务人本人特困、年老低保、收入不高且年迈或重残、或者无行为能力等的，视为无履行能力。"""
    age = -1 if obligor.birth_date is None else age_on(obligor.birth_date, as_of)
    if obligor.tekun or (obligor.dibao and age >= _OLD):
        return True
    if not obligor.assets_within_limit:
        return False
    return obligor.status is not None or (
        has_modest_income(number, obligor, law.annual_disposable_income)
        and (age >= _VERY_OLD or is_severe(obligor.disability))
    )


@clause(
    "43号第8条",
    "第 {number} 名义务人年收入 {obligor.annual_income:yuan} 元，上年度人均可支配 {disposable:yuan} 元，低于：{result}",
    uses=("disposable_income",),
)
def has_modest_income(number: int, obligor: Obligor, disposable: Exact) -> bool:
    """义务人收入低于上年度居民人均可支配收入；收入不明的不能认定。"""
    return obligor.annual_income is not None and obligor.annual_income < disposable


def tekun_parts(person: Member, law: InForce) -> tuple[Part, ...]:
    """Basic living and, once self-care was assessed, care."""
    basic = Part(PartKind.BASIC, basic_living(person, law.tekun_basic[person.support], law.standard))
    if person.self_care_failures is None:
        is_self_care_unassessed(person)
        return (basic,)
    level = self_care_level(person, person.self_care_failures)
    return basic, Part(level, care(level, law.tekun_care[level], law.minimum_wage))


@clause(
    "§3",
    "{person.ref}，{person.support}，{standard:yuan} 元 × {rate} = {result:yuan} 元",
    gives="yuan",
    uses=("dibao_standard", "tekun_basic"),
)
def basic_living(person: Member, rate: Exact, standard: Exact) -> Fen:
    """特困人员基本生活费按低保标准的倍数确定，集中供养高于分散供养。"""
    return share(rate, standard)


@clause("43号第21条", "{person.ref}", quiet=True)
def is_self_care_unassessed(person: Member) -> bool:
    """尚未评估生活自理能力的，暂不发照料护理费。"""
    return person.self_care_failures is None


@clause("43号第22条", "{person.ref}，六项中 {failures} 项不能，{result}")
def self_care_level(person: Member, failures: int) -> PartKind:
    """六项日常活动都能完成为自理，一至三项不能为半护理，四项以上为全护理。"""
    if failures == 0:
        return PartKind.CARE_SELF
    return PartKind.CARE_PARTIAL if failures <= 3 else PartKind.CARE_FULL


@clause(
    "§3",
    "{level}：最低工资 {minimum_wage:yuan} 元 × {rate:percent} = {result:yuan} 元",
    gives="yuan",
    uses=("minimum_wage", "tekun_care"),
)
def care(level: PartKind, rate: Exact, minimum_wage: Exact) -> Fen:
    """照料护理费按自理能力取上年度最低工资的一定比例。"""
    return share(rate, minimum_wage)
