"""The money a batch may draw on: appropriated by two, set aside at approval, given back when it is not paid."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.enums import BatchState, FundEvent
from apps.payments.funds import balances, shortage
from apps.payments.limits import CAP, SECOND_APPROVAL, approvals_needed, limit
from apps.payments.models import Appropriation, FundEntry, Limit
from apps.payments.tests.office import TODAY, PayOffice, funded, sql

pytestmark = pytest.mark.django_db

# Four families: 300.00, 310.50, 321.00 and 331.50 yuan.
TOTAL = 126300


def refusal(code: str) -> Any:
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


def free(scheme: str = "DIBAO") -> int:
    """What is left of a scheme's own money, or ("") of that for all schemes."""
    return next(row.free for row in balances() if row.scheme == scheme)


def test_without_money_nothing_is_approved_and_the_missing_sum_is_named(office: PayOffice) -> None:
    batch = office.cleared(office.frozen())
    funded(office, -office.money + 100000, document="追减")
    with pytest.raises(Refused, match=r"需要低保 1,263\.00 元，可用 1,000\.00 元，还差 263\.00 元") as told:
        actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    assert told.value.code == "funds_short"
    funded(office, 26300, document="追加", scheme="DIBAO")
    actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=TODAY)
    # Of its own 263.00; the other 1,263.00 − 263.00 = 1,000.00 from the money for all schemes, which is then used up.
    assert (free("DIBAO"), free(""), shortage({})) == (0, 0, 0)
    assert {row.scheme: row.helped for row in balances() if row.helped} == {"DIBAO": 100000, "": -100000}
    assert shortage({"TEKUN": 1}) == 1


def test_money_is_set_aside_spent_and_given_back(office: PayOffice) -> None:
    batch = office.approved()
    rows = {row.scheme: row for row in balances()}
    assert (rows["DIBAO"].reserved, rows["DIBAO"].spent) == (TOTAL, 0)
    batch = actions.send_back(batch, reason="再核一遍", acting_user=office.chief, on=TODAY)
    assert free("") == office.money
    batch = office.submitted(batch)
    rows = {row.scheme: row for row in balances()}
    assert (rows["DIBAO"].reserved, rows["DIBAO"].spent) == (0, TOTAL)
    office.imported(batch, {1: "14"})
    assert (free(), free("")) == (0, office.money - (TOTAL - 30000))
    assert list(FundEntry.objects.order_by("pk").values_list("event", "amount_fen")) == [
        (FundEvent.RESERVED, TOTAL), (FundEvent.RELEASED, -TOTAL),
        (FundEvent.RESERVED, TOTAL), (FundEvent.RETURNED, -30000),
    ]  # fmt: skip


def test_a_cancelled_batch_gives_its_money_back(office: PayOffice) -> None:
    actions.cancel(office.sealed(), reason="月份选错", acting_user=office.maker, on=TODAY)
    assert free("") == office.money


def test_what_one_scheme_draws_from_the_common_money_is_gone_for_the_others(office: PayOffice, login: Any) -> None:
    funded(office, 500, document="特困专项", scheme="TEKUN")
    office.approved()
    left = office.money - TOTAL
    assert (free("DIBAO"), free("TEKUN"), free("")) == (0, 500, left)
    assert (shortage({"TEKUN": left + 500}), shortage({"TEKUN": left + 501})) == (0, 1)
    shown = login("checker").get(reverse("fund-list")).content.decode()
    assert ">-1,263.00<" in shown, "the common money says what it gave"
    assert min(row.free for row in balances()) >= 0


def test_an_appropriation_counts_when_another_person_has_seen_the_document(office: PayOffice) -> None:
    told: dict[str, Any] = {"source": "PROVINCIAL", "scheme": "", "document": "吉财社〔2024〕9号", "on": TODAY}
    told |= {"amount_fen": 500, "issued_on": date(2024, 5, 1), "acting_user": office.maker}
    before = free("")
    waiting = actions.propose_appropriation(**told)
    assert free("") == before
    with refusal("already_there"):
        actions.propose_appropriation(**told)
    with refusal("in_the_future"):
        actions.propose_appropriation(**told | {"issued_on": date(2024, 6, 1)})
    office.appoint(office.maker, "PAYMENTS_CHECKER")
    with refusal("own_work"):
        actions.approve_proposal(waiting, acting_user=office.maker, on=TODAY)
    actions.approve_proposal(waiting, acting_user=office.checker, on=TODAY)
    assert free("") == before + 500
    with refusal("illegal_move"):
        actions.reject_proposal(waiting, reason="看错了", acting_user=office.checker, on=TODAY)


def test_a_cut_below_what_is_taken_is_not_approved(office: PayOffice) -> None:
    office.approved()
    with refusal("funds_short"):
        funded(office, -office.money, document="追减")
    assert Appropriation.objects.filter(document="追减", state="APPROVED").count() == 0


ANOTHER = (
    "INSERT INTO payments_appropriation (proposed_on, source, scheme, amount_fen, document, issued_on, state,"
    " proposed_by_id, decided_by_id, decided_on)"
    " SELECT proposed_on, source, scheme, amount_fen, document, issued_on, {}"
    " FROM payments_appropriation"
)
BY_HAND = [
    ("more than there is", "INSERT INTO payments_fundentry (batch_id, event, scheme, amount_fen, \"on\")"
        " SELECT id, 'RESERVED', 'DIBAO', 999999999999, drawn_on FROM payments_batch", "more is set aside"),
    ("a batch without money", "UPDATE payments_batch SET state = 'APPROVED', approved_by_id = {checker},"
        " approved_on = drawn_on, approved_sha256 = content_sha256", "not signed"),
    ("the amount", "UPDATE payments_appropriation SET amount_fen = amount_fen * 2", "decided once"),
    ("another's word", ANOTHER.format("'PROPOSED', {maker}, NULL, NULL"), "decided once"),
    ("approved at once", ANOTHER.format("'APPROVED', {checker}, {maker}, proposed_on"), "cannot begin"),
    ("away with the book", "DELETE FROM payments_fundentry", "permission denied"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "why"), [row[1:] for row in BY_HAND], ids=[row[0] for row in BY_HAND])
def test_the_database_keeps_the_money(office: PayOffice, statement: str, why: str) -> None:
    office.cleared(office.frozen())
    people = {name: user.pk for name, user in office.users.items()}
    with (
        pytest.raises(DatabaseError, match=why),
        act(Verb.APPROVE_BATCH, acting_user=office.checker, on=TODAY),
    ):
        sql(statement.format(**people))


def test_limits_are_dated_and_adopted_by_two(office: PayOffice) -> None:
    told: dict[str, Any] = {"kind": SECOND_APPROVAL, "document": "局务会纪要", "on": TODAY}
    assert (approvals_needed(TOTAL, TODAY), limit(CAP, TODAY)) == (1, 10_000_00)
    june = date(2024, 6, 1)
    one = actions.propose_limit(**told, amount_fen=TOTAL, since=june, acting_user=office.chief)
    with refusal("in_the_past"):
        actions.propose_limit(**told, amount_fen=1, since=date(2024, 5, 19), acting_user=office.chief)
    assert approvals_needed(TOTAL, june) == 1
    actions.approve_proposal(one, acting_user=office.checker, on=TODAY)
    assert [approvals_needed(TOTAL, day) for day in (TODAY, june)] == [1, 2]
    assert [approvals_needed(fen, june) for fen in (TOTAL - 1, TOTAL)] == [1, 2]
    assert Limit.objects.get().decided_by == office.checker


def test_a_shared_account_that_two_have_registered_is_no_doubt(office: PayOffice) -> None:
    one, other = office.households[:2]
    number = other.accounts.get().full_number()
    office.new_account(other, "6217000010003333333")
    office.new_account(one, number)
    told: dict[str, Any] = {"number": number, "holder": "新站镇敬老院", "ground": "集中供养", "until": date(2025, 5, 1)}
    entry = actions.propose_shared_account(**told, acting_user=office.maker, on=TODAY)
    batch = office.frozen()
    assert batch.findings.filter(kind="SHARED_ACCOUNT").count() == 1
    actions.approve_proposal(entry, acting_user=office.checker, on=TODAY)
    batch = actions.send_back(batch, reason="共用账户已登记", acting_user=office.checker, on=TODAY)
    batch = office.frozen(batch)
    assert batch.findings.of(batch).filter(kind="SHARED_ACCOUNT").count() == 0


def test_the_checker_is_told_on_the_page_and_the_maker_mends_it(
    office: PayOffice, login: Callable[[str], Client]
) -> None:
    batch = office.cleared(office.frozen())
    funded(office, -office.money, document="追减")
    maker, checker = login("maker"), login("checker")
    told = checker.post(reverse("batch-approve", args=[batch.pk]), {"content_sha256": batch.content_sha256})
    assert (told.status_code, "还差 1,263.00 元" in told.content.decode()) == (409, True)
    form = {"source": "COUNTY", "scheme": "DIBAO", "amount_fen": "1263", "document": "蛟财社〔2024〕1号"}
    assert maker.post(reverse("fund-new"), form | {"issued_on": "2024-05-20"}).status_code == 302
    waiting = Appropriation.objects.get(document="蛟财社〔2024〕1号")
    assert "蛟财社〔2024〕1号" in checker.get(reverse("fund-list")).content.decode()
    assert checker.post(reverse("fund-approve", args=[waiting.pk])).status_code == 302
    assert checker.post(reverse("fund-approve", args=[waiting.pk])).status_code == 409
    checker.post(reverse("batch-approve", args=[batch.pk]), {"content_sha256": batch.content_sha256})
    batch.refresh_from_db()
    assert batch.state == BatchState.APPROVED
