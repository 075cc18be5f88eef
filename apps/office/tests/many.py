"""Many families at once, each with its case somewhere on the way; written set-wise: a test can have hundreds."""

from collections.abc import Sequence
from datetime import date, timedelta

from apps.accounts.models import User
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.eligibility.policy.enums import AreaKind
from apps.households.family import AccountEntry, Family
from apps.households.models import PayeeKind
from apps.office.register.cases import take_in
from apps.takeover.register.entry import Entry

SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN = "一二三四五六七八九十"


def name_of(place: int) -> str:
    """A name of three characters, each place its own up to a thousand."""
    return f"{SURNAMES[place % 10]}{GIVEN[place // 10 % 10]}{GIVEN[place // 100 % 10]}"


def alone(o: f.Office, place: int) -> Family:
    """One person without income: 560.00 a month by the standard of 2024, nothing else."""
    # Numbers of one birthday run out.
    head = f.member(name_of(place), date(1970, 1, 1) + timedelta(days=place))
    return Family(
        area_kind=AreaKind.URBAN,
        members=(head,),
        village=o.village,
        address="和平街 1 号",
        incomes=(),
        financial_assets=(),
        other_assets=(),
        account=AccountEntry(PayeeKind.HEAD, 0, "蛟河农商银行", f.account_number_of(head)),
        consent_on=f.OPENED,
    )


def take_in_many(
    o: f.Office, count: int, *, applied_on: date, states: Sequence[State] = (State.PUBLICISED,), begin: int = 0
) -> int:
    """So many families of the first township that applied on a day."""
    entries = (
        Entry(alone(o, place), o.town, applied_on, o.caseworker, o.reviewer) for place in range(begin, begin + count)
    )
    system = User.objects.system()
    return take_in(entries, leader=o.leader, acting_user=system, on=applied_on, states=states)
