"""What every move of a case has in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.models import Application
from apps.applications.transitions import MOVES
from apps.audit.actions import act
from apps.audit.verbs import Verb


@contextmanager
def moving(
    application: Application, verb: Verb, *, acting_user: User, on: date, reason: str = "", **payload: Any
) -> Iterator[Application]:
    """Permission, act, row lock and legal move around the writes of one step; saves the case at the end.

    Two at once: the second finds the case moved and gets Refused("illegal_move").
    """
    require(acting_user, verb, on=on, area=application.township)
    with act(verb, acting_user=acting_user, on=on, subject=application, reason=reason, **payload):
        locked = (
            Application.objects.select_for_update(of=("self",))
            .select_related("township", "household__township", "household__head", "merges__township")
            .select_related("declaration", "assessment", "corrects")
            .get(pk=application.pk)
        )
        locked.state = MOVES.target(verb, locked.state)
        yield locked
        locked.save()
