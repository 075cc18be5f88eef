"""What happened to a case and to a family, as it is told on their pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.applications.models import Application
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.households.models import BankAccount, Household

ACCOUNT_DECISIONS = (Verb.APPROVE_ACCOUNT, Verb.REJECT_ACCOUNT)


@dataclass(frozen=True)
class Happening:
    """One line: what, by whom, on which day of the office; ``clock`` says when it was really entered."""

    title: str
    on: date
    who: str
    note: str
    clock: str


def of_case(case: Application, user: Any) -> QuerySet[Record]:
    """The steps of a case, that which took an earlier one up again, and the account approved along with it."""
    steps = Q(subject_type=case._meta.label_lower, subject_id=case.pk, within=None)
    along = Q(verb__in=ACCOUNT_DECISIONS, within__subject_type=case._meta.label_lower, within__subject_id=case.pk)
    if case.follows_id:
        steps |= Q(verb=Verb.REOPEN_CASE, subject_type=case._meta.label_lower, subject_id=case.follows_id)
    return _told(user, steps | along, case.household)


def of_family(household: Household, user: Any) -> QuerySet[Record]:
    """What was done to a family's file, and what became of its accounts."""
    accounts = household.accounts.values("pk")
    own = Q(subject_type=household._meta.label_lower, subject_id=household.pk)
    decided = Q(verb__in=ACCOUNT_DECISIONS, subject_type=BankAccount._meta.label_lower, subject_id__in=accounts)
    return _told(user, own | decided, household)


def _told(user: Any, which: Q, household: Household | None) -> QuerySet[Record]:
    # Whoever has the family has its whole history, also from the township it came from.
    whole = household is not None and user.scope().covers(household.township)
    records = Record.objects.all() if whole else Record.objects.visible_to(user)
    return records.filter(which).select_related("user").order_by("pk")


def happened(records: Iterable[Record]) -> Iterator[Happening]:
    """The records in their order; the same act by the same person on the same day over and over is told once."""
    for _, alike in groupby(records, key=lambda one: (one.verb, one.user_id, one.on, one.reason, _about(one))):
        entries = list(alike)
        first, last = entries[0], entries[-1]
        times = f" {len(entries)} 次" if len(entries) > 1 else ""
        moments = dict.fromkeys(f"{timezone.localtime(one.at):%H:%M}" for one in (first, last))
        yield Happening(
            title=f"{Verb(first.verb).label}{times}",
            on=first.on,
            who=first.user.name,
            note=first.reason or _about(first),
            clock=f"登记时间 {'–'.join(moments)}",
        )


def _about(record: Record) -> str:
    return record.subject_label if record.verb in ACCOUNT_DECISIONS else ""
