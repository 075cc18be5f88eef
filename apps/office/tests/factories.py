"""A small office: areas, a few desks, and a case as far as wanted."""

import datetime as dt

from apps.accounts.actions import appoint, create_user, load_areas
from apps.accounts.models import Area, User
from apps.accounts.roles import Role
from apps.core.models import OfficeDate
from apps.office.divisions import shipped_divisions

ON = dt.date(2024, 5, 20)
PASSWORD = "jiaohe-demo-2026"
XINZHAN = "220281100"
COUNTY = "220281"


def open_office(on: dt.date = ON) -> None:
    """Areas and an office date."""
    OfficeDate.objects.update_or_create(pk=1, defaults={"day": on})
    load_areas(shipped_divisions(), acting_user=User.objects.system(), on=on)


def hire(username: str, role: Role, area: str = COUNTY) -> User:
    """A colleague with a post since the rules came into force."""
    since, system = dt.date(2021, 11, 1), User.objects.system()
    user = create_user(
        username, name=f"同事{username}", password=PASSWORD, one_time=False, acting_user=system, on=since
    )
    appoint(user, area=Area.objects.get(code=area), role=role, since=since, acting_user=system, on=since)
    return user
