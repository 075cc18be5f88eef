"""When the next review falls due: the class of the family, the interval, the ends of months (57号第31条)."""

from datetime import date

import pytest

from apps.eligibility.policy.enums import AreaKind, DisabilityCategory, Relation, ReviewClass, Scheme
from apps.eligibility.policy.facts import AwardFacts, Disability, Member
from apps.eligibility.policy.review import months_later, review_due
from apps.eligibility.policy.standards import Law

HEAD = Member("甲", date(1985, 1, 1), Relation.HEAD)


def award(*people: Member, scheme: Scheme = Scheme.DIBAO) -> AwardFacts:
    return AwardFacts(scheme, AreaKind.URBAN, date(2024, 5, 29), people or (HEAD,))


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2023, 8, 30), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 31), 6, date(2025, 6, 30)),
        (date(2024, 6, 1), 3, date(2024, 9, 1)),
    ],
)
def test_the_same_day_or_the_last_of_the_month(day: date, months: int, due: date) -> None:
    assert months_later(day, months) == due


@pytest.mark.parametrize(
    ("person", "found"),
    [
        (HEAD, ReviewClass.GENERAL),
        (Member("子", date(2006, 6, 1), Relation.CHILD), ReviewClass.PRIORITY),  # 17 on that day
        (Member("子", date(2006, 5, 29), Relation.CHILD), ReviewClass.GENERAL),  # 18 on that day
        (Member("母", date(1954, 5, 29), Relation.PARENT), ReviewClass.PRIORITY),  # 70 on that day
        (Member("母", date(1954, 5, 30), Relation.PARENT), ReviewClass.GENERAL),
        (Member("弟", date(1990, 1, 1), Relation.SIBLING, serious_illness=True), ReviewClass.PRIORITY),
        (
            Member("弟", date(1990, 1, 1), Relation.SIBLING, disability=Disability(DisabilityCategory.MENTAL, 3)),
            ReviewClass.PRIORITY,
        ),
        (
            Member("弟", date(1990, 1, 1), Relation.SIBLING, disability=Disability(DisabilityCategory.PHYSICAL, 3)),
            ReviewClass.GENERAL,
        ),
    ],
)
def test_somebody_whose_circumstances_hardly_change_makes_it_twelve_months(person: Member, found: ReviewClass) -> None:
    due = {ReviewClass.PRIORITY: date(2025, 5, 29), ReviewClass.GENERAL: date(2024, 11, 29)}[found]
    people = (HEAD,) if person is HEAD else (HEAD, person)
    assert review_due([award(*people)], date(2024, 5, 29), Law.shipped()) == (found, due)


def test_tekun_is_always_of_the_first_class_and_nothing_paid_is_not_reviewed() -> None:
    sixty = Member("甲", date(1960, 1, 1), Relation.HEAD)
    day = date(2024, 5, 29)
    assert review_due([award(sixty, scheme=Scheme.TEKUN)], day, Law.shipped()) == (
        ReviewClass.PRIORITY,
        date(2025, 5, 29),
    )
    assert review_due([], day, Law.shipped()) is None


def test_a_decision_older_than_the_interval_counts_from_the_day_the_interval_came_into_force() -> None:
    """In force since 2023-05-01: six months on."""
    assert review_due([award()], date(2022, 3, 15), Law.shipped()) == (ReviewClass.GENERAL, date(2023, 11, 1))
