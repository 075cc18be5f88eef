"""What of a family was told to partners, and what the office itself looked up in full."""

from django.db.models import Count, Max, Q, QuerySet

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.households.models import Household, Person
from apps.partners.models import DisclosedPerson

MOST = 500


# Questions alike in all of these are one line to the family, with how often it was asked.
ALIKE = (
    "person",
    "disclosure__client__partner",
    "disclosure__record__on",
    "disclosure__fields",
    "disclosure__purpose",
    "disclosure__approval",
)


def told_of(household: Household) -> list[tuple[DisclosedPerson, int]]:
    """What was told of those who belong to the family now, newest first, and how many times on that day."""
    rows = DisclosedPerson.objects.filter(person__memberships__household=household, person__memberships__until=None)
    kinds = rows.order_by().values(*ALIKE).annotate(last=Max("pk"), times=Count("pk")).order_by("-last")[:MOST]
    times = {kind["last"]: kind["times"] for kind in kinds}
    told = DisclosedPerson.objects.select_related("person", "disclosure__record", "disclosure__client__partner")
    return [(one, times[one.pk]) for one in told.filter(pk__in=times).order_by("-pk")]


def looked_up(household: Household) -> QuerySet[Record]:
    """Full numbers, addresses and telephones of the family that officials opened, with their reasons."""
    people = household.memberships.filter(until=None).values("person")
    accounts = household.accounts.values("pk")
    subject = (
        Q(subject_type=Person._meta.label_lower, subject_id__in=people)
        | Q(subject_type=Household._meta.label_lower, subject_id=household.pk)
        | Q(subject_type="households.bankaccount", subject_id__in=accounts)
    )
    return Record.objects.filter(subject, verb=Verb.REVEAL).select_related("user").order_by("-pk")[:MOST]
