"""What every act on a case has in common: permission, record, lock, and its deadline counted anew."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.deadlines import next_due, spans_of
from apps.applications.models import Application
from apps.applications.transitions import FILED, MOVES, State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.core.transitions import Moves

DECIDES = (State.CONFIRMED, State.REFUSED)
STOPS = (State.WITHDRAWN, State.RETURNED)
# Acts of other offices' programs: no post permits them but a grant, asked for at their door (apps.partners).
OF_PROGRAMS = (Verb.TAKE_ANSWER,)
# What of a text the book of acts keeps.
REASON = 500


@contextmanager
def handling(
    application: Application, verb: Verb, *, acting_user: User, on: date, reason: str = "", **payload: Any
) -> Iterator[Application]:
    """Permission, act and row lock around the writes of one act; counts the deadline and saves the case at the end."""
    if verb not in OF_PROGRAMS:
        require(acting_user, verb, on=on, area=application.township)
    with act(verb, acting_user=acting_user, on=on, subject=application, reason=reason[:REASON], **payload):
        # What the case leads to is read when asked for: planning one statement over nine tables takes longer.
        locked = Application.objects.select_for_update().get(pk=application.pk)
        yield locked
        count_deadline(locked)
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
    with handling(application, verb, acting_user=acting_user, on=on, reason=reason, **payload) as case:
        if case.state not in states:
            raise Refused("illegal_move", "这一步现在不能办：情况已经变化，请刷新页面后再看。", state=case.state)
        yield case


@contextmanager
def moving(
    application: Application, verb: Verb, *, acting_user: User, on: date, reason: str = "", **payload: Any
) -> Iterator[Application]:
    """The same around a step that moves the case.

    Two at once: the second finds the case moved and gets Refused("illegal_move"). Refused("paused") for a decision
    while the clock is paused; a case withdrawn or given back takes its pause with it.
    """
    with handling(application, verb, acting_user=acting_user, on=on, reason=reason, **payload) as case:
        case.state = MOVES.target(verb, case.state)
        if case.state in DECIDES and case.pauses.standing().exists():
            raise Refused("paused", "这件申请的计时还暂停着，请先恢复计时，再作决定。")
        if case.state in STOPS:
            resume(case, acting_user=acting_user, on=on)
        yield case


def resume(case: Application, *, acting_user: User, on: date) -> bool:
    """End the pause of a case that is being handled; whether there was one."""
    return bool(case.pauses.standing().update(until=on, resumed_by=acting_user))


def count_deadline(case: Application) -> None:
    """Put down when the next deadline of a case is; a new one has not been told to the leader yet."""
    what, due = next_due(case, spans_of(case))
    if (due, what or "") != (case.due_on, case.due_what):
        case.due_on, case.due_what, case.escalated_on = due, what or "", None
