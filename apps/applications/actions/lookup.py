"""Looking an identity number up while a family is typed in."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.models import Application
from apps.applications.transitions import OPEN, State
from apps.audit.actions import record
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.actions import current_of
from apps.awards.enums import LEFT
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.core.sight import seeing_the_county
from apps.households.idnumber import IdNumber
from apps.households.models import Household, Membership, Person

HINTS_AN_HOUR = 60
WATCHED = timedelta(days=365)


@dataclass(frozen=True)
class Found:
    """What is known of a person: here the whole file, of another township only how it stands and whom to ask."""

    standing: str
    office: str
    person: Person | None = None
    household: Household | None = None


@seeing_the_county()
def look_up(number: IdNumber, *, acting_user: User, on: date) -> Found | None:
    """Whether this person is in a household on file, for a complete valid identity number (double claims).

    In the user's own townships the household itself; elsewhere only 已登记死亡 / 在享 / 办理中 / 一年内未予确认 /
    一年内退出 and the office, and each such hint is a recorded act. Refused("too_many_hints") beyond sixty such hints
    an hour.
    """
    require(acting_user, Verb.HINT_ELSEWHERE, on=on)
    person = Person.objects.with_id_number(number).first()
    if person is None:
        return None
    membership = _membership(person, on)
    if membership is None:
        return None
    household = membership.household
    standing = "已登记死亡" if person.died_on else _standing(household, on)
    if acting_user.scope().covers(household.township):
        return Found(standing or "有家庭档案", household.township.name, person, household)
    if not standing:
        return None
    _limit_hints(acting_user)
    record(
        Verb.HINT_ELSEWHERE,
        acting_user=acting_user,
        on=on,
        subject=household,
        area=household.township,
        person=person.id_number_mask,
        standing=standing,
    )
    return Found(standing, household.township.name)


def _membership(person: Person, on: date) -> Membership | None:
    """The household the person belongs to; of the dead the last one."""
    memberships = person.memberships.select_related("household__township", "household__head").order_by("-since")
    if person.died_on is None:
        memberships = memberships.filter(Q(until=None) | Q(until__gt=on), since__lte=on)
    return memberships.first()


def _standing(household: Household, on: date) -> str:
    if current_of(household, Month.of(on)) is not None:
        return "在享待遇"
    cases = Application.objects.filter(household=household)
    if cases.filter(state__in=OPEN).exists():
        return "正在办理"
    if cases.filter(state=State.REFUSED, decided_on__gte=on - WATCHED).exists():
        return "一年内未予确认"
    if household.decisions.filter(kind__in=LEFT, decided_on__gte=on - WATCHED).exists():
        return "一年内退出待遇"
    return ""


def _limit_hints(user: User) -> None:
    if Record.objects.within_the_hour(user, Verb.HINT_ELSEWHERE).count() >= HINTS_AN_HOUR:
        raise Refused("too_many_hints", "一小时内的跨乡镇查重次数已到上限，请稍后再试。")
