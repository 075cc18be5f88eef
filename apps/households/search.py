"""What somebody typed to find a family: a name, its initials or a number, each looked up in one index.

Names and numbers are matched from their beginning: that is what an index answers at any size. For a piece out of the
middle of a name of two or three characters no index helps: trigrams need three letters to work with.
"""

from django.db.models import Q, QuerySet

from apps.households.idnumber import IdNumber
from apps.households.models import Household, Membership, Person

# In the order of names the few that match are found first; in that of the file the whole of it would be walked.
BY_NAME = ("head__name", "-pk")
WHOLE_NAME = 2


def is_number(text: str) -> bool:
    """Digits only: the beginning of a household's or a case's number."""
    return text.isascii() and text.isdigit()


def headed(households: QuerySet[Household], text: str) -> QuerySet[Household]:
    """Households whose number, or whose head, begins like this."""
    if is_number(text):
        return households.filter(number__begins=text).order_by("-pk")
    return households.filter(head__in=Person.objects.filter(_called(text))).order_by(*BY_NAME)


def with_member(households: QuerySet[Household], wanted: str | IdNumber) -> QuerySet[Household]:
    """Households to which somebody of this name, these initials or this identity number belongs or belonged."""
    if isinstance(wanted, IdNumber):
        people = Person.objects.with_id_number(wanted)
    else:
        people = Person.objects.filter(_called(wanted))
    mine = Membership.objects.filter(person__in=people).values("household")
    return households.filter(pk__in=mine).order_by(*BY_NAME)


def _called(text: str) -> Q:
    if not text.isascii():
        return Q(name__begins=text)
    # Two letters begin one name in a hundred; they are the whole of a name of two characters.
    return Q(initials=text.lower()) if len(text) <= WHOLE_NAME else Q(initials__begins=text.lower())
