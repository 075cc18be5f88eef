"""What is owed back, from the notice to the last instalment; and what the database itself refuses about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.middleware import sight_of
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.tests import factories as f
from apps.core.models import OfficeDate
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.households.models import Household, Person
from apps.payments import actions, funds
from apps.payments.examination import look_through
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Difference, Entitlement, Receivable
from apps.payments.tests import course as c

pytestmark = pytest.mark.django_db
FOUND = date(2024, 2, 12)
LATER = FOUND + timedelta(days=14)


@pytest.fixture
def office() -> f.Office:
    return f.office()


@pytest.fixture
def family(office: f.Office) -> Household:
    """Paid 1,396.00 in January and February; at the standard of 500 adopted late it is 500×3 − 900 + 250 + 300."""
    found = c.granted(office, on=date(2023, 12, 20))
    c.paid_through(office, Month(2024, 1), Month(2024, 2))
    c.adopted(office, "500", start=date(2024, 1, 1), on=FOUND)
    look_through()
    return found


@pytest.fixture
def receivable(office: f.Office, family: Household) -> Receivable:
    """2 × (1,396.00 − 1,150.00) = 492.00 owed back."""
    c.corrected(office, family, on=FOUND)
    found = Receivable.objects.get()
    assert found.amount_fen == 2 * (139600 - 115000)
    return found


def told(office: f.Office, row: Receivable) -> Receivable:
    """The notice was delivered and the family spoke."""
    row = actions.notify(row, delivered_on=FOUND, how="入户送达", acting_user=office.caseworker, on=FOUND)
    assert row.hearing_until == date(2024, 2, 22), "five working days: the holiday lasts to the 17th"
    return actions.hear(row, heard_on=FOUND, said="愿意分期。", acting_user=office.caseworker, on=FOUND)


def behind(office: f.Office, on: date) -> list[tuple[str, int]]:
    """Who is behind a plan on a day and by how much, in the list; as many as the first page says."""
    OfficeDate.objects.update_or_create(pk=1, defaults={"day": on})
    client = Client()
    client.force_login(office.maker)
    waits = [task for task in client.get("/").context["money_tasks"] if task.label == "分期退还逾期"]
    listed = client.get(reverse("receivable-list"), {"state": "OVERDUE"})
    assert [(task.count, task.url) for task in waits] == (
        [(1, listed.wsgi_request.get_full_path())] * listed.context["count"]
    )
    return [(one.number, one.arrears_fen) for one in listed.context["rows"]]


def test_from_the_notice_to_the_last_instalment(office: f.Office, receivable: Receivable) -> None:
    row = told(office, receivable)
    plan = [(date(2024, 3, 1), 16400), (date(2024, 4, 1), 16400), (date(2024, 5, 1), 16400)]
    row = actions.agree_plan(row, plan=plan, acting_user=office.caseworker, on=FOUND)
    assert row.state == "AGREED"
    assert behind(office, date(2024, 3, 1)) == []
    assert behind(office, date(2024, 4, 2)) == [(row.number, 2 * 16400)]
    for n, (day, fen) in enumerate(plan, start=1):
        repaid = {"kind": "CASH", "paid_on": day, "amount_fen": fen, "receipt": f"收{n}"}
        actions.record_repayment(row, **repaid, acting_user=office.maker, on=day)
        row.refresh_from_db()
        assert (row.balance, row.state) == (49200 - 16400 * n, "CLOSED" if n == 3 else "REPAYING")
        following = row.next_instalment
        assert (following and following.due_on) == (None if n == 3 else plan[n][0])
        assert behind(office, date(2024, 4, 2)) == ([(row.number, 16400)] if n == 1 else [])
    assert "RECEIVABLE" not in c.balances()
    assert (funds.repaid(), broken_invariants()) == ({"DIBAO": 49200}, [])
    client = Client()
    client.force_login(office.chief)
    assert course(client, row.correction) == ["提出重算", "确认重算"]
    talked = ["确认重算", "送达多发告知书", "登记陈述申辩", "登记退还计划"]
    assert course(client, row) == [*talked, *["登记退款"] * 3]


def course(client: Client, subject: Any) -> list[str]:
    """What its page says was done."""
    records = client.get(subject.get_absolute_url()).context["records"]
    return [one.title if hasattr(one, "title") else one.get_verb_display() for one in records]


def test_nothing_is_agreed_before_the_family_could_speak(office: f.Office, receivable: Receivable) -> None:
    row = actions.notify(receivable, delivered_on=FOUND, how="入户送达", acting_user=office.caseworker, on=FOUND)
    plan = [(LATER, row.balance)]
    with pytest.raises(Refused, match="陈述申辩期"):
        actions.agree_plan(row, plan=plan, acting_user=office.caseworker, on=FOUND)
    assert actions.agree_plan(row, plan=plan, acting_user=office.caseworker, on=LATER).state == "AGREED"


def test_a_plan_makes_up_what_is_left(office: f.Office, receivable: Receivable) -> None:
    row = told(office, receivable)
    for plan in ([(LATER, 49199)], [(LATER, 24600), (LATER, 24600)], [(FOUND - timedelta(days=1), 49200)]):
        with pytest.raises(Refused) as refused:
            actions.agree_plan(row, plan=plan, acting_user=office.caseworker, on=FOUND)
        assert refused.value.code == "plan_differs"


def test_more_than_is_owed_or_the_same_receipt_twice_is_refused(office: f.Office, receivable: Receivable) -> None:
    row = told(office, receivable)
    given = {"kind": "CASH", "paid_on": FOUND, "receipt": "收1", "acting_user": office.maker, "on": FOUND}
    with pytest.raises(Refused, match="不超过尚欠"):
        actions.record_repayment(row, amount_fen=49201, **given)
    actions.record_repayment(row, amount_fen=100, **given)
    with pytest.raises(Refused, match="已经登记过"):
        actions.record_repayment(row, amount_fen=100, **given)


def may_offset(office: f.Office, row: Receivable) -> bool:
    """Whether the page of the matter offers it to the maker."""
    client = Client()
    client.force_login(office.maker)
    return reverse("receivable-offset", args=[row.pk]) in client.get(row.get_absolute_url()).content.decode()


def test_an_offset_needs_the_family_s_paper_and_leaves_the_rest_to_be_paid(
    office: f.Office, receivable: Receivable
) -> None:
    # March's 1,150.00 waits for an account's sake; the family asks that 300.00 of it be kept: 850.00 is still paid.
    row = told(office, receivable)
    row = actions.agree_plan(row, plan=[(LATER, row.balance)], acting_user=office.caseworker, on=FOUND)
    march = date(2024, 3, 1)
    batch = c.sealed(office, march)
    assert not may_offset(office, row), "all of it is in a batch"
    actions.cancel(batch, reason="待家庭书面同意", acting_user=office.maker, on=march)
    owed = Entitlement.objects.get(month=march)
    assert may_offset(office, row)
    offset = {"entitlement": owed, "signed_on": march, "amount_fen": 30000}
    with pytest.raises(Refused, match="同意书"):
        actions.record_offset(row, consent=" ", **offset, acting_user=office.maker, on=march)
    actions.record_offset(row, consent="同意书1号", **offset, acting_user=office.maker, on=march)
    row.refresh_from_db()
    assert (row.balance, row.state) == (19200, "REPAYING")
    run = owed.calc_line.run
    again = actions.draw_up_rest(run, acting_user=office.maker, on=march)
    assert list(again.instructions.values_list("amount_fen", flat=True)) == [85000]
    assert broken_invariants() == []


def test_nobody_left_nobody_consents_to_an_offset(office: f.Office, receivable: Receivable, client: Client) -> None:
    row = actions.agree_plan(told(office, receivable), plan=[(LATER, 49200)], acting_user=office.caseworker, on=FOUND)
    march = date(2024, 3, 1)
    actions.cancel(c.sealed(office, march), reason="待查明", acting_user=office.maker, on=march)
    client.force_login(office.maker, backend="django.contrib.auth.backends.ModelBackend")
    page, form = row.get_absolute_url(), reverse("receivable-offset", args=[row.pk])
    assert form in client.get(page).content.decode()
    with act(Verb.RECORD_DEATH, acting_user=office.caseworker, on=march):
        Person.objects.filter(memberships__household=row.household).update(died_on=march)
    shown = client.get(page).content.decode()
    assert form not in shown
    assert "登记退款" in shown
    refused = client.get(form)
    assert refused.status_code == 409
    assert "没有人能同意抵扣" in refused.content.decode()
    told_to = {"signed_on": march, "amount_fen": 100, "consent": "同意书1号", "acting_user": office.maker, "on": march}
    with pytest.raises(Refused, match="没有人能同意抵扣"):
        actions.record_offset(row, entitlement=Entitlement.objects.get(month=march), **told_to)


def test_a_write_off_takes_two_people_and_a_ground(office: f.Office, receivable: Receivable) -> None:
    with pytest.raises(Refused, match="没有人提出"):
        actions.approve_write_off(receivable, acting_user=office.chief, on=FOUND)
    told = {"ground": "HARDSHIP", "text": "低保边缘，长期患病。"}
    row = actions.propose_write_off(receivable, **told, acting_user=office.caseworker, on=FOUND)
    assert row.balance == 49200
    row = actions.approve_write_off(row, acting_user=office.chief, on=FOUND)
    assert (row.state, row.balance, row.written_off_fen) == ("WRITTEN_OFF", 0, 49200)
    assert c.balances()["WRITTEN_OFF"] == 49200
    assert broken_invariants() == []


def test_two_people_may_leave_it_as_it_is(office: f.Office, family: Household) -> None:
    rows = Difference.objects.filter(household=family)
    given = {"text": "金额小，维持。", "leaves": True}
    correction = actions.propose_correction(rows, **given, acting_user=office.reviewer, on=FOUND)
    assert not Difference.objects.waiting().exists()
    actions.confirm_correction(correction, acting_user=office.chief, on=FOUND)
    assert not Receivable.objects.exists()
    assert not Difference.objects.waiting().exists()
    # The standard moves once more: what was left alone is another difference now.
    c.adopted(office, "480", start=date(2024, 1, 1), on=FOUND)
    look_through()
    assert Difference.objects.waiting().count() == 2


def test_a_correction_of_several_townships_is_worked_on_in_each(office: f.Office, family: Household) -> None:
    other = f.on_file(office, f.family(), on=date(2023, 12, 20), town=office.other_town)
    f.decide_on(office, other, on=date(2023, 12, 20))
    c.with_account(office, other, on=date(2023, 12, 20))
    c.paid(office, date(2024, 3, 1))
    c.adopted(office, "480", start=date(2024, 1, 1), on=date(2024, 3, 2))
    look_through()
    rows, (own, elsewhere) = Difference.objects.all(), (office.caseworker, office.stranger)
    correction = actions.propose_correction(rows, text="标准晚到。", acting_user=office.reviewer, on=date(2024, 3, 3))
    assert correction.township is None
    for worker in (own, elsewhere):
        with sight_of(worker):
            assert Difference.objects.exists()
            assert not Difference.objects.waiting().exists(), "somebody proposed it already"
    actions.confirm_correction(correction, acting_user=office.chief, on=date(2024, 3, 4))
    for worker, household in ((own, family), (elsewhere, other)):
        client, row = Client(), Receivable.objects.get(household=household)
        client.force_login(worker)
        assert list(client.get(reverse("receivable-list")).context["rows"]) == [row]
        for page in (row.get_absolute_url(), reverse("receivable-notify", args=[row.pk])):
            assert client.get(page).status_code == 200
        assert "标准晚到。" in client.get(reverse("household-statement", args=[household.uuid])).content.decode()
        assert client.get(correction.get_absolute_url()).status_code == 404, "the whole of it is the county's"


def test_what_changed_after_the_proposal_is_not_confirmed(office: f.Office, family: Household) -> None:
    rows = Difference.objects.filter(household=family)
    correction = actions.propose_correction(rows, text="标准晚到。", acting_user=office.reviewer, on=FOUND)
    with pytest.raises(Refused, match="已经有人提出"):
        actions.propose_correction(rows, text="再提一次。", acting_user=office.caseworker, on=FOUND)
    c.adopted(office, "480", start=date(2024, 1, 1), on=FOUND)
    with pytest.raises(Refused, match="已不是提出时的数"):
        actions.confirm_correction(correction, acting_user=office.chief, on=FOUND)
    actions.reject_correction(correction, answer="标准又有调整。", acting_user=office.chief, on=FOUND)
    c.corrected(office, family, on=FOUND)


@contextmanager
def refused(office: f.Office, name: str) -> Iterator[None]:
    """The database says no, and names why."""
    declared = act(Verb.LOAD_DEMO, acting_user=office.maker, on=FOUND)
    with pytest.raises((IntegrityError, DatabaseError), match=name), transaction.atomic(), declared:
        yield


def sql(text: str, **values: Any) -> None:
    """As the application's role."""
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def test_the_database_keeps_two_hands_and_the_sums(office: f.Office, receivable: Receivable) -> None:
    with refused(office, "correction_confirmed_by_another"):
        sql("UPDATE payments_correction SET decided_by_id = proposed_by_id")
    with refused(office, "cannot move"):
        sql("UPDATE payments_correction SET state = 'PROPOSED', decided_by_id = NULL")
    with refused(office, "stays as it was confirmed"):
        sql("UPDATE payments_receivable SET amount_fen = 1")
    with refused(office, "cannot move"):
        sql("UPDATE payments_receivable SET state = 'CLOSED'")
    with refused(office, "written_off_by_another"):
        sql(
            "UPDATE payments_receivable SET state = 'WRITTEN_OFF', write_off_ground = 'OTHER', written_off_fen = 1,"
            " write_off_proposed_by_id = %(who)s, written_off_by_id = %(who)s",
            who=office.chief.pk,
        )
    repay = (
        "INSERT INTO payments_repayment"
        " (receivable_id, kind, paid_on, amount_fen, receipt, recorded_by_id, recorded_on)"
        " VALUES (%(id)s, 'CASH', '2024-02-12', %(fen)s, %(receipt)s, %(who)s, '2024-02-12')"
    )
    given = {"id": receivable.pk, "who": office.maker.pk}
    with refused(office, "more is not repaid"):
        sql(repay, fen=49201, receipt="收1", **given)
    with refused(office, "more is not repaid"):
        sql(repay, fen=49200, receipt="收1", **given)
        sql(repay, fen=1, receipt="收2", **given)
    with refused(office, "repayment_has_a_receipt"):
        sql(repay, fen=1, receipt="", **given)
    for table in ("correctionline", "annulment", "overpayment", "repayment", "instalment", "backdating"):
        with refused(office, "permission denied"):
            sql(f"UPDATE payments_{table} SET id = id")  # noqa: S608 - names are written here


def test_the_database_annuls_nothing_paid_and_pays_nothing_annulled(office: f.Office, receivable: Receivable) -> None:
    line = receivable.lines.first().line
    annul = "INSERT INTO payments_annulment (entitlement_id, correction_line_id) VALUES (%(id)s, %(line)s)"
    paid = Entitlement.objects.first()
    with refused(office, "not annulled"):
        sql(annul, id=paid.pk, line=line.pk)
    batch = actions.cancel(c.sealed(office, date(2024, 3, 1)), reason="重编", acting_user=office.maker, on=FOUND)
    owed = Entitlement.objects.get(month=date(2024, 3, 1))
    with act(Verb.LOAD_DEMO, acting_user=office.maker, on=FOUND):
        sql(annul, id=owed.pk, line=line.pk)
        told = {"month": batch.month, "purpose": batch.purpose, "drawn_by": office.maker, "drawn_on": FOUND}
        draft = Batch.objects.create(number="FF202403-099", **told)
    with refused(office, "annulled entitlement is not paid"):
        sql(
            "INSERT INTO payments_instruction (end_to_end_id, entitlement_id, attempt_no, batch_id, township_id,"
            " account_id, payee_name, account_mask, amount_fen, state, failure_code, failure_text)"
            " SELECT gen_random_uuid(), entitlement_id, 2, %(draft)s, township_id, account_id, payee_name,"
            " account_mask,"
            " amount_fen, 'QUEUED', '', '' FROM payments_instruction WHERE batch_id = %(id)s",
            id=batch.pk,
            draft=draft.pk,
        )


PLANTED = [
    (
        "I4",
        "INSERT INTO payments_annulment (entitlement_id, correction_line_id)"
        " SELECT e.id, l.id FROM payments_entitlement e, payments_correctionline l LIMIT 1",
    ),
    ("I6", "UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE account = 'RECEIVABLE'"),
    ("I12", "UPDATE payments_overpayment SET amount_fen = amount_fen + 1"),
    ("I12", "UPDATE payments_correctionline SET now_fen = now_fen + 1"),
]


def test_every_invariant_of_corrections_finds_its_plant(office: f.Office, receivable: Receivable) -> None:
    assert broken_invariants() == []
    for code, plant in PLANTED:
        with connection.cursor() as cursor, undone():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL ROLE none")
            for table in ("annulment", "ledgerentry", "overpayment", "correctionline"):
                cursor.execute(f"ALTER TABLE payments_{table} DISABLE TRIGGER USER")
            cursor.execute(plant)
            cursor.execute("SET LOCAL ROLE jiaohe_county")
            assert code in {broken.code for broken in broken_invariants()}, code


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_look_back_finds_it_again_after_everything_was_forgotten(office: f.Office, family: Household) -> None:
    before = c.found(family)
    assert before
    Difference.objects.all().delete()
    sql("DELETE FROM payments_examined")
    assert look_through() == 1
    assert c.found(family) == before
    assert look_through() == 0
