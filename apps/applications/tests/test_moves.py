"""Where a case can go from where: the whole table, walked by the actions themselves."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import User
from apps.accounts.roles import MAY, Role
from apps.applications import actions
from apps.applications.models import Application, Objection, RefusalGround
from apps.applications.tests import factories as f
from apps.applications.transitions import FILED, MOVES, OPEN, State
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

S, V = State, Verb

# The life of a case as the law and the office see it: from here, by this act, to there.
LIFE = {
    (S.DRAFT, V.SUBMIT, S.SUBMITTED),
    (S.RETURNED, V.SUBMIT, S.SUBMITTED),
    (S.SUBMITTED, V.ACCEPT, S.ACCEPTED),
    (S.SUBMITTED, V.RETURN_FOR_CORRECTION, S.RETURNED),
    (S.ACCEPTED, V.RETURN_FOR_CORRECTION, S.RETURNED),
    (S.ACCEPTED, V.INVESTIGATE, S.INVESTIGATED),
    (S.ACCEPTED, V.SKIP_VISIT, S.INVESTIGATED),
    (S.INVESTIGATED, V.PROPOSE, S.PROPOSED),
    (S.PROPOSED, V.POST_NOTICE, S.PUBLICISED),
    (S.PROPOSED, V.REFUSE, S.REFUSED),
    (S.PROPOSED, V.RETURN_FOR_SURVEY, S.ACCEPTED),
    (S.PUBLICISED, V.CONFIRM, S.CONFIRMED),
    (S.PUBLICISED, V.REFUSE, S.REFUSED),
    (S.PUBLICISED, V.RETURN_FOR_SURVEY, S.ACCEPTED),
    (S.PUBLICISED, V.UPHOLD_OBJECTION, S.ACCEPTED),
    (S.PUBLICISED, V.CONFIRM_DELEGATED, S.CONFIRMED),
    (S.PROPOSED, V.REFUSE_DELEGATED, S.REFUSED),
    (S.PUBLICISED, V.REFUSE_DELEGATED, S.REFUSED),
    *((state, V.WITHDRAW, S.WITHDRAWN) for state in OPEN),
}
ACTS = sorted({act for _, act, _ in LIFE})

DO: dict[Verb, Callable[..., Application]] = {
    V.SUBMIT: lambda o, case, who, on: actions.submit(case, family=f.the_zhaos(o, name="吴二"), acting_user=who, on=on),
    V.ACCEPT: lambda o, case, who, on: actions.accept(case, acting_user=who, on=on),
    V.RETURN_FOR_CORRECTION: lambda o, case, who, on: actions.return_for_correction(
        case, reason="缺材料", acting_user=who, on=on
    ),
    V.INVESTIGATE: lambda o, case, who, on: f.visit(case, acting_user=who, on=on),
    V.PROPOSE: lambda o, case, who, on: actions.propose(case, agrees=True, text="同意", acting_user=who, on=on),
    V.POST_NOTICE: lambda o, case, who, on: actions.post_notice(case, place="公示栏", acting_user=who, on=on),
    V.CONFIRM: lambda o, case, who, on: actions.confirm(
        case, seen=f.seen_by_reviewer(case, on) if case.declaration else "", acting_user=who, on=on
    ),
    V.REFUSE: lambda o, case, who, on: actions.refuse(
        case, ground=RefusalGround.UNTRUE, text="隐瞒收入", acting_user=who, on=on
    ),
    V.RETURN_FOR_SURVEY: lambda o, case, who, on: actions.return_for_survey(
        case, reason="补查存款", acting_user=who, on=on
    ),
    V.WITHDRAW: lambda o, case, who, on: actions.withdraw(case, reason="本人要求", acting_user=who, on=on),
    V.SKIP_VISIT: lambda o, case, who, on: actions.skip_visit(case, ground="核对已掌握", acting_user=who, on=on),
    V.UPHOLD_OBJECTION: lambda o, case, who, on: upheld(o, case, who, on),
    V.CONFIRM_DELEGATED: lambda o, case, who, on: actions.confirm_delegated(
        case, seen=f.seen_by_reviewer(case, on) if case.declaration else "", acting_user=who, on=on
    ),
    V.REFUSE_DELEGATED: lambda o, case, who, on: actions.refuse_delegated(
        case, ground=RefusalGround.UNTRUE, text="隐瞒收入", acting_user=who, on=on
    ),
}


def upheld(o: f.Office, case: Application, who: User, on: date) -> Application:
    """By an objection on file, or one nobody ever wrote down."""
    objection = case.objections.first() or Objection(application=case)
    return actions.uphold_objection(objection, answer="情况属实", acting_user=who, on=on).application


def prepared(o: f.Office, case: Application, act: Verb) -> Application:
    """What must be there before the act can be done where the table allows it."""
    if act == V.SKIP_VISIT:
        return f.checked(f.plain(case), acting_user=o.caseworker)
    if act == V.UPHOLD_OBJECTION:
        f.objected(o, case)
    if act in {V.CONFIRM_DELEGATED, V.REFUSE_DELEGATED}:
        f.delegated(o)
        return f.plain(case)
    return case


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[f.Office, dict[State, int]]]:
    """A case in every state."""
    with f.undone(django_db_blocker):
        o = f.office()
        yield o, {state: make(o).pk for state, make in f.AT.items()}


@pytest.fixture
def o(shared: Any) -> Iterator[f.Office]:
    with f.undone():
        yield shared[0]


@pytest.fixture
def at(shared: Any) -> Callable[[State], Application]:
    def case_at(state: State) -> Application:
        return Application.objects.get(pk=shared[1][state])

    return case_at


def whose_turn(o: f.Office, act: Verb) -> User:
    """Somebody at the desk that does this."""
    (role,) = MAY[act]
    # Who signed the opinion does not confirm: in a delegated township a third person does.
    return o.deputy if act in {V.CONFIRM_DELEGATED, V.REFUSE_DELEGATED} else o.desk(role)


def test_the_table_is_the_life_of_a_case() -> None:
    walked = {(source, move.act, move.target) for move in MOVES.moves for source in move.sources}
    assert walked == LIFE
    assert {state for state, _, _ in LIFE} == set(OPEN)
    assert set(FILED) == set(OPEN) - {S.DRAFT}


@pytest.mark.parametrize("state", State)
def test_every_state_is_reached_by_the_office_s_own_acts(o: f.Office, at: Any, state: State) -> None:
    assert at(state).state == state


@pytest.mark.parametrize(("state", "act", "target"), sorted(LIFE))
def test_what_the_table_lists_can_be_done(o: f.Office, at: Any, state: State, act: Verb, target: State) -> None:
    case = DO[act](o, prepared(o, at(state), act), whose_turn(o, act), f.DECIDED)
    assert (case.state, Application.objects.get(pk=case.pk).state) == (target, target)
    record = Record.objects.about(case).filter(within=None).last()
    assert record is not None
    assert (record.verb, record.user, record.on, record.area) == (act, whose_turn(o, act), f.DECIDED, o.town)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", State)
def test_what_it_does_not_list_is_refused_and_leaves_no_trace(o: f.Office, at: Any, state: State, act: Verb) -> None:
    if (state, act) in {(source, verb) for source, verb, _ in LIFE}:
        return
    case, records = at(state), Record.objects.count()
    with pytest.raises(Refused) as refused:
        DO[act](o, case, whose_turn(o, act), f.DECIDED)
    assert refused.value.code == "illegal_move"
    assert "请刷新页面" in refused.value.message
    assert at(state).state == state
    assert Record.objects.count() == records


@pytest.mark.parametrize("act", ACTS)
def test_only_the_right_desk_of_the_right_township(o: f.Office, at: Any, act: Verb) -> None:
    state = next(source for source, verb, _ in sorted(LIFE) if verb == act)
    people = [o.desk(role) for role in Role if role not in MAY[act]]
    if MAY[act] & {Role.CASEWORKER, Role.TOWNSHIP_LEADER}:
        people.append(o.stranger if Role.CASEWORKER in MAY[act] else o.other_leader)
    records = Record.objects.count()
    for who in people:
        with pytest.raises(Refused) as refused:
            DO[act](o, at(state), who, f.DECIDED)
        assert refused.value.code == "not_permitted", who
    assert at(state).state == state
    assert Record.objects.count() == records


@pytest.mark.parametrize("act", ACTS)
def test_of_two_with_the_same_page_open_the_second_is_told(o: f.Office, at: Any, act: Verb) -> None:
    state = next(source for source, verb, _ in sorted(LIFE) if verb == act)
    prepared(o, at(state), act)
    mine, the_other_s = at(state), at(state)
    DO[act](o, mine, whose_turn(o, act), f.DECIDED)
    with pytest.raises(Refused) as refused:
        DO[act](o, the_other_s, whose_turn(o, act), f.DECIDED)
    assert refused.value.code in {"illegal_move", "not_a_draft"}
