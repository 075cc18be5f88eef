"""单人户: severely disabled or seriously ill members of a 低收入 household taken into 低保 alone (§5, 57号第8条)."""

from apps.core.money import Fen

from .clause import clause
from .disability import is_severe
from .enums import PartKind
from .exact import Exact, share
from .facts import Member, Part
from .standards import InForce


@clause("§5", "{person.ref}，{result}", quiet=True)
def single_person_ground(person: Member) -> PartKind | None:
    """低收入家庭中的重残、重病人员可以单独纳入低保，只取一种理由。"""
    if is_severe(person.disability):
        return PartKind.SEVERE_DISABILITY
    return PartKind.SERIOUS_ILLNESS if person.serious_illness else None


def single_person_parts(person: Member, law: InForce) -> tuple[Part, ...]:
    """The flat amount under the person's ground; nothing without a ground."""
    ground = single_person_ground(person)
    if ground is None:
        return ()
    return (Part(ground, flat_amount(person, law.single_person_rate, law.standard), person.ref),)


@clause(
    "§5",
    "{person.ref}：{standard:yuan} 元 × {rate:percent} = {result:yuan} 元",
    gives="yuan",
    uses=("dibao_standard", "single_person_rate"),
)
def flat_amount(person: Member, rate: Exact, standard: Exact) -> Fen:
    """单人户按重病重残增发标准定额发放，不扣本人收入。"""
    return share(rate, standard)
