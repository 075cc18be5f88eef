"""What it turned out to be when a bank answered payments that nobody here had sent."""

from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.payments.models import ReturnAlarm
from apps.payments.transitions import ALARM_MOVES

GROUND_LENGTH = 8


def resolve_alarm(alarm: ReturnAlarm, *, ground: str, acting_user: User, on: date) -> ReturnAlarm:
    """Write down what the bank and the office found out; by another person than who brought the file ("own_work")."""
    require(acting_user, Verb.RESOLVE_ALARM, on=on)
    if len(ground.strip()) < GROUND_LENGTH:
        raise Refused("ground_needed", "请写明向谁查、查明了什么（至少八个字）。", field="ground")
    with act(Verb.RESOLVE_ALARM, acting_user=acting_user, on=on, subject=alarm, reason=ground.strip()):
        alarm = ReturnAlarm.objects.select_for_update(no_key=True, of=("self",)).get(pk=alarm.pk)
        alarm.state = ALARM_MOVES.target(Verb.RESOLVE_ALARM, alarm.state)
        different_person(acting_user, alarm.raised_by_id, what="查明多出的支付")
        alarm.ground, alarm.resolved_by, alarm.resolved_on = ground.strip(), acting_user, on
        alarm.save(update_fields=["state", "ground", "resolved_by", "resolved_on"])
        return alarm
