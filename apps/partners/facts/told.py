"""What of a family was told to partners, and what the office itself looked up in full."""

from django.db.models import Q, QuerySet

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.households.models import Household, Person
from apps.partners.models import DisclosedPerson

MOST = 500


def told_of(household: Household) -> QuerySet[DisclosedPerson]:
    """Everything told of those who belong to the family now, newest first."""
    rows = DisclosedPerson.objects.filter(person__memberships__household=household, person__memberships__until=None)
    return rows.select_related("person", "disclosure__record", "disclosure__client__partner").order_by("-pk")[:MOST]


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
