"""The ledger read on screens down to what is behind it; each day held against the bank by two people."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from apps.payments.enums import LedgerEvent
from apps.payments.invariants import broken_invariants
from apps.payments.ledgerbook import totals, trial_balance
from apps.payments.models import BankStatement, Batch, LedgerEntry, LedgerTransaction
from apps.payments.tests.office import MAY, TODAY, PayOffice

pytestmark = pytest.mark.django_db

Login = Callable[[str], Client]
LIST = "ledger-list"


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def batch(office: PayOffice) -> Batch:
    """May at the bank; its first payment came back."""
    sent = office.submitted()
    office.imported(sent, {1: "14"})
    sent.refresh_from_db()
    return sent


def fens() -> dict[str, tuple[int, int]]:
    return {row.account: (row.debit_fen, row.credit_fen) for row in trial_balance(LedgerEntry.objects.all())}


def test_the_trial_balance_is_zero_and_each_account_says_where_the_money_is(office: PayOffice, batch: Batch) -> None:
    owed, failed = batch.expected_total_fen, batch.instructions.get(state="REJECTED").amount_fen
    assert fens() == {
        "EXPENSE": (owed, 0),
        "PAYABLE": (owed, owed + failed),
        "IN_TRANSIT": (owed, owed),
        "CASH": (0, owed - failed),
    }
    assert totals(trial_balance(LedgerEntry.objects.all())).balance_fen == 0


def test_from_the_batch_to_its_vouchers_to_one_account_and_back(office: PayOffice, batch: Batch, login: Login) -> None:
    checker = login("checker")
    at = f"{reverse(LIST)}?batch={batch.pk}"
    assert at in text(checker.get(batch.get_absolute_url()))
    page = checker.get(at)
    shown = {row.event: (row.debit_fen, row.credit_fen) for row in page.context["rows"]}
    paid = sum(batch.instructions.filter(state="PAID").values_list("amount_fen", flat=True))
    total = batch.expected_total_fen
    assert shown == {
        LedgerEvent.SUBMITTED: (total, total),
        LedgerEvent.PAID: (paid, paid),
        LedgerEvent.FAILED: (total - paid, total - paid),
    }
    assert "平衡" in text(page)
    month = checker.get(f"{reverse(LIST)}?month={MAY:%Y-%m-%d}")
    assert {row.event for row in month.context["rows"]} == {*shown, LedgerEvent.ENTITLED}
    cash = checker.get(f"{at}&account=CASH")
    assert [(row.event, row.debit_fen, row.credit_fen) for row in cash.context["rows"]] == [(LedgerEvent.PAID, 0, paid)]
    (voucher,) = cash.context["rows"]
    detail = text(checker.get(voucher.get_absolute_url()))
    assert "借贷平衡" in detail
    assert batch.get_absolute_url() in detail


def test_a_township_s_side_of_the_ledger_sums_to_what_it_was_paid(
    office: PayOffice, batch: Batch, login: Login
) -> None:
    for town in {one.entitlement.township for one in batch.instructions.select_related("entitlement__township")}:
        page = login("auditor").get(f"{reverse(LIST)}?account=CASH&township={town.pk}")
        paid = batch.instructions.filter(state="PAID", entitlement__township=town)
        assert totals(page.context["balances"]).credit_fen == sum(paid.values_list("amount_fen", flat=True))


def test_the_export_has_every_entry_of_the_filter_and_nobody_s_name(
    office: PayOffice, batch: Batch, login: Login
) -> None:
    given = login("checker").get(f"{reverse('ledger-export')}?event=PAID").content
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(given)).get_sheet_by_index(0).to_python()
    assert head[0] == "日期"
    assert len(rows) == LedgerEntry.objects.filter(transaction__event="PAID").count() > 0
    assert sum(row[7] or 0 for row in rows) == sum(row[8] or 0 for row in rows)
    names = set(batch.instructions.values_list("payee_name", flat=True))
    assert not names & {str(cell) for row in rows for cell in row}


def test_no_voucher_no_source_is_without_a_page(office: PayOffice, batch: Batch, login: Login) -> None:
    chief = login("chief")
    for voucher in LedgerTransaction.objects.all():
        assert chief.get(voucher.get_absolute_url()).status_code == 200
        assert chief.get(voucher.source.get_absolute_url()).status_code == 200
    assert login("caseworker").get(reverse(LIST)).status_code == 403


def test_a_day_of_the_bank_is_entered_read_again_and_found_different(
    office: PayOffice, batch: Batch, login: Login
) -> None:
    maker, checker = login("maker"), login("checker")
    days, new = reverse("bank-statement-list"), reverse("bank-statement-new")
    paid = sum(batch.instructions.filter(state="PAID").values_list("amount_fen", flat=True))
    assert "待登记" in text(maker.get(days))
    wrong = f"{(paid + 1) / 100:.2f}"
    given = {"day": f"{TODAY:%Y-%m-%d}", "paid_out_fen": wrong, "paid_in_fen": "0"}
    assert maker.post(new, given)["Location"] == days
    assert "待复核" in text(checker.get(days))
    assert wrong not in text(checker.get(days)), "who reads it again does not see what was entered"
    check = reverse("bank-statement-check", args=[BankStatement.objects.get().pk])
    assert wrong not in text(checker.get(check))
    assert maker.get(check).status_code == 403
    assert "再读一遍" in text(checker.post(check, {"paid_out_fen": f"{paid / 100:.2f}", "paid_in_fen": "0"}))
    assert checker.post(check, {"paid_out_fen": wrong, "paid_in_fen": "0"}).status_code == 302
    assert "不相符" in text(checker.get(days))
    assert [one.code for one in broken_invariants()] == ["I7"]

    maker.post(new, given | {"paid_out_fen": f"{paid / 100:.2f}"})
    checker.post(check, {"paid_out_fen": f"{paid / 100:.2f}", "paid_in_fen": "0"})
    assert "不相符" not in text(checker.get(days))
    assert broken_invariants() == []
    tomorrow = given | {"day": "2040-01-01"}
    assert "还没有过完" in text(maker.post(new, tomorrow))
