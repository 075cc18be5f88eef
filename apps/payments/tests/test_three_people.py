"""One person, one step: every ordered pair of steps, by a second post, as a deputy, and by SQL in one's own name."""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.models import Posting, User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.enums import BatchState
from apps.payments.models import Batch, Finding
from apps.payments.tests.office import TODAY, PayOffice, all_cleared, declared, sql
from apps.payments.tests.test_gate import head_dies

pytestmark = pytest.mark.django_db

ROLE = {"SENT": "PAYMENTS_MAKER", "APPROVED": "PAYMENTS_CHECKER", "RELEASED": "BUREAU_CHIEF"}
SIGN = (
    'INSERT INTO payments_signature (batch_id, round, step, user_id, "on", content_sha256)'
    " SELECT id, round, %s, %s, drawn_on, content_sha256 FROM payments_batch"
)
MOVE = {
    "SENT": "UPDATE payments_batch SET state = 'FROZEN', round = round + 1, content_sha256 = repeat('0', 64),"
    " expected_count = 4, expected_total_fen = 126300, declared_count = 4, declared_total_fen = 126300",
    "APPROVED": "UPDATE payments_batch SET state = 'APPROVED', approved_by_id = {user}, approved_on = drawn_on,"
    " approved_sha256 = content_sha256",
    "RELEASED": "UPDATE payments_batch SET state = 'SEALED', released_by_id = {user}, released_on = drawn_on",
}


def second_post(office: PayOffice, user: User, role: str) -> None:
    """Somebody holds this post too."""
    office.appoint(user, role)


def deputy(office: PayOffice, user: User, role: str) -> None:
    """Somebody sits in for the colleague who is away."""
    absent = next(one for one in office.users.values() if any(p.role == role for p in one.postings_on(TODAY)))
    post = absent.postings.get(role=role)
    with act(Verb.DEPUTISE, acting_user=office.users["admin"], on=TODAY):
        given = {"area": post.area, "role": role, "since": date(2024, 5, 1), "until": date(2024, 6, 1)}
        Posting.objects.create(user=user, deputy_for=post, **given)
    user.__dict__.pop("_postings", None)


def made_by(office: PayOffice, step: str) -> tuple[Batch, User]:
    """A batch in which somebody has just done this step."""
    batch, who = {
        "SENT": lambda: (office.cleared(office.frozen()), office.maker),
        "APPROVED": lambda: (office.approved(), office.checker),
        "RELEASED": lambda: (office.sealed(), office.chief),
    }[step]()
    return batch, who


def does(batch: Batch, step: str, user: User) -> Any:
    """Try a step."""
    given: dict[str, Any] = {"acting_user": user, "on": TODAY}
    if step == "SENT":
        return actions.freeze(batch, **declared(batch), **given)
    if step == "APPROVED":
        return actions.approve(batch, content_sha256=batch.content_sha256, **given)
    return actions.release(batch, **given)


def at_the_station(office: PayOffice, batch: Batch, step: str) -> Batch:
    """The batch where this step is due, the same round still, or sent back where that is the only way."""
    if step == "SENT" and batch.state != BatchState.DRAFT:
        return actions.send_back(batch, reason="再核", acting_user=office.users["chief2"], on=TODAY)
    return Batch.objects.get(pk=batch.pk)


def by_hand(user: User, step: str, statements: list[str]) -> None:
    """Statements as the application's role, in an act of one's own."""
    with act(Verb.APPROVE_BATCH, acting_user=user, on=TODAY):
        for statement in statements:
            sql(statement.replace("{user}", str(user.pk)), *((step, user.pk) if statement == SIGN else ()))


PAIRS = [(one, other) for one, other in product(ROLE, ROLE) if one != "RELEASED"]


@pytest.mark.parametrize("gets", [second_post, deputy])
@pytest.mark.parametrize(("first", "then"), PAIRS)
def test_t30_nobody_does_two_steps(office: PayOffice, first: str, then: str, gets: Callable[..., None]) -> None:
    office.users["chief2"] = office.users["reviewer"]
    office.appoint(office.reviewer, "BUREAU_CHIEF")
    batch, user = made_by(office, first)
    if not any(p.role == ROLE[then] for p in user.postings_on(TODAY)):
        gets(office, user, ROLE[then])
    if (first, then) == ("SENT", "SENT"):
        pytest.skip("who made a batch sends it again after it came back")
    batch = at_the_station(office, batch, then)
    with pytest.raises(Refused) as told, transaction.atomic():
        does(batch, then, user)
    assert told.value.code in {"own_work", "not_the_maker", "illegal_move"}
    again = Batch.objects.get(pk=batch.pk)
    assert (again.state, again.signatures.count()) == (batch.state, batch.signatures.count())


@pytest.mark.parametrize(("first", "then"), [pair for pair in PAIRS if pair != ("SENT", "SENT")])
def test_t30_not_by_sql_in_one_s_own_name_either(office: PayOffice, first: str, then: str) -> None:
    office.users["chief2"] = office.users["reviewer"]
    office.appoint(office.reviewer, "BUREAU_CHIEF")
    batch, user = made_by(office, first)
    batch = at_the_station(office, batch, then)
    for statements in ([SIGN], [SIGN, MOVE[then]], [MOVE[then], SIGN]):
        with pytest.raises(DatabaseError, match=r"signed|one_step|batch_|cannot move|does not change"):
            by_hand(user, then, statements)


def test_t30_nor_in_a_colleague_s_name(office: PayOffice) -> None:
    office.cleared(office.frozen())
    with (
        pytest.raises(DatabaseError, match="not to be signed"),
        act(Verb.APPROVE_BATCH, acting_user=office.maker, on=TODAY),
    ):
        sql(SIGN, "APPROVED", office.checker.pk)


def test_a_batch_sent_by_hand_without_its_maker_is_not_approved(office: PayOffice) -> None:
    batch = office.draft()
    with act(Verb.FREEZE_BATCH, acting_user=office.reviewer, on=TODAY):
        sql(MOVE["SENT"])
    office.appoint(office.reviewer, "PAYMENTS_CHECKER")
    with pytest.raises(Refused, check=lambda told: told.code == "content_changed"):
        actions.approve(batch, content_sha256="0" * 64, acting_user=office.checker, on=TODAY)
    with pytest.raises(DatabaseError, match="not signed"):
        by_hand(office.checker, "APPROVED", [SIGN, MOVE["APPROVED"]])


def test_an_office_of_exactly_three_pays_a_doubtful_and_a_large_batch(office: PayOffice) -> None:
    for name in ("reviewer", "auditor"):
        with act(Verb.SWITCH_USER, acting_user=office.users["admin"], on=TODAY):
            User.objects.filter(pk=office.users[name].pk).update(is_active=False)
    batch = office.draft()
    head_dies(office, office.households[0])
    batch = office.frozen(batch)
    all_cleared(batch, office.checker, office.chief, TODAY)
    assert Finding.objects.get().second_by == office.chief
    given: dict[str, Any] = {"kind": "SECOND_APPROVAL", "since": TODAY, "document": "局务会纪要", "on": TODAY}
    one = actions.propose_limit(**given, amount_fen=1, acting_user=office.chief)
    actions.approve_proposal(one, acting_user=office.checker, on=TODAY)
    # Sent before: one approval was asked for then, and is enough now.
    batch = actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    batch = actions.send_back(batch, reason="再核", acting_user=office.chief, on=TODAY)
    batch = office.cleared(office.frozen(batch))
    batch = actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    assert (batch.state, batch.approvals_needed) == (BatchState.FROZEN, 2)
    # Three people cannot give two approvals: by two of them the limit is lifted, and the batch sent anew.
    other = actions.propose_limit(**given, amount_fen=5_000_000_00, acting_user=office.chief)
    actions.approve_proposal(other, acting_user=office.checker, on=TODAY)
    batch = actions.send_back(batch, reason="限额已调整", acting_user=office.checker, on=TODAY)
    assert office.sealed(batch).state == BatchState.SEALED
