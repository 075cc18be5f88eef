"""What of a family may be passed on with a referral: the same for everybody, plus what the item turns on."""

from apps.eligibility.policy.enums import Labelled
from apps.partners.policy.assistance import Item


class Field(Labelled):
    """A thing another bureau may be told with a referral; nothing else ever is."""

    NAME = "NAME", "姓名"
    ID_NUMBER = "ID_NUMBER", "身份证号"
    PHONE = "PHONE", "联系电话"
    PLACE = "PLACE", "乡镇（街道）、村（社区）"
    CATEGORY = "CATEGORY", "救助身份"
    NEED = "NEED", "所需帮助"
    STUDENT = "STUDENT", "在读阶段"
    DISABILITY = "DISABILITY", "残疾类别和等级"
    ADDRESS = "ADDRESS", "住址"


_ALWAYS = (Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.PLACE, Field.CATEGORY, Field.NEED)
_AT_HOME = {"public_rental", "dilapidated_house", "heating", "electricity", "barrier_free"}


def passed_on(item: Item) -> list[Field]:
    """The fields a bureau needs for this item, and no others."""
    more = [
        field
        for field, needed in (
            (Field.STUDENT, bool(item.student)),
            (Field.DISABILITY, bool(item.disability)),
            (Field.ADDRESS, item.item in _AT_HOME),
        )
        if needed
    ]
    return [*_ALWAYS, *more]
