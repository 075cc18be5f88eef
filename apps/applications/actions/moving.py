"""What every move of a case has in common."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.models import Application
from apps.applications.transitions import FILED, MOVES
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused


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
            .select_related("township", "household__township", "household__head", "declaration", "assessment")
            .get(pk=application.pk)
        )
        locked.state = MOVES.target(verb, locked.state)
        yield locked
        locked.save()


@contextmanager
def noting(
    application: Application,
    verb: Verb,
    *,
    acting_user: User,
    on: date,
    states: Collection[str] = FILED,
    reason: str = "",
    **payload: Any,
) -> Iterator[Application]:
    """The same for an act that leaves the case where it stands; Refused("illegal_move") outside ``states``."""
    require(acting_user, verb, on=on, area=application.township)
    with act(verb, acting_user=acting_user, on=on, subject=application, reason=reason, **payload):
        locked = (
            Application.objects.select_for_update(of=("self",))
            .select_related("township", "household__head", "declaration")
            .get(pk=application.pk)
        )
        if locked.state not in states:
            raise Refused("illegal_move", "这一步现在不能办：情况已经变化，请刷新页面后再看。", state=locked.state)
        yield locked
        locked.save()


def said(text: str, *, field: str, what: str = "理由") -> str:
    """What was written, without blanks around it; Refused("reason_needed") when nothing was."""
    if not text.strip():
        raise Refused("reason_needed", f"请写明{what}。", field=field)
    return text.strip()
