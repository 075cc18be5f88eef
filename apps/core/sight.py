"""Whose families a database session sees: the second line behind every queryset's ``visible_to``.

Tables of families have row-level security (``apps.core.rowsecurity``). A session finds the rows of the townships it was
told, and none before it was told any. Pages are told by the user's postings (``apps.accounts.middleware``); workers and
commands, which work for everybody, take the role that sees the county. So does a declared act (``apps.audit.actions``):
its checks ask across townships (is this person in another family already?), it is allowed by ``require`` and booked.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DatabaseError, InterfaceError, connection

APP_ROLE = "jiaohe_app"
COUNTY_ROLE = "jiaohe_county"
SETTING = "jiaohe.townships"

Sight = tuple[str, str]
WHOLE_COUNTY: Sight = (COUNTY_ROLE, "")

# What was told within the context; None where the process sees what it sees by itself.
_sight: ContextVar[Sight | None] = ContextVar("sight", default=None)


@contextmanager
def seeing(townships: Iterable[int]) -> Iterator[None]:
    """Inside, queries find families of these townships (ids of areas) only; no township, no family."""
    with _taken((APP_ROLE, ",".join(map(str, townships)))):
        yield


@contextmanager
def seeing_the_county() -> Iterator[None]:
    """Inside, queries find every family; for who works for the county, and for checks that ask across townships."""
    with _taken(WHOLE_COUNTY):
        yield


@contextmanager
def _taken(sight: Sight) -> Iterator[None]:
    before = _sight.get()
    if before == sight:
        yield
        return
    role = _tell(sight)
    token = _sight.set(sight)
    try:
        yield
    finally:
        _sight.reset(token)
        _take_back(before, role)


def is_narrowed() -> bool:
    """Whether the session was told some townships."""
    sight = _sight.get()
    return sight is not None and sight != WHOLE_COUNTY


def _tell(sight: Sight) -> str:
    """Tell the session; the role it worked as until now."""
    told = "SELECT current_setting('role'), set_config('role', %s, false), set_config(%s, %s, false)"
    with connection.cursor() as cursor:
        cursor.execute(told, [sight[0], SETTING, sight[1]])
        return str(cursor.fetchone()[0])


def _take_back(before: Sight | None, role: str) -> None:
    """As it was; a connection that cannot be told any more is given up, so that nobody goes on seeing with it."""
    try:
        if before is not None:
            _tell(before)
            if role != before[0]:
                # Within an act, which goes on as it was, and is over with its transaction.
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('role', %s, true)", [role])
            return
        with connection.cursor() as cursor:
            cursor.execute(f"RESET ROLE; RESET {SETTING}")
    except (DatabaseError, InterfaceError):
        if not connection.in_atomic_block:
            connection.close()
