"""What the database refuses, whoever writes: direct SQL as the application's role."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.awards.actions import confirm_month, open_month
from apps.awards.models import Award, CalcLine
from apps.awards.tests import factories as f

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2022, 3, 15), date(2022, 4, 5)


@pytest.fixture
def office() -> f.Office:
    return f.office()


@pytest.fixture
def award(office: f.Office) -> Award:
    return f.granted(office, on=MARCH)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(office: f.Office, match: str, statement: str, *values: Any, declared: bool = True) -> None:
    """The statement fails with a message that names the rule."""
    write = in_an_act if declared else alone
    with pytest.raises(DatabaseError, match=match):
        write(office, statement, *values)


def in_an_act(office: f.Office, statement: str, *values: Any) -> None:
    with f.act(f.Verb.DECIDE_AWARD, acting_user=office.reviewer, on=MARCH):
        sql(statement, *values)


def alone(office: f.Office, statement: str, *values: Any) -> None:
    with transaction.atomic():
        sql(statement, *values)


def copied(table: str, **changed: str) -> str:
    """INSERT … SELECT of the newest row of a table with some columns changed."""
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    columns.remove("id")
    changed = {"uuid": "gen_random_uuid()", **changed}
    taken = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} ORDER BY id DESC LIMIT 1"  # noqa: S608


def test_one_award_of_a_unit_at_a_time(office: f.Office, award: Award) -> None:
    refused(office, "one_award_of_a_unit_at_a_time", copied("awards_award"))
    refused(office, "one_award_of_a_unit_at_a_time", copied("awards_award", first_month="'2030-01-01'"))
    refused(
        office,
        "one_award_of_a_unit_at_a_time",
        copied("awards_award", first_month="'2021-12-01'", last_month="'2022-04-01'"),
    )
    with f.act(f.Verb.DECIDE_AWARD, acting_user=office.reviewer, on=MARCH):
        sql(copied("awards_award", first_month="'2021-12-01'", last_month="'2022-03-01'"))


def test_nobody_is_paid_twice(office: f.Office, award: Award) -> None:
    other = f.granted(office, on=MARCH)
    statement = copied("awards_awardmember", award_id=str(award.pk))
    assert other.members.exists()
    refused(office, "nobody_is_paid_twice", statement)


def test_months_are_first_days_and_in_order(office: f.Office, award: Award) -> None:
    refused(office, "award_first_month_is_first_day", "UPDATE awards_award SET first_month = '2022-04-02'")
    refused(office, "award_last_month_is_first_day", "UPDATE awards_award SET last_month = '2022-04-02'")
    refused(office, "award_ends_after_it_begins", "UPDATE awards_award SET last_month = '2022-02-01'")
    refused(office, "award_ended_by_a_decision", "UPDATE awards_award SET state = 'ENDED', last_month = '2022-05-01'")


def test_no_write_without_a_declared_act(office: f.Office, award: Award) -> None:
    refused(office, "without a declared act", "UPDATE awards_award SET last_month = '2022-09-01'", declared=False)
    refused(office, "without a declared act", copied("awards_decision"), declared=False)
    refused(office, "without a declared act", "DELETE FROM awards_awardmember", declared=False)


@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["awards_decision", "awards_calcline", "awards_historicalaward"])
def test_what_was_added_stays(office: f.Office, award: Award, verb: str, table: str) -> None:
    refused(office, "permission denied", verb.format(table))


def test_history_of_an_award_has_the_act(office: f.Office, award: Award) -> None:
    row = award.history.get()
    assert (row.history_type, row.act.verb, row.history_user) == ("+", "DECIDE_AWARD", office.reviewer)
    with f.act(f.Verb.END_AWARD, acting_user=office.reviewer, on=MARCH, reason="测试"):
        sql("UPDATE awards_award SET last_month = '2022-09-01'")
    assert award.history.latest("history_id").history_change_reason == "测试"


def test_one_run_a_month_and_no_jumps(office: f.Office, award: Award) -> None:
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    refused(office, "one_run_a_month", copied("awards_monthrun"))
    refused(office, "cannot move from CALCULATING to SEALED", "UPDATE awards_monthrun SET state = 'SEALED'")
    refused(office, "cannot begin as CONFIRMED", copied("awards_monthrun", state="'CONFIRMED'"))
    refused(office, "calculated_month_has_a_total", "UPDATE awards_monthrun SET state = 'CALCULATED'")
    f.calculate(run, on=APRIL)
    refused(office, "month_confirmed_by_another", "UPDATE awards_monthrun SET confirmed_by_id = started_by_id")
    refused(office, "confirmed_month_says_by_whom", "UPDATE awards_monthrun SET state = 'CONFIRMED'")
    run.refresh_from_db()
    confirm_month(run, acting_user=office.checker, on=APRIL)
    refused(office, "cannot move", "UPDATE awards_monthrun SET state = 'CALCULATED'")


def test_the_figures_of_a_confirmed_month_stay(office: f.Office, award: Award) -> None:
    run = open_month(APRIL, acting_user=office.maker, on=APRIL)
    refused(office, "figures of a month stay", "UPDATE awards_monthrun SET units = 2")
    run = f.calculate(run, on=APRIL)
    confirm_month(run, acting_user=office.checker, on=APRIL)
    refused(office, "figures of a month stay", "UPDATE awards_monthrun SET total_fen = total_fen + 1")
    refused(office, "figures of a month stay", "UPDATE awards_monthrun SET confirmed_on = '2022-04-09'")
    other = f.granted(office, on=date(2022, 2, 1))
    late = copied("awards_calcline", award_id=str(other.pk))
    refused(office, "only while a month is calculated", late)


def test_one_line_of_an_award_and_never_below_zero(office: f.Office, award: Award) -> None:
    f.calculate(open_month(APRIL, acting_user=office.maker, on=APRIL), on=APRIL)
    assert CalcLine.objects.count() == 1
    refused(office, "one_line_of_an_award", copied("awards_calcline"))
    refused(office, "line_not_negative", copied("awards_calcline", amount_fen="-1"))


def test_a_chunk_is_not_done_by_saying_so(office: f.Office, award: Award) -> None:
    open_month(APRIL, acting_user=office.maker, on=APRIL)
    refused(office, "done_chunk_says_what_it_made", "UPDATE awards_chunk SET state = 'DONE'")
    refused(office, "one_chunk_of_a_number", copied("awards_chunk"))


def test_the_library_s_switch_does_not_open_the_guards(office: f.Office, award: Award) -> None:
    sql("SELECT set_config('pgtrigger.ignore', '{awards_award:history_update,awards_award:moves_state}', true)")
    refused(office, "without a declared act", "UPDATE awards_award SET last_month = '2022-09-01'", declared=False)
