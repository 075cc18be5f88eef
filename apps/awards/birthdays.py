"""Whose birthday will move an amount: listed before it acts, since nobody decides on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.awards.facts import due_of
from apps.awards.models import Award, AwardMember
from apps.core.month import Month
from apps.eligibility.policy.standards import Law

# Grown up; the age of 特困 and of one reading of 老残; old.
AGES = (18, 60, 70)
MEANS = {18: "满 18 周岁，未成年增发停止", 60: "满 60 周岁，可以核查是否符合特困", 70: "满 70 周岁，老年增发开始"}


@dataclass(frozen=True)
class Birthday:
    """A person paid for who turns an age that counts; what the award is due for that month and for the next."""

    award: Award
    member: AwardMember
    age: int
    before: int
    after: int

    @property
    def means(self) -> str:
        """What the age is about."""
        return MEANS[self.age]

    @property
    def change(self) -> int:
        """Fen more or less a month."""
        return self.after - self.before


def born_for(month: Month, age: int) -> Q:
    """The condition on who turns that age in a month; born on 29 February is in February in any year."""
    born = Month(month.year - age, month.month)
    return Q(person__birth_date__range=(born.first(), born.last()))


def with_birthdays(awards: QuerySet[Award], month: Month, ages: tuple[int, ...] = AGES) -> QuerySet[Award]:
    """The awards paid in a month that pay for somebody who turns one of these ages in it."""
    turning = AwardMember.objects.filter(reduce(or_, (born_for(month, age) for age in ages)), award=OuterRef("pk"))
    return awards.due_in(month.first()).filter(Exists(turning))  # type: ignore[attr-defined, no-any-return]


def birthdays(awards: list[Award], month: Month, law: Law, ages: tuple[int, ...] = AGES) -> Iterator[Birthday]:
    """One entry a person; ages of a month count from the month after."""
    for award in awards:
        before, after = (due_of(award, one, law).total for one in (month, month.next()))
        for member in award.members.all():
            born = member.person.birth_date
            age = month.year - born.year
            if born.month == month.month and age in ages:
                yield Birthday(award, member, age, before, after)
