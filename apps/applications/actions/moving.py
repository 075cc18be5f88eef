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
from apps.core.refusal import Refused
from apps.core.transitions import Moves

# What of a text the book of acts keeps.
REASON = 500


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
def moving_paper(
    paper: Any, verb: Verb, moves: Moves, *, subject: Any, acting_user: User, on: date, reason: str = ""
) -> Iterator[Any]:
    """The same for a paper beside a case (complaint, revocation, ending); the record is about ``subject``."""
    require(acting_user, verb, on=on, area=paper.township)
    with act(verb, acting_user=acting_user, on=on, subject=subject, reason=reason[:REASON]):
        locked = type(paper)._default_manager.select_for_update(of=("self",)).get(pk=paper.pk)
        locked.state = moves.target(verb, locked.state)
        yield locked
        locked.save()


def said(text: str, field: str, ask: str = "请写明理由。") -> str:
    """What was written, without the space around it; Refused("reason_needed") for nothing."""
    if not text.strip():
        raise Refused("reason_needed", ask, field=field)
    return text.strip()
