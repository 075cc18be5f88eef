"""What somebody typed to find a family: a name, its initials or a number, each looked up in one index.

Names and numbers are matched from their beginning: that is what an index answers at any size. A piece from the middle of a
two-character name has no index that helps (three letters are the least for trigrams).
"""

from django.db.models import Q, QuerySet

from apps.households.models import Household, Membership, Person

HEAD = "head__"


def is_number(text: str) -> bool:
    """Digits only: the beginning of a household's or a case's number."""
    return text.isascii() and text.isdigit()


def named(text: str, prefix: str = "") -> Q:
    """The condition on persons (under ``prefix``) whose name, or whose initials, begin like this."""
    by = "initials" if text.isascii() else "name"
    return Q(**{f"{prefix}{by}__startswith": text.lower() if text.isascii() else text})


def headed(households: QuerySet[Household], text: str) -> QuerySet[Household]:
    """Households whose head, or whose number, begins like this."""
    if is_number(text):
        return households.filter(number__startswith=text)
    return households.filter(head__in=Person.objects.filter(named(text)))


def with_member(households: QuerySet[Household], people: QuerySet[Person]) -> QuerySet[Household]:
    """Households to which one of these persons belongs or belonged."""
    return households.filter(pk__in=Membership.objects.filter(person__in=people).values("household"))
