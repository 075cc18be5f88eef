"""Months lived through by the office's own acts, for the tests of corrections: granted, calculated, paid, corrected."""

from datetime import date
from itertools import count
from typing import Any

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import confirm_month, open_month
from apps.awards.models import MonthRun
from apps.awards.tests import factories as f
from apps.core.month import Month
from apps.eligibility.actions import approve_standard, propose_standard
from apps.eligibility.models import ParameterChange
from apps.households.models import AccountState, BankAccount, Household, PayeeKind
from apps.payments import actions
from apps.payments.facts import content_of
from apps.payments.models import Batch, Correction, Difference, Entitlement, Instruction, LedgerEntry, Receivable
from apps.payments.simulator import reply
from apps.payments.tests.office import all_cleared, declared, funded

_numbers = count(1)


def with_account(office: f.Office, household: Household, *, on: date) -> Household:
    """The family has an account in use."""
    with act(Verb.LOAD_DEMO, acting_user=office.caseworker, on=on):
        account = BankAccount(
            household=household,
            holder=household.head,
            payee_kind=PayeeKind.HEAD,
            bank_name="蛟河农商行",
            proposed_by=office.caseworker,
            proposed_on=on,
        )
        account.set_number(f"6217000010{next(_numbers):09d}")
        account.save()
        used = {"state": AccountState.APPROVED, "decided_by": office.leader, "decided_on": on}
        BankAccount.objects.filter(pk=account.pk).update(**used)
    return household


def granted(office: f.Office, *, on: date, **told: Any) -> Household:
    """A family decided on that day, with an account."""
    return with_account(office, f.granted(office, on=on, **told).household, on=on)


def sealed(office: f.Office, month: date) -> Batch | None:
    """A month calculated, confirmed and drawn; its batch is a draft (None when nobody is paid)."""
    run = f.calculate(open_month(month, acting_user=office.maker, on=month), on=month)
    run = confirm_month(run, acting_user=office.checker, on=month)
    return actions.draw_up(MonthRun.objects.get(pk=run.pk), acting_user=office.maker, on=month)


def submitted(office: f.Office, batch: Batch, *, on: date) -> Batch:
    """Three signatures, and the file is on its way."""
    funded(office, content_of(batch).total_fen, document=f"指标{batch.number}", on=on)
    batch = actions.freeze(batch, **declared(batch), acting_user=office.maker, on=on)
    batch = all_cleared(batch, office.checker, office.chief, on)
    batch = actions.approve(batch, content_sha256=batch.content_sha256, acting_user=office.checker, on=on)
    batch = actions.release(batch, acting_user=office.chief, on=on)
    actions.download(batch, reason="送农商行网银", acting_user=office.maker, on=on)
    return actions.submit(batch, acting_user=office.maker, on=on)


def paid(office: f.Office, month: date, failing: dict[Any, str] | None = None) -> Batch | None:
    """A month paid out; the lines named fail."""
    batch = sealed(office, month)
    return batch and settled(office, batch, on=month, failing=failing)


def settled(office: f.Office, batch: Batch, *, on: date, failing: dict[Any, str] | None = None) -> Batch:
    """The bank has answered."""
    batch = submitted(office, batch, on=on)
    sealed = batch.bank_file
    content = reply(sealed.content(), on=on, failing=failing or {}, layout=sealed.format)
    actions.import_return(batch, content=content, acting_user=office.maker, on=on)
    batch.refresh_from_db()
    return batch


def paid_through(office: f.Office, first: Month, last: Month) -> None:
    """Every month from first through last."""
    month = first
    while month <= last:
        paid(office, month.first())
        month = month.next()


def proposed(office: f.Office, yuan: str, *, start: date, on: date, area: str = "URBAN") -> ParameterChange:
    """A standard put forward by the chief, late when its start lies behind."""
    return propose_standard(
        [{"parameter": "dibao_standard", "area": area, "key": "", "value": yuan, "months": 1}],
        start=start,
        document_number="蛟民发〔2024〕9号",
        document_date=on,
        ground="省厅文件晚到" if start <= on else "",
        acting_user=office.chief,
        on=on,
    )


def adopted(office: f.Office, yuan: str, *, start: date, on: date, area: str = "URBAN") -> None:
    """The same approved by the reviewer."""
    change = proposed(office, yuan, start=start, on=on, area=area)
    approve_standard(change, acting_user=office.reviewer, on=on)


def found(household: Household) -> list[tuple[str, str, int, int]]:
    """The differences of a family: month, ground, was and now in fen."""
    rows = Difference.objects.filter(household=household).order_by("month", "person")
    return [(f"{one.month:%Y-%m}", one.ground, one.was_fen, one.now_fen) for one in rows]


def corrected(office: f.Office, household: Household, *, on: date) -> Correction:
    """All a family's differences proposed by the reviewer and confirmed by the chief."""
    rows = Difference.objects.filter(household=household)
    correction = actions.propose_correction(rows, text="按查明的情况重算。", acting_user=office.reviewer, on=on)
    return actions.confirm_correction(correction, acting_user=office.chief, on=on)


def balances() -> dict[str, int]:
    """What stands in each account of the ledger."""
    rows: dict[str, int] = {}
    for account, fen in LedgerEntry._default_manager.values_list("account", "amount_fen"):
        rows[account] = rows.get(account, 0) + fen
    return {account: fen for account, fen in rows.items() if fen}


def money_of(household: Household) -> tuple[int, int, int]:
    """Fen that arrived, fen still owed, fen owed back."""
    arrived = sum(one.amount_fen for one in Instruction.objects.filter(entitlement__household=household, state="PAID"))
    owed = sum(one.amount_fen for one in Entitlement.objects.filter(household=household).unpaid())
    back = sum(one.balance for one in Receivable.objects.filter(household=household))
    return arrived, owed, back
