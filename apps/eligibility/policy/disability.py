"""Two readings of a disability certificate that must not be mixed up (57号第8条, 43号第5条)."""

from .enums import DisabilityCategory
from .facts import Disability

_OF_THE_MIND = (DisabilityCategory.INTELLECTUAL, DisabilityCategory.MENTAL)
_NO_LABOUR_UP_TO_GRADE = {
    DisabilityCategory.INTELLECTUAL: 3,
    DisabilityCategory.MENTAL: 3,
    DisabilityCategory.PHYSICAL: 2,
    DisabilityCategory.VISUAL: 1,
}


def is_severe(disability: Disability | None) -> bool:
    """重残：一、二级各类残疾，以及三级智力、精神残疾."""
    if disability is None:
        return False
    return disability.grade <= 2 or (disability.grade == 3 and disability.category in _OF_THE_MIND)


def takes_labour_capacity(disability: Disability | None) -> bool:
    """特困所称的残疾：智力、精神一至三级，肢体一、二级，视力一级."""
    return disability is not None and disability.grade <= _NO_LABOUR_UP_TO_GRADE.get(disability.category, 0)
