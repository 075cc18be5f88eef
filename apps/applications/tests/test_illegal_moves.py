"""Every state × every act × every desk: whatever the table does not allow is refused, by Python and by the database."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.roles import MAY, Role
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.applications.tests.test_moves import DO, LIFE, prepared, whose_turn
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

Shared = tuple[f.Office, dict[State, int]]
DESKS = [role for role in Role if role != Role.SYSTEM_ADMIN]


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Shared]:
    """A case in every state."""
    with f.undone(django_db_blocker):
        o = f.office()
        yield o, {state: make(o).pk for state, make in f.AT.items()}


@pytest.fixture
def o(shared: Shared) -> Iterator[f.Office]:
    with f.undone():
        yield shared[0]


def allowed(state: State, verb: Verb, role: Role) -> bool:
    return any((source, did) == (state, verb) for source, did, _ in LIFE) and role in MAY[verb]


@pytest.mark.parametrize("state", State)
def test_no_desk_takes_a_step_that_is_not_its_own(o: f.Office, shared: Shared, state: State) -> None:
    """All acts at once for each state: the lists are long, the office the same."""
    records, tried = Record.objects.count(), 0
    for verb in sorted(DO):
        for role in DESKS:
            if allowed(state, verb, role):
                continue
            case, who = Application.objects.get(pk=shared[1][state]), o.desk(role)
            with pytest.raises(Refused) as told:
                DO[verb](o, case, who, f.DECIDED)
            expected = {"illegal_move", "review_is_decided"} if role in MAY[verb] else {"not_permitted"}
            assert told.value.code in expected, (verb, role)
            tried += 1
    assert Application.objects.get(pk=shared[1][state]).state == state
    assert Record.objects.count() == records
    assert tried >= len(DO) * (len(DESKS) - 1)


@pytest.mark.parametrize("state", State)
def test_the_database_refuses_every_other_change_of_state(o: f.Office, shared: Shared, state: State) -> None:
    """By hand, as the application's role, inside a declared act."""
    pk = shared[1][state]
    legal = {target for source, _, target in LIFE if source == state}
    # A second person may revoke what was confirmed (test_revocation.py).
    legal |= {State.REVOKED} if state == State.CONFIRMED else set()
    for target in set(State) - legal - {state}:
        declared = act(Verb.CONFIRM, acting_user=o.reviewer, on=f.DECIDED)
        with pytest.raises(DatabaseError) as told, transaction.atomic(), declared, connection.cursor() as cursor:
            cursor.execute("UPDATE applications_application SET state = %s WHERE id = %s", [target, pk])
        assert told.value.__cause__.pgcode == "JH002", (state, target)  # type: ignore[union-attr]
    assert Application.objects.get(pk=pk).state == state


@pytest.mark.parametrize("verb", [Verb.SKIP_VISIT, Verb.UPHOLD_OBJECTION, Verb.CONFIRM_DELEGATED])
def test_the_counter_proof_the_new_acts_can_be_done(o: f.Office, shared: Shared, verb: Verb) -> None:
    state = next(source for source, did, _ in sorted(LIFE) if did == verb)
    case: Any = prepared(o, Application.objects.get(pk=shared[1][state]), verb)
    assert DO[verb](o, case, whose_turn(o, verb), f.DECIDED).state != state
