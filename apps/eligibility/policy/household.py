"""Who counts in the household (57号第7条)."""

import datetime as dt
from collections.abc import Iterable

from .ages import age_on
from .clause import clause
from .enums import Relation, Student
from .facts import Member

# 28号 §4 raised the age of minors in 特困 from under 16 to under 18 (§4-2); 57号第7条 and the supplement of §5 mean the
# same age.
ADULT = 18
_UP_TO_UNDERGRADUATE = frozenset(Student) - {Student.POSTGRADUATE}


def counted_members(members: Iterable[Member], as_of: dt.date) -> tuple[Member, ...]:
    """The members counted on the day of decision, in their order."""
    return tuple(member for member in members if is_counted(member, age_on(member.birth_date, as_of)))


@clause(
    "57号第7条",
    "{member.ref}（{member.relation}，{age} 周岁，长期共同居住：{member.coresident}，在校：{member.full_time_student}，"
    "不能独立生活：{member.cannot_live_independently}），计入：{result}",
)
def is_counted(member: Member, age: int) -> bool:
    """户主、配偶、未成年或仍需抚养的子女以及长期同住的法定义务亲属计入家庭人口。"""
    if is_never_counted(member):
        return False
    if member.relation in (Relation.HEAD, Relation.SPOUSE):
        return True
    return member.coresident or (member.relation is Relation.CHILD and is_dependent_child(member, age))


@clause("57号第7条", "{member.ref}，{member.status}", quiet=True)
def is_never_counted(member: Member) -> bool:
    """服刑、强制戒毒、宣告失踪和离家三年以上的宗教教职人员不计入家庭人口。"""
    return member.status is not None


@clause("57号第7条", "{member.ref}，{age} 周岁", quiet=True)
def is_dependent_child(member: Member, age: int) -> bool:
    """未成年子女、本科及以下全日制在校的成年子女和不能独立生活的成年子女随父母计入。"""
    return age < ADULT or member.full_time_student in _UP_TO_UNDERGRADUATE or member.cannot_live_independently
