"""Work that was offered and turned down."""

from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.households.models import Household, Person, WorkRefusal


def record_work_refusal(
    household: Household,
    *,
    person: Person,
    offered_on: date,
    offered_by: str,
    work: str,
    why_no_good_reason: str,
    acting_user: User,
    on: date,
) -> WorkRefusal:
    """Count one refusal of suitable work (57号第34条); what follows from three of them is decided by people.

    Refused("day_to_come") for a later day, Refused("already_recorded") for the same offer.
    """
    require(acting_user, Verb.RECORD_WORK_REFUSAL, on=on, area=household.township)
    if offered_on > on:
        raise Refused("day_to_come", "介绍日期不能晚于今天。", field="offered_on")
    with act(Verb.RECORD_WORK_REFUSAL, acting_user=acting_user, on=on, subject=household, person=person.id_number_mask):
        # The family's row stands in for a lock on the offer.
        Household.objects.select_for_update(no_key=True, of=("self",)).get(pk=household.pk)
        if person.work_refusals.filter(offered_on=offered_on, work=work.strip()).exists():
            raise Refused("already_recorded", "这次介绍工作已经登记过。", field="work")
        return WorkRefusal.objects.create(
            household=household,
            person=person,
            offered_on=offered_on,
            offered_by=offered_by.strip(),
            work=work.strip(),
            why_no_good_reason=why_no_good_reason.strip(),
            recorded_by=acting_user,
            recorded_on=on,
        )
