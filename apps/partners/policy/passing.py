"""What of a family may be passed on with a referral: the same for everybody, plus what the item turns on."""

from apps.partners.enums import Field
from apps.partners.policy.assistance import Item

_ALWAYS = (Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.AREA, Field.SCHEME, Field.NEED)
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
