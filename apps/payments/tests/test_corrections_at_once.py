"""Two people at one family's months or at one receivable in the same moment: one wins, nothing is lost or doubled."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.awards.actions import confirm_month, open_month
from apps.awards.models import MonthRun
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.households.models import Household
from apps.payments import actions
from apps.payments.examination import look_through
from apps.payments.invariants import broken_invariants
from apps.payments.models import (
    Annulment,
    Batch,
    Correction,
    CorrectionLine,
    Difference,
    Entitlement,
    Instruction,
    LedgerTransaction,
    Receivable,
    Repayment,
)
from apps.payments.tests import course as c
from apps.payments.tests.test_at_once import at_once, fresh

JAN, FEB, MARCH = (Month(2024, n) for n in (1, 2, 3))
FOUND, LATER = date(2024, 2, 20), date(2024, 3, 12)
Work = Callable[[], Any]


@pytest.fixture
def office(own_database: Any) -> f.Office:
    """Where transactions really commit."""
    return f.office()


@pytest.fixture
def family(office: f.Office) -> Household:
    """Paid 1,396.00 in January and February."""
    found = c.granted(office, on=date(2023, 12, 20))
    c.paid_through(office, JAN, FEB)
    return found


def differing(office: f.Office, standard: str) -> None:
    c.adopted(office, standard, start=JAN.first(), on=FOUND)
    look_through()


def proposing(who: Any) -> Work:
    told = {"text": "按查明的情况重算。", "on": FOUND}
    return lambda: actions.propose_correction(Difference.objects.all(), acting_user=fresh(who), **told)


def confirming(office: f.Office, on: date = FOUND) -> Work:
    return lambda: actions.confirm_correction(Correction.objects.get(), acting_user=fresh(office.chief), on=on)


def rejecting(office: f.Office) -> Work:
    told = {"answer": "再查。", "on": FOUND}
    return lambda: actions.reject_correction(Correction.objects.get(), acting_user=fresh(office.chief), **told)


def test_one_family_s_months_are_put_right_once(office: f.Office, family: Household) -> None:
    # 600×3 − 900 + 300 + 360 = 1,560.00: 164.00 a month too little, two months.
    differing(office, "600")
    won, told = at_once(*[proposing(who) for who in (office.reviewer, office.caseworker) * 2])
    assert (len(won), told) == (1, ["nothing_to_correct"] * 3)
    assert (Correction.objects.count(), CorrectionLine.objects.count()) == (1, 2)
    won, told = at_once(confirming(office), rejecting(office), confirming(office), look_through)
    decided = [one for one in won if isinstance(one, Correction)]
    assert (len(decided), told) == (1, ["illegal_move"] * 2)
    owed = 2 * 16400 if Correction.objects.get().state == "CONFIRMED" else 0
    assert c.money_of(family) == (2 * 139600, owed, 0)
    assert LedgerTransaction._default_manager.filter(event="SUPPLEMENTED").count() == bool(owed)
    look_through()
    assert Difference.objects.count() == (0 if owed else 2)
    assert broken_invariants() == []


def test_a_correction_while_the_month_is_calculated_and_drawn(office: f.Office, family: Household) -> None:
    """Its arrears come with the batch that is drawn in the same moment, or wait for the next one: never both."""
    differing(office, "600")
    proposing(office.reviewer)()
    run = open_month(MARCH.first(), acting_user=office.maker, on=MARCH.first())
    on = MARCH.first()

    def drawing() -> Any:
        done = confirm_month(f.calculate(run, on=on), acting_user=fresh(office.checker), on=on)
        return actions.draw_up(MonthRun.objects.get(pk=done.pk), acting_user=fresh(office.maker), on=on)

    won, told = at_once(drawing, confirming(office, on), look_through)
    assert (len(won), told) == (3, [])
    batch = Batch.objects.get(month=on)
    assert batch.instructions.count() in (1, 3)
    c.settled(office, batch, on=on)
    c.paid(office, Month(2024, 4).first())
    # Two months at 1,396.00 and 164.00 more each, two more months at 1,560.00.
    assert c.money_of(family) == (4 * 156000, 0, 0)
    assert Instruction.objects.values("entitlement").distinct().count() == Instruction.objects.count() == 6
    assert broken_invariants() == []


def test_a_payment_that_failed_is_sent_again_or_annulled_but_not_both(office: f.Office) -> None:
    # January failed at the bank. 500×3 − 900 + 250 + 300 = 1,150.00: 246.00 less than the 1,396.00 it would have been.
    family = c.granted(office, on=date(2023, 12, 20))
    c.paid(office, JAN.first(), failing={1: "90"})
    differing(office, "500")
    proposing(office.reviewer)()
    failed = list(Entitlement.objects.failed())
    sending = lambda: actions.reissue(failed, acting_user=fresh(office.maker), on=FOUND)  # noqa: E731
    _, told = at_once(sending, confirming(office))
    if Annulment._default_manager.exists():
        assert told == ["nothing_to_reissue"]
        assert c.money_of(family) == (0, 115000, 0)
    else:
        assert told == ["payment_under_way"]
        # What is on its way has neither arrived nor waits.
        assert c.money_of(family) == (0, 0, 0)
        assert Instruction.objects.get(state="QUEUED").amount_fen == 139600
    assert Instruction.objects.filter(state="QUEUED").count() + Annulment._default_manager.count() == 1
    assert broken_invariants() == []


@pytest.fixture
def receivable(office: f.Office, family: Household) -> Receivable:
    """2 × (1,396.00 − 1,150.00) = 492.00 owed back, told and heard."""
    differing(office, "500")
    c.corrected(office, family, on=FOUND)
    row = Receivable.objects.get()
    row = actions.notify(row, delivered_on=FOUND, how="入户送达", acting_user=office.caseworker, on=FOUND)
    return actions.hear(row, heard_on=FOUND, said="愿意退还。", acting_user=office.caseworker, on=FOUND)


def repaying(office: f.Office, fen: int, receipt: str) -> Work:
    told = {"kind": "CASH", "paid_on": LATER, "amount_fen": fen, "receipt": receipt, "on": LATER}
    return lambda: actions.record_repayment(Receivable.objects.get(), acting_user=fresh(office.maker), **told)


def test_two_who_repay_the_same_money_repay_it_once(office: f.Office, receivable: Receivable) -> None:
    won, told = at_once(*[repaying(office, 49200, f"收{n}") for n in (1, 2, 3)])
    assert (len(won), told) == (1, ["illegal_move"] * 2), "the first one closed it"
    assert broken_invariants() == []
    row = Receivable.objects.get()
    assert (row.state, row.balance, Repayment._default_manager.count()) == ("CLOSED", 0, 1)


def test_the_same_receipt_and_more_than_is_left_are_taken_once(office: f.Office, receivable: Receivable) -> None:
    won, told = at_once(*[repaying(office, 30000, "收1") for _ in range(2)], repaying(office, 30000, "收2"))
    assert len(won) == 1
    assert set(told) <= {"too_much", "receipt_known"}
    assert Receivable.objects.get().balance == 19200
    assert broken_invariants() == []


def test_money_that_comes_while_the_rest_is_written_off(office: f.Office, receivable: Receivable) -> None:
    told = {"ground": "HARDSHIP", "text": "低保家庭，确无力退还。"}
    actions.propose_write_off(receivable, **told, acting_user=office.caseworker, on=LATER)
    chief, day = office.chief, {"on": LATER}
    approving = lambda: actions.approve_write_off(Receivable.objects.get(), acting_user=fresh(chief), **day)  # noqa: E731
    refusing = lambda: actions.reject_write_off(  # noqa: E731
        Receivable.objects.get(), answer="继续催收。", acting_user=fresh(chief), **day
    )
    won, refused = at_once(approving, approving, refusing, repaying(office, 9200, "收1"))
    row = Receivable.objects.get()
    repaid = 9200 if Repayment._default_manager.exists() else 0
    assert row.amount_fen == repaid + row.written_off_fen + row.balance
    assert row.balance == (0 if row.state == "WRITTEN_OFF" else 49200 - repaid)
    assert LedgerTransaction._default_manager.filter(event="WRITTEN_OFF").count() == (row.state == "WRITTEN_OFF")
    assert len(won) + len(refused) == 4
    assert broken_invariants() == []


def test_one_open_claim_is_offset_once(office: f.Office, receivable: Receivable) -> None:
    """March's 1,150.00 is still to be paid; two papers ask for 300.00 of it in the same moment."""
    plan = [(LATER, receivable.balance)]
    actions.agree_plan(receivable, plan=plan, acting_user=office.caseworker, on=FOUND)
    batch = c.sealed(office, MARCH.first())
    actions.cancel(batch, reason="待家庭书面同意", acting_user=office.maker, on=MARCH.first())
    owed = Entitlement.objects.get(month=MARCH.first())

    def offsetting(consent: str) -> Work:
        told = {"entitlement": owed, "signed_on": LATER, "amount_fen": 30000, "consent": consent, "on": LATER}
        return lambda: actions.record_offset(Receivable.objects.get(), acting_user=fresh(office.maker), **told)

    won, told = at_once(*[offsetting(f"同意书{n}号") for n in (1, 2, 3)])
    assert (len(won), told) == (1, ["not_open"] * 2)
    # 1,150.00 − 300.00 is still paid, 492.00 − 300.00 still owed back.
    assert [one.amount_fen for one in Entitlement.objects.unpaid()] == [85000]
    assert Receivable.objects.get().balance == 19200
    assert broken_invariants() == []
