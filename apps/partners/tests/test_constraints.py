"""What the database itself refuses, written past Django as the application's role; and two writes at once."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.partners import actions
from apps.partners.actions.once import _alone, once
from apps.partners.enums import GrantState
from apps.partners.models import DisclosedPerson, Disclosure, Grant, KeptAnswer, Nonce
from apps.partners.tests import factories as p
from apps.partners.tests.test_status import about
from jiaohe_aid.testing.own import OwnDatabase


def refused(statement: str, *values: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def o(db: None) -> f.Office:
    return f.office(f.PAY_DAY)


def test_nobody_approves_a_grant_of_their_own(o: f.Office) -> None:
    grant = p.proposed(o, p.program(o, ready=False))
    own = {"acting_user": o.security, "on": p.ON}
    with pytest.raises(IntegrityError, match="grant_approved_by_another"), act(Verb.APPROVE_GRANT, **own):
        Grant.objects.update(state="APPROVED", decided_by=o.security, decided_on=p.ON)
    for user in (o.security, o.admin, o.caseworker):
        with pytest.raises(Refused):
            actions.approve_grant(grant, acting_user=user, on=p.ON)
    assert actions.approve_grant(grant, acting_user=o.chief, on=p.ON).state == GrantState.APPROVED


def test_a_grant_that_was_taken_back_never_comes_back(o: f.Office) -> None:
    grant = actions.revoke_grant(p.granted(o, p.program(o, ready=False)), reason="结束", acting_user=o.chief, on=p.ON)
    with pytest.raises(DatabaseError, match="cannot move"), act(Verb.APPROVE_GRANT, acting_user=o.chief, on=p.ON):
        Grant.objects.filter(pk=grant.pk).update(state="APPROVED")


def test_what_was_told_is_never_changed_nor_added_to(o: f.Office) -> None:
    head = f.confirmed(o).household.head  # type: ignore[union-attr]
    asking = p.program(o)
    p.granted(o, asking)
    asking.post("partner-api-status", about(head))
    refused("UPDATE partners_disclosure SET purpose = 'OTHER'")
    refused("DELETE FROM partners_disclosure")
    refused("UPDATE partners_disclosedperson SET person_id = person_id + 1")
    refused("DELETE FROM partners_disclosedperson")
    assert (Disclosure.objects.count(), DisclosedPerson.objects.count()) == (1, 1)


def test_one_answer_a_key_and_it_stays(o: f.Office) -> None:
    client = p.program(o, ready=False).client
    once(client, key="key-00000001", asked="a", effect=lambda: (201, {"ok": True}))
    with pytest.raises(IntegrityError, match="one_answer_a_key"), transaction.atomic():
        KeptAnswer.objects.create(client=client, key="key-00000001", asked="b")
    refused("UPDATE partners_keptanswer SET status = 200")
    kept, again = once(client, key="key-00000001", asked="a", effect=lambda: (500, {}))
    assert (kept.answer(), kept.status, again) == ({"ok": True}, 201, True)


def test_a_crash_between_row_and_answer_leaves_neither(o: f.Office) -> None:
    client = p.program(o, ready=False).client

    def dies() -> tuple[int, Any]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(client, key="key-00000001", asked="a", effect=dies)
    assert KeptAnswer.objects.count() == 0


def test_while_one_call_is_under_way_its_twin_is_told_so(own_database: OwnDatabase) -> None:
    o = f.office(f.PAY_DAY)
    client = p.program(o, ready=False).client
    held, done = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            assert _alone(client, "key-00000001")
            held.set()
            done.wait(30)
        connection.close()

    other = threading.Thread(target=first)
    other.start()
    assert held.wait(30)
    with pytest.raises(Refused) as told:
        once(client, key="key-00000001", asked="a", effect=lambda: (201, {}))
    assert told.value.code == "in_flight"
    done.set()
    other.join()
    assert once(client, key="key-00000001", asked="a", effect=lambda: (201, {}))[1] is False
    assert Nonce.objects.count() == 0
