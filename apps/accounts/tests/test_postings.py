"""Giving, moving, lending and ending posts; and nobody gives one to themself, whatever statement is sent."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.actions import appoint, deputise, end_posting, move_posting
from apps.accounts.apart import apart
from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import ADMINISTRATORS, LEVELS, Role
from apps.applications.actions import confirm
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

ON = f.OPENED
DAY = timedelta(days=1)
JUNE, MID_JUNE = date(2024, 6, 1), date(2024, 6, 15)

PAYERS = (Role.PAYMENTS_MAKER, Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF)
# Pairs that meet over one piece of work, written down by hand from the office's division of work.
APART = {
    *combinations(sorted(ADMINISTRATORS), 2),
    *((admin, role) for admin in ADMINISTRATORS for role in set(Role) - ADMINISTRATORS),
    (Role.CASEWORKER, Role.TOWNSHIP_LEADER),
    (Role.ASSISTANT, Role.TOWNSHIP_LEADER),
    (Role.CASEWORKER, Role.REVIEWER),
    (Role.ASSISTANT, Role.REVIEWER),
    (Role.TOWNSHIP_LEADER, Role.REVIEWER),
    # Whoever let an account in would pay into it (invariant I11, which stops every release).
    *((approver, payer) for approver in (Role.TOWNSHIP_LEADER, Role.REVIEWER) for payer in PAYERS),
    (Role.PAYMENTS_MAKER, Role.PAYMENTS_CHECKER),
    (Role.PAYMENTS_MAKER, Role.BUREAU_CHIEF),
    (Role.PAYMENTS_CHECKER, Role.BUREAU_CHIEF),
}


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[f.Office]:
    with f.undone(django_db_blocker):
        yield f.office()


@pytest.fixture
def o(shared: f.Office) -> Iterator[f.Office]:
    with f.undone():
        for user in vars(shared).values():
            user.__dict__.pop("_postings", None)
        yield shared


def code(act_of: Callable[..., Any], *subject: Any, **given: Any) -> str:
    with pytest.raises(Refused) as refused:
        act_of(*subject, **given)
    return refused.value.code


def newcomer(o: f.Office) -> User:
    with act(Verb.CREATE_USER, acting_user=o.admin, on=ON):
        return User.objects.create(username="new", name="新来的", password="!")


def place(o: f.Office, role: Role) -> Area:
    return {"COUNTY": o.county, "TOWNSHIP": o.town, "VILLAGE": o.village}[LEVELS[role]]


def given(o: f.Office, user: User, role: Role, since: date = ON, until: date | None = None) -> Posting:
    return appoint(user, area=place(o, role), role=role, since=since, until=until, acting_user=o.security, on=ON)


def again(user: User) -> User:
    """The same person at the next request."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(("one", "other"), list(combinations(Role, 2)))
def test_posts_that_meet_over_one_piece_of_work_are_held_by_two(o: f.Office, one: Role, other: Role) -> None:
    user = newcomer(o)
    given(o, user, one)
    if (one, other) in APART or (other, one) in APART:
        assert apart(one, other) == apart(other, one) != ""
        with pytest.raises(Refused, match=apart(one, other)) as refused:
            given(o, user, other)
        assert refused.value.code == "apart"
    else:
        given(o, user, other)
    assert user.postings.count() == (1 if (one, other) in APART or (other, one) in APART else 2)


def test_what_is_held_one_after_the_other_is_not_held_together(o: f.Office) -> None:
    user = newcomer(o)
    given(o, user, Role.CASEWORKER, until=JUNE)
    assert code(given, o, user, Role.REVIEWER, since=JUNE - DAY) == "apart"
    given(o, user, Role.REVIEWER, since=JUNE)
    assert code(given, o, user, Role.CASEWORKER, since=ON) == "already_posted"


def test_the_same_post_is_named_before_what_does_not_go_with_it(o: f.Office) -> None:
    user = newcomer(o)
    given(o, user, Role.REVIEWER, since=JUNE)
    given(o, user, Role.CASEWORKER, until=JUNE)
    assert code(given, o, user, Role.CASEWORKER, since=ON) == "already_posted"


def test_nobody_gives_themself_a_post(o: f.Office) -> None:
    mine = {"acting_user": o.security, "on": ON}
    assert code(appoint, o.security, area=o.county, role=Role.REVIEWER, since=ON, **mine) == "oneself"
    own = o.security.postings.get()
    assert code(end_posting, own, until=JUNE, **mine) == "oneself"
    assert code(move_posting, own, area=o.county, role=Role.REVIEWER, since=ON, **mine) == "oneself"
    seat = o.reviewer.postings.get()
    assert code(deputise, seat, deputy=o.security, since=ON, until=JUNE, **mine) == "oneself"
    assert not Record.objects.filter(user=o.security).exists()


def test_who_opens_accounts_gives_no_posts(o: f.Office) -> None:
    for user in (o.admin, o.auditor, o.chief, o.leader):
        refused = code(appoint, o.colleague, area=o.county, role=Role.AUDITOR, since=ON, acting_user=user, on=ON)
        assert refused == "not_permitted"


def by_sql(o: f.Office, acting: User, statement: str, *values: Any) -> str:
    """What the database answers to the application's own role, inside a declared act."""
    with act(Verb.APPOINT, acting_user=acting, on=ON), pytest.raises(DatabaseError) as refused, transaction.atomic():
        connection.cursor().execute(statement, values)
    return str(refused.value)


INSERT = "INSERT INTO accounts_posting (user_id, area_id, role, since, appointed_by_id) VALUES (%s, %s, %s, %s, %s)"


def test_the_database_refuses_a_post_given_to_oneself(o: f.Office) -> None:
    given_by_another = (o.security.pk, o.county.pk, "REVIEWER", ON, o.admin.pk)
    assert "nobody appoints themself" in by_sql(o, o.security, INSERT, *given_by_another)
    longer = "UPDATE accounts_posting SET until = '2030-01-01' WHERE user_id = %s"
    assert "nobody appoints themself" in by_sql(o, o.security, longer, o.security.pk)


def test_who_appointed_is_who_declared_the_act_whatever_is_written(o: f.Office) -> None:
    with act(Verb.APPOINT, acting_user=o.security, on=ON):
        connection.cursor().execute(INSERT, (o.auditor.pk, o.county.pk, "REVIEWER", ON, o.auditor.pk))
    assert o.auditor.postings.get(role=Role.REVIEWER).appointed_by == o.security


@pytest.mark.parametrize("column", ["user_id", "area_id", "appointed_by_id", "deputy_for_id"])
def test_only_the_end_of_a_posting_changes(o: f.Office, column: str) -> None:
    other = {"area_id": o.other_town.pk, "deputy_for_id": o.reviewer.postings.get().pk}.get(column, o.admin.pk)
    statement = f"UPDATE accounts_posting SET {column} = %s WHERE user_id = %s"  # noqa: S608
    assert "only the end of a posting changes" in by_sql(o, o.security, statement, other, o.caseworker.pk)


def test_a_deputy_without_a_last_day_is_refused_by_the_database(o: f.Office) -> None:
    insert = INSERT.replace("since,", "since, deputy_for_id,").replace("VALUES (", "VALUES (%s, ")
    values = (o.auditor.pk, o.county.pk, "REVIEWER", ON, o.reviewer.postings.get().pk, o.security.pk)
    assert "a_deputy_has_a_last_day" in by_sql(o, o.security, insert, *values)


def test_a_post_is_not_given_for_yesterday(o: f.Office) -> None:
    user = newcomer(o)
    assert code(given, o, user, Role.REVIEWER, since=ON - DAY) == "in_the_past"
    assert code(given, o, user, Role.REVIEWER, since=JUNE, until=JUNE) == "too_early"
    seat = given(o, user, Role.REVIEWER, since=ON)
    assert code(end_posting, seat, until=ON, acting_user=o.security, on=ON) == "too_early"
    assert code(end_posting, seat, until=JUNE, acting_user=o.security, on=MID_JUNE) == "too_early"


def test_a_post_counts_from_its_first_day_to_the_day_before_its_end(o: f.Office) -> None:
    user = newcomer(o)
    given(o, user, Role.REVIEWER, since=JUNE, until=MID_JUNE)
    days = (JUNE - DAY, JUNE, MID_JUNE - DAY, MID_JUNE)
    assert [again(user).may(Verb.CONFIRM, on=on) for on in days] == [False, True, True, False]


def test_no_post_for_a_closed_account(o: f.Office) -> None:
    with act(Verb.SWITCH_USER, acting_user=o.admin, on=ON):
        User.objects.filter(pk=o.second_reviewer.pk).update(is_active=False)
    assert code(given, o, o.second_reviewer, Role.REVIEWER) == "switched_off"


def test_a_move_ends_here_and_begins_there_as_one_act(o: f.Office) -> None:
    seat = o.caseworker.postings.get()
    move = {"role": Role.CASEWORKER, "since": JUNE, "acting_user": o.security, "on": ON}
    assert code(move_posting, seat, area=o.town, **move) == "same_post"
    assert code(move_posting, seat, area=o.county, **move) == "wrong_level"
    seat.refresh_from_db()
    assert seat.until is None, "a move that is refused ends nothing"
    new = move_posting(seat, area=o.other_town, **move)
    may = [(on, town) for on in (JUNE - DAY, JUNE) for town in (o.town, o.other_town)]
    assert [again(o.caseworker).may(Verb.ACCEPT, on=on, area=town) for on, town in may] == [True, False, False, True]
    assert (new.appointed_by, new.since) == (o.security, JUNE)
    assert Record.objects.filter(user=o.security).count() == 1
    record = Record.objects.get(verb=Verb.MOVE_POSTING)
    assert (record.subject_id, record.area) == (o.caseworker.pk, o.other_town)
    assert record.payload == {"post": "新站镇 · 经办人 → 天岗镇 · 经办人"}


def test_a_move_to_what_did_not_go_together_before(o: f.Office) -> None:
    """From the township's to the bureau's desk: one after the other is no two at once."""
    seat = o.caseworker.postings.get()
    move_posting(seat, area=o.county, role=Role.REVIEWER, since=JUNE, acting_user=o.security, on=ON)
    assert again(o.caseworker).may(Verb.CONFIRM, on=JUNE)


def lent(o: f.Office, seat: Posting, deputy: User, since: date = JUNE, until: date = MID_JUNE) -> Posting:
    return deputise(seat, deputy=deputy, since=since, until=until, acting_user=o.security, on=ON)


def test_a_deputy_sits_there_for_those_days_and_the_holder_too(o: f.Office) -> None:
    lent(o, o.caseworker.postings.get(), o.stranger)
    for on, sits in ((JUNE - DAY, False), (JUNE, True), (MID_JUNE - DAY, True), (MID_JUNE, False)):
        assert again(o.stranger).may(Verb.ACCEPT, on=on, area=o.town) is sits
        assert again(o.caseworker).may(Verb.ACCEPT, on=on, area=o.town)
    said = "天岗镇 · 经办人；新站镇 · 经办人（代理经办人甲，至6月14日）"
    assert again(o.stranger).posting_line(JUNE) == said
    assert again(o.stranger).posting_line(MID_JUNE) == "天岗镇 · 经办人"


def test_who_can_be_a_deputy_and_when(o: f.Office) -> None:
    seat = o.caseworker.postings.get()
    assert code(lent, o, seat, o.colleague) == "already_posted"
    assert code(lent, o, seat, o.leader) == "apart"
    assert code(lent, o, seat, o.stranger, until=JUNE) == "too_early"
    end_posting(seat, until=MID_JUNE, acting_user=o.security, on=ON)
    assert code(lent, o, seat, o.stranger, until=MID_JUNE + DAY) == "outside_posting"
    deputy = lent(o, seat, o.stranger)
    assert code(lent, o, deputy, newcomer(o)) == "is_a_deputy"
    elsewhere = {"area": o.other_town, "role": Role.CASEWORKER, "since": JUNE, "acting_user": o.security, "on": ON}
    assert code(move_posting, deputy, **elsewhere) == "is_a_deputy"


def test_a_deputy_does_not_confirm_what_they_proposed(o: f.Office) -> None:
    """The leader who signed the opinion leaves the township and sits in for a reviewer: this case is not theirs."""
    mine = f.publicised(o)
    foreign = f.publicised(o.elsewhere(), f.the_zhaos(o.elsewhere(), name="钱乙"))
    leaves = o.leader.postings.get()
    end_posting(leaves, until=f.DECIDED, acting_user=o.security, on=ON)
    lent(o, o.reviewer.postings.get(), o.leader, since=f.DECIDED)
    deputy, seen = again(o.leader), f.seen_by_reviewer(mine)
    with pytest.raises(Refused) as refused:
        confirm(mine, seen=seen, acting_user=deputy, on=f.DECIDED)
    assert refused.value.code == "own_work"
    done = confirm(foreign, seen=f.seen_by_reviewer(foreign), acting_user=deputy, on=f.DECIDED)
    assert done.decided_by == o.leader, "a deputy signs with their own name"
