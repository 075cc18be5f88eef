"""价格临时补贴 as the office lives it: an index is published, a month's roll is owed for it, the bank pays, once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.households.models import Household, Person
from apps.payments import actions
from apps.payments.funds import balances as funds_left
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Entitlement, Instruction, PriceIndex, SubsidyLine, SubsidyRun
from apps.payments.statement import statement_of
from apps.payments.subsidies import linkage_of
from apps.payments.subsidy_roll import excess_of, totals_of
from apps.payments.tests import course
from apps.payments.tests.office import sql
from apps.payments.tests.test_invariants import as_the_owner_without_guards as past_the_guards

pytestmark = pytest.mark.django_db

DECIDED, MAY, JUNE = date(2024, 4, 10), date(2024, 5, 1), date(2024, 6, 1)
# May's figures, published in June: food reaches its 6 %, consumer prices their 3.5 %; the higher counts.
PUBLISHED = date(2024, 6, 12)
# 560.00 × 6.5 %; the standard in town as of 1 June 2024.
A_PERSON = 56000 * 65 // 1000
THREE = 3 * A_PERSON


def refusal(code: str) -> Any:
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


@pytest.fixture
def office(db: Any) -> f.Office:
    return f.office()


def proposed(office: f.Office, **told: Any) -> PriceIndex:
    """What the survey team published, put down by the chief."""
    given = {"month": MAY, "cpi": Decimal("4.2"), "food": Decimal("6.5"), "document": "吉调字〔2024〕6号"}
    given |= {"document_on": date(2024, 6, 11), "published_on": PUBLISHED, "on": PUBLISHED}
    return actions.propose_price_index(acting_user=office.chief, **(given | told))


def published(office: f.Office, **told: Any) -> PriceIndex:
    """…and approved by the checker."""
    index = proposed(office, **told)
    return actions.approve_proposal(index, acting_user=office.checker, on=told.get("on", PUBLISHED))


def started(office: f.Office, index: PriceIndex, *, on: date = PUBLISHED) -> SubsidyRun:
    return actions.start_subsidy(index, acting_user=office.maker, on=on)


def confirmed(office: f.Office, index: PriceIndex, *, on: date = PUBLISHED) -> SubsidyRun:
    return actions.confirm_subsidy(started(office, index, on=on), acting_user=office.checker, on=on)


def drawn(office: f.Office, run: SubsidyRun, *, on: date = PUBLISHED) -> Batch:
    return actions.draw_subsidy(run, acting_user=office.maker, on=on)


def paid_out(office: f.Office, batch: Batch, *, on: date = PUBLISHED) -> Batch:
    """Through gate, funds, three signatures, the bank's file and its answer, and closed."""
    batch = course.settled(office, batch, on=on)
    return actions.close(batch, acting_user=office.checker, on=on)


def by(office: f.Office) -> dict[str, Any]:
    return {"acting_user": office.maker, "on": PUBLISHED}


def subsidy_of(household: Household) -> list[tuple[str, int]]:
    rows = Entitlement.objects.filter(household=household, scheme="PRICE_SUBSIDY").order_by("pk")
    return [(f"{one.month:%Y-%m} {one.kind} {one.seq}", one.amount_fen) for one in rows]


def test_from_the_published_index_to_the_closed_batch(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    regular = Batch.objects.get(month=JUNE)
    run = confirmed(office, published(office))
    # Three people in town, each 560.00 × 6.5 % = 36.40: 109.20.
    assert (run.people, run.total_fen, run.urban_fen) == (3, THREE, A_PERSON) == (3, 10920, 3640)
    # 470.00 × 6.5 % = 30.55 for whoever lives in the country.
    assert run.rural_fen == 3055
    assert subsidy_of(family) == [("2024-06 SUBSIDY 1", THREE)]
    batch = paid_out(office, drawn(office, run))
    assert (batch.purpose, batch.month, batch.state, batch.expected_total_fen) == ("SUBSIDY", JUNE, "CLOSED", THREE)
    assert batch.number != regular.number
    paid = Instruction.objects.get(batch=batch)
    assert (paid.state, paid.amount_fen) == ("PAID", THREE)
    # Its money stands in a line of its own, and the ledger holds it by its own name.
    assert next(row.spent for row in funds_left() if row.scheme == "PRICE_SUBSIDY") == THREE
    assert course.balances()["EXPENSE"] == sum(one.amount_fen for one in Entitlement.objects.all())
    assert broken_invariants() == []


def test_the_statement_shows_the_subsidy_with_its_clauses(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    run = confirmed(office, published(office))
    drawn(office, run)
    owed = Entitlement.objects.filter(household=family).select_related("calc_line__run", "subsidy_run")
    statement = statement_of(owed, [])
    june = next(one for one in statement.months if one.month == JUNE)
    assert june.under_way == THREE
    (told,) = [one for one in june.behind if one.label == "价格临时补贴"]
    assert (told.amount_fen, told.parts) == (THREE, ("赵一 36.40", "钱二 36.40", "赵小 36.40"))
    assert [step.rule for step in told.steps] == ["price.triggering_rise", "price.amount_of_rise"]
    assert "560.00 元 × 6.5%" in told.steps[1].says


def test_nobody_confirms_their_own_and_nothing_is_edited(office: f.Office) -> None:
    course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    index = proposed(office)
    with refusal("not_permitted"):
        actions.approve_proposal(index, acting_user=office.chief, on=PUBLISHED)
    with refusal("not_in_force"):
        started(office, index)
    actions.approve_proposal(index, acting_user=office.checker, on=PUBLISHED)
    run = started(office, index)
    with refusal("not_permitted"):
        actions.confirm_subsidy(run, acting_user=office.maker, on=PUBLISHED)
    with refusal("already_there"):
        started(office, index)
    actions.confirm_subsidy(run, acting_user=office.checker, on=PUBLISHED)
    with refusal("illegal_move"):
        actions.confirm_subsidy(run, acting_user=office.chief, on=PUBLISHED)
    with refusal("nothing_to_pay"):
        started(office, index)
    for statement in (
        "UPDATE payments_priceindex SET food = 9",
        "UPDATE payments_subsidyrun SET urban_fen = urban_fen + 1",
        "UPDATE payments_subsidyline SET owed_fen = owed_fen + 1",
        "DELETE FROM payments_subsidyline",
        "DELETE FROM payments_priceindex",
    ):
        with pytest.raises(DatabaseError), act(Verb.LOAD_DEMO, acting_user=office.chief, on=PUBLISHED):
            sql(statement)


def test_a_month_is_published_once_and_corrected_by_a_newer_one(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    first = published(office)
    confirmed(office, first)
    with refusal("already_there"):
        proposed(office)
    with refusal("already_there"):
        proposed(office, month=date(2024, 4, 1))
    # A month later the figures are corrected upwards: 560.00 × 7 % = 39.20, so 2.80 a person more, for June.
    later = date(2024, 7, 10)
    newer = published(office, food=Decimal("7"), replaces=first, published_on=later, document_on=later, on=later)
    assert newer.paid_month == JUNE
    with refusal("not_in_force"):
        started(office, first, on=later)
    run = confirmed(office, newer, on=later)
    assert (run.seq, run.people, run.total_fen) == (2, 3, 3 * 280)
    assert subsidy_of(family) == [("2024-06 SUBSIDY 1", THREE), ("2024-06 SUBSIDY 2", 840)]
    # Downwards: nothing more is owed, and what was paid too much is listed, person by person.
    last = published(office, cpi=Decimal("3.5"), food=Decimal("1"), replaces=newer, published_on=later, on=later)
    with refusal("nothing_to_pay"):
        started(office, last, on=later)
    # 560.00 × 3.5 % = 19.60 of 39.20.
    assert [(one.had_fen, one.owed_fen) for one in excess_of(last)] == [(3920, 1960)] * 3
    assert broken_invariants() == []


def test_what_was_too_much_is_undone_by_two_and_can_be_owed_again(office: f.Office) -> None:
    paid, waiting = course.granted(office, on=DECIDED), course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    first = published(office)
    run = confirmed(office, first)
    batch = drawn(office, run)
    actions.take_out(
        batch, instructions=[batch.instructions.get(entitlement__household=waiting).pk], reason="账户再核", **by(office)
    )
    paid_out(office, batch)
    later = date(2024, 7, 10)
    told = {"published_on": later, "document_on": later, "on": later}
    newer = published(office, cpi=Decimal("4"), food=Decimal("5"), replaces=first, **told)
    # 560.00 × 4 % = 22.40 of the 36.40 that each has: 14.00 a person too much.
    correction = actions.propose_subsidy_correction(newer, text="食品涨幅更正。", acting_user=office.reviewer, on=later)
    assert [(one.was_fen, one.now_fen) for one in correction.lines.order_by("pk")] == [(THREE, 6720)] * 2
    with refusal("nothing_to_correct"):
        actions.propose_subsidy_correction(newer, text="再来一次。", acting_user=office.reviewer, on=later)
    with refusal("not_permitted"):
        actions.confirm_correction(correction, acting_user=office.reviewer, on=later)
    actions.confirm_correction(correction, acting_user=office.chief, on=later)
    # What had arrived is owed back; what still waited is annulled and owed anew for less.
    assert course.money_of(paid)[2] == 4200
    assert course.money_of(waiting)[1:] == (6720, 0)
    assert excess_of(newer) == [] == course.found(paid)
    # The first figures were right after all: what was undone is owed again, from where it stands now.
    last = published(office, replaces=newer, **told)
    again = confirmed(office, last, on=later)
    assert (again.seq, again.people, again.total_fen) == (2, 6, 6 * 1400)
    assert list(SubsidyLine.objects.filter(person=paid.head).order_by("nth").values_list("before_fen", "owed_fen")) == [
        (0, 3640),
        (3640, 2240),
        (2240, 3640),
    ]
    assert broken_invariants() == []


def test_a_late_publication_pays_its_month_and_who_died_before_it_is_not_on_the_roll(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 7))
    people = {one.person.name: one.person for one in family.awards.get().members.all()}
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=date(2024, 7, 5)):
        Person.objects.filter(pk=people["赵一"].pk).update(died_on=date(2024, 6, 1))
        Person.objects.filter(pk=people["赵小"].pk).update(died_on=date(2024, 5, 31))
    index = published(office, on=date(2024, 7, 8))
    run = confirmed(office, index, on=date(2024, 7, 8))
    # The month of death is paid in full; who died in May is not on June's roll.
    assert (run.month, run.people, run.total_fen) == (JUNE, 2, 2 * A_PERSON)
    assert {one.person.name for one in run.lines.all()} == {"赵一", "钱二"}


def test_below_the_trigger_or_before_the_roll_is_settled_nothing_is_paid(office: f.Office) -> None:
    course.granted(office, on=DECIDED)
    course.paid(office, MAY)
    below = published(
        office,
        month=date(2024, 3, 1),
        food=Decimal("5.99"),
        cpi=Decimal("3.49"),
        document_on=date(2024, 4, 12),
        published_on=date(2024, 4, 12),
    )
    assert not linkage_of(below).reached
    with refusal("not_triggered"):
        started(office, below)
    index = published(office)
    with refusal("month_not_sealed"):
        started(office, index)
    for wrong, code in (
        ({"published_on": date(2024, 6, 13)}, "in_the_future"),
        ({"month": JUNE}, "too_early"),
        ({"document_on": date(2024, 6, 13)}, "in_the_future"),
    ):
        with refusal(code):
            proposed(office, **wrong)


def test_the_roll_that_changed_after_the_calculation_is_not_confirmed(office: f.Office) -> None:
    family = course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    index = published(office)
    run = started(office, index)
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=PUBLISHED):
        Person.objects.filter(pk=family.head_id).update(died_on=date(2024, 5, 30))
    with refusal("content_changed"):
        actions.confirm_subsidy(run, acting_user=office.checker, on=PUBLISHED)
    assert (SubsidyLine.objects.count(), subsidy_of(family)) == (0, [])
    actions.reject_proposal(run, reason="名册有变", acting_user=office.checker, on=PUBLISHED)
    assert confirmed(office, index).people == 2


def test_townships_add_up_before_and_after_confirmation(office: f.Office) -> None:
    course.granted(office, on=DECIDED)
    other = f.on_file(office, f.family(members=f.three()), on=DECIDED, town=office.other_town)
    f.decide_on(office, other, on=DECIDED)
    course.with_account(office, other, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    run = started(office, published(office))
    waiting = totals_of(run)
    assert [(row.township, row.urban, row.rural, row.units, row.total_fen) for row in waiting] == [
        ("新站镇", 3, 0, 1, THREE),
        ("天岗镇", 3, 0, 1, THREE),
    ]
    run = actions.confirm_subsidy(run, acting_user=office.chief, on=PUBLISHED)
    assert totals_of(run) == waiting


# What no statement may write beside a confirmed subsidy, and what the database says to it.
FORBIDDEN = (
    # The same people for the same month from nothing again: not even with another number.
    (
        "INSERT INTO payments_subsidyline (person_id, month, nth, township_id, area, before_fen, owed_fen, run_id,"
        " entitlement_id) SELECT person_id, month, 1, township_id, area, 0, 1, run_id, entitlement_id"
        " FROM payments_subsidyline",
        "nobody_is_subsidised_twice",
    ),
    (
        "INSERT INTO payments_subsidyline (person_id, month, nth, township_id, area, before_fen, owed_fen, run_id,"
        " entitlement_id) SELECT p.id, l.month, 2, l.township_id, area, 9, 10, run_id, entitlement_id"
        " FROM payments_subsidyline l, households_person p WHERE p.name = '孙外' LIMIT 1",
        "goes on where the earlier",
    ),
    # Less than before only by a correction.
    (
        "INSERT INTO payments_subsidyline (person_id, month, nth, township_id, area, before_fen, owed_fen, run_id,"
        " entitlement_id) SELECT person_id, month, 2, township_id, area, owed_fen, 0, run_id, entitlement_id"
        " FROM payments_subsidyline",
        "subsidy_line_comes_from_one_act",
    ),
    (
        "INSERT INTO payments_entitlement (household_id, township_id, scheme, month, kind, seq, amount_fen)"
        " SELECT household_id, township_id, scheme, month, kind, 2, 1 FROM payments_entitlement"
        " WHERE kind = 'SUBSIDY'",
        "subsidy_comes_from_a_run",
    ),
    (
        "INSERT INTO payments_entitlement"
        " (household_id, township_id, scheme, month, kind, seq, amount_fen, subsidy_run_id)"
        " SELECT household_id, township_id, scheme, month, kind, 1, 1, subsidy_run_id FROM payments_entitlement"
        " WHERE kind = 'SUBSIDY'",
        "owed_once",
    ),
)


def test_the_database_lets_nobody_be_subsidised_twice(office: f.Office) -> None:
    course.granted(office, on=DECIDED)
    f.on_file(office, f.family(members=(f.member("孙外", date(1980, 3, 3)),)), on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    index = published(office)
    confirmed(office, index)
    for statement, says in FORBIDDEN:
        with (
            pytest.raises(DatabaseError, match=says),
            transaction.atomic(),
            act(Verb.LOAD_DEMO, acting_user=office.maker, on=PUBLISHED),
        ):
            sql(statement)


def test_a_planted_difference_is_found(office: f.Office) -> None:
    course.granted(office, on=DECIDED)
    course.paid_through(office, Month(2024, 5), Month(2024, 6))
    confirmed(office, published(office))
    for code, statement in (
        ("I2", "UPDATE payments_subsidyline SET owed_fen = owed_fen + 1 WHERE nth = 1"),
        ("I2", "UPDATE payments_subsidyrun SET people = people + 1"),
        ("I6", "UPDATE payments_entitlement SET amount_fen = amount_fen + 1 WHERE kind = 'SUBSIDY'"),
        ("I6", "UPDATE payments_ledgerentry SET amount_fen = amount_fen * 2 WHERE scheme = 'PRICE_SUBSIDY'"),
    ):
        with transaction.atomic():
            with past_the_guards():
                sql(statement)
            assert code in {broken.code for broken in broken_invariants(JUNE)}
            assert broken_invariants(MAY) == []
            transaction.set_rollback(True)
    assert broken_invariants() == []
