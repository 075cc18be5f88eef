"""Payments without a result: never sent again until the bank's answer, or two persons, settle them."""

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
from apps.payments.enums import BatchState, InstructionState, LedgerAccount
from apps.payments.facts import closing_of
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Entitlement, Instruction, Settlement
from apps.payments.tests.office import TODAY, PayOffice, open_office, sql
from apps.payments.tests.test_actions import balance

pytestmark = pytest.mark.django_db


def refusal(code: str) -> Any:
    return pytest.raises(Refused, check=lambda refused: refused.code == code)


def unknown(office: PayOffice) -> tuple[Batch, list[Instruction]]:
    """May at the bank; the return file is silent about the second and third payment."""
    batch = office.submitted()
    office.imported(batch, missing=(2, 3))
    return batch, list(Instruction.objects.filter(state=InstructionState.UNKNOWN).order_by("pk"))


def told(office: PayOffice, code: str, **given: Any) -> dict[str, Any]:
    """What the maker puts down."""
    return {"code": code, "settled_on": TODAY, "evidence": "农商行2024-5-20书面答复", "on": TODAY} | {
        "acting_user": office.maker,
        **given,
    }


def test_two_persons_settle_what_the_bank_is_silent_about_and_the_ledger_says_so(office: PayOffice) -> None:
    batch, (one, two) = unknown(office)
    paid = actions.propose_settlement(one, **told(office, "00"))
    failed = actions.propose_settlement(two, **told(office, "52"))
    with refusal("already_there"):
        actions.propose_settlement(one, **told(office, "52"))
    office.appoint(office.maker, "PAYMENTS_CHECKER")
    with refusal("own_work"):
        actions.approve_settlement(paid, acting_user=office.maker, on=TODAY)
    with refusal("nothing_to_reissue"):
        actions.reissue([two.entitlement], acting_user=office.maker, on=TODAY)
    actions.approve_settlement(paid, acting_user=office.checker, on=TODAY)
    batch.refresh_from_db()
    assert batch.state == BatchState.RETURNED
    actions.approve_settlement(failed, acting_user=office.checker, on=TODAY)
    batch.refresh_from_db()
    assert batch.state == BatchState.RECONCILED
    # 300.00 + 331.50 by the file and the one found out; the other is owed again.
    assert balance(LedgerAccount.CASH) == -(126300 - two.amount_fen)
    assert (balance(LedgerAccount.IN_TRANSIT), balance(LedgerAccount.PAYABLE)) == (0, -two.amount_fen)
    assert broken_invariants() == []
    assert closing_of(batch).open == (1, two.amount_fen)
    office.new_account(two.entitlement.household, "6217000010009999999")
    again = actions.reissue([two.entitlement], acting_user=office.maker, on=TODAY)
    office.imported(office.submitted(again))
    assert broken_invariants() == []
    assert balance(LedgerAccount.CASH) == -126300


def test_what_is_put_down_needs_evidence_a_day_and_an_open_question(office: PayOffice) -> None:
    batch, (one, _) = unknown(office)
    with refusal("reason_needed"):
        actions.propose_settlement(one, **told(office, "00", evidence="问了"))
    with refusal("wrong_day"):
        actions.propose_settlement(one, **told(office, "00", settled_on=date(2024, 5, 19)))
    with refusal("not_unknown"):
        actions.propose_settlement(batch.instructions.first(), **told(office, "00"))
    waiting = actions.propose_settlement(one, **told(office, "00"))
    with refusal("reason_needed"):
        actions.reject_settlement(waiting, reason=" ", acting_user=office.checker, on=TODAY)
    actions.reject_settlement(waiting, reason="凭据不是这一笔的", acting_user=office.checker, on=TODAY)
    assert actions.propose_settlement(one, **told(office, "52")).state == "PROPOSED"


def test_the_bank_s_own_answer_comes_first(office: PayOffice) -> None:
    batch, (one, _) = unknown(office)
    waiting = actions.propose_settlement(one, **told(office, "00"))
    office.imported(batch, {2: "51", 3: "51"})
    with refusal("not_unknown"):
        actions.approve_settlement(waiting, acting_user=office.checker, on=TODAY)
    waiting.refresh_from_db()
    assert waiting.state == "PROPOSED"
    assert broken_invariants() == []


def test_t25_a_bank_that_does_not_answer_a_hundred_times(db: None) -> None:
    office = open_office(100)
    batch = office.submitted()
    owed = list(Entitlement.objects.order_by("pk"))

    def refused_again() -> int:
        count = 0
        for one in owed:
            with refusal("nothing_to_reissue"):
                actions.reissue([one], acting_user=office.maker, on=TODAY)
            count += 1
        return count

    assert refused_again() == 100
    actions.mark_unknown(batch, reason="网银超时，银行电话答复待查", acting_user=office.maker, on=TODAY)
    assert batch.instructions.filter(state=InstructionState.UNKNOWN).count() == 100
    with refusal("nothing_waits"):
        actions.mark_unknown(batch, reason="再登记一次", acting_user=office.maker, on=TODAY)
    assert refused_again() == 100
    proposed = [actions.propose_settlement(one, **told(office, "90")) for one in batch.instructions.all()]
    assert refused_again() == 100
    for one in proposed:
        actions.approve_settlement(one, acting_user=office.checker, on=TODAY)
    assert Batch.objects.get(pk=batch.pk).state == BatchState.RECONCILED
    assert actions.reissue(owed, acting_user=office.maker, on=TODAY).instructions.count() == 100
    assert broken_invariants() == []


def test_the_database_wants_two_persons_and_the_words_as_they_were(office: PayOffice) -> None:
    _, (one, _) = unknown(office)
    waiting = actions.propose_settlement(one, **told(office, "00"))
    for statement, who, why in (
        ("UPDATE payments_settlement SET state = 'APPROVED', decided_by_id = proposed_by_id, decided_on = proposed_on",
            office.maker, "settlement_decided_by_another"),
        ("UPDATE payments_settlement SET evidence = 'x'", office.checker, "decided once"),
        ("UPDATE payments_settlement SET state = 'APPROVED', decided_by_id = 0, decided_on = proposed_on",
            office.chief, "decided once"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=why), act(Verb.APPROVE_SETTLEMENT, acting_user=who, on=TODAY):
            sql(statement)
    assert Settlement.objects.get(pk=waiting.pk).state == "PROPOSED"


def test_it_is_done_on_the_pages(office: PayOffice, login: Callable[[str], Client]) -> None:
    batch, (one, two) = unknown(office)
    maker, checker = login("maker"), login("checker")
    assert reverse("unknown-list") in maker.get(batch.get_absolute_url()).content.decode()
    assert "请向银行查询" in maker.get(reverse("unknown-list")).content.decode()
    form = {"code": "00", "settled_on": "2024-05-20", "evidence": "农商行书面答复3号"}
    assert maker.post(reverse("payment-settle", args=[one.pk]), form).status_code == 302
    assert "已到账，待第二人确认" in checker.get(reverse("unknown-list")).content.decode()
    waiting = Settlement.objects.get()
    assert "农商行书面答复3号" in checker.get(reverse("settlement-approve", args=[waiting.pk])).content.decode()
    assert checker.post(reverse("settlement-approve", args=[waiting.pk])).status_code == 302
    maker.post(reverse("payment-settle", args=[two.pk]), form)
    last = Settlement.objects.get(instruction=two)
    assert checker.post(reverse("settlement-reject", args=[last.pk]), {"reason": "凭据不符"}).status_code == 302
    assert Instruction.objects.get(state=InstructionState.UNKNOWN) == two
