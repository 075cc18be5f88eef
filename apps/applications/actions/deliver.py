"""Letters handed over."""

from dataclasses import asdict, dataclass
from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.delivery import decided_on
from apps.applications.models import Application, Delivery, Ending, Letter, Way
from apps.applications.transitions import EndingState, State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.refusal import Refused

DECIDED = (State.CONFIRMED, State.REFUSED, State.REVOKED)


@dataclass(frozen=True)
class Handover:
    """When, how and to whom a letter was handed."""

    delivered_on: date
    way: Way
    receiver: str
    relation: str
    note: str = ""


def letter_to_deliver(application: Application) -> tuple[Letter, date] | None:
    """The letter that has not reached the family yet, and the day of its decision."""
    if application.state not in DECIDED:
        return None
    letter = Letter.REVOCATION if application.state == State.REVOKED else Letter.DECISION
    handed_over = application.deliveries.filter(letter=letter).exists()
    return None if handed_over else (letter, decided_on(application))


def deliver(application: Application, *, handover: Handover, acting_user: User, on: date) -> Delivery:
    """Record that the letter of a decided case reached the family.

    Refused("nothing_to_deliver") before a decision and once it is delivered, Refused("delivery_date") for a day before
    the decision or after today.
    """
    require(acting_user, Verb.DELIVER, on=on, area=application.township)
    with act(Verb.DELIVER, acting_user=acting_user, on=on, subject=application, way=handover.way):
        case = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        waiting = letter_to_deliver(case)
        if waiting is None:
            raise Refused("nothing_to_deliver", "没有待送达的通知书：还没有作出决定，或者已经登记过送达。")
        letter, since = waiting
        _refuse_impossible(handover, since, on)
        return Delivery.objects.create(application=case, letter=letter, by=acting_user, on=on, **asdict(handover))


def deliver_ending(ending: Ending, *, handover: Handover, acting_user: User, on: date) -> Delivery:
    """Record that the letter of a 特困 ending reached the person; refusals as for ``deliver``."""
    require(acting_user, Verb.DELIVER, on=on, area=ending.township)
    with act(Verb.DELIVER, acting_user=acting_user, on=on, subject=ending.award.household, way=handover.way):
        locked = Ending.objects.select_for_update(of=("self",)).get(pk=ending.pk)
        if locked.state != EndingState.ENDED or locked.deliveries.exists():
            raise Refused("nothing_to_deliver", "没有待送达的通知书：还没有作出决定，或者已经登记过送达。")
        _refuse_impossible(handover, locked.decided_on, on)
        return Delivery.objects.create(ending=locked, letter=Letter.ENDING, by=acting_user, on=on, **asdict(handover))


def _refuse_impossible(handover: Handover, since: date | None, on: date) -> None:
    if since and not since <= handover.delivered_on <= on:
        message = f"送达日期须在决定之日（{day_label(since)}）以后、今天以前。"
        raise Refused("delivery_date", message, field="delivered_on")
