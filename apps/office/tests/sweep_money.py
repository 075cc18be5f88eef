"""What the sweep finds of the money: doubts, silence of the bank, documents and settings that wait."""

from datetime import date
from functools import cache
from typing import Any

from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.households.models import Person
from apps.office.tests.sweep_scene import HERE, Scene, Subject
from apps.payments import actions as money
from apps.payments.actions import clear_findings, freeze
from apps.payments.enums import BatchState
from apps.payments.models import Appropriation, BankStatement, Batch, Instruction, LedgerTransaction, Limit
from apps.payments.tests.office import declared


@cache
def doubted_batch(signed: int = 0) -> Subject:
    """June's batch, sent after the head of a family in it had died; let through by so many."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        batch = Batch.objects.first() or _sent_after_a_death(s)
        if signed and not batch.findings.exclude(ground="").exists():
            grave = [one.pk for one in batch.findings.all() if one.grave]
            clear_findings(batch, findings=grave, ground="家属已报，核对无误", acting_user=s.o.checker, on=f.PAY_DAY)
        return {"pk": batch.pk}

    return found


def _sent_after_a_death(s: Scene) -> Batch:
    batch = f.batch_at(s.o, BatchState.DRAFT)
    family = s.case(HERE, State.CONFIRMED).household
    with act(Verb.RECORD_DEATH, acting_user=s.o.caseworker, on=f.PAY_DAY):
        Person.objects.filter(pk=family.head_id).update(died_on=f.PAY_DAY)
    return freeze(batch, **declared(batch), acting_user=s.o.maker, on=f.PAY_DAY)


def silent(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: payments of which the bank says nothing."""
    if not Batch.objects.exists():
        batch = f.batch_at(s.o, BatchState.SUBMITTED)
        money.mark_unknown(batch, reason="网银超时", acting_user=s.o.maker, on=f.PAY_DAY)
    return {}


def silent_payment(s: Scene, side: str) -> dict[str, Any]:
    """One of them."""
    silent(s, side)
    return {"pk": Instruction.objects.order_by("pk").first().pk}


def settlement(s: Scene, side: str) -> dict[str, Any]:
    """What the maker found out about it."""
    one = Instruction.objects.get(**silent_payment(s, side))
    told = {"code": "00", "settled_on": f.PAY_DAY, "evidence": "农商行书面答复3号"}
    found = one.settlements.first() or money.propose_settlement(one, **told, acting_user=s.o.maker, on=f.PAY_DAY)
    return {"pk": found.pk}


@cache
def funds(name: str = "") -> Subject:
    """A document the maker entered; in the address only where it is the subject."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        told = {"source": "PROVINCIAL", "scheme": "", "amount_fen": 100, "document": "吉财社〔2024〕9号"}
        told |= {"issued_on": f.PAY_DAY, "acting_user": s.o.maker, "on": f.PAY_DAY}
        standing = Appropriation.objects.first() or money.propose_appropriation(**told)
        return {name: standing.pk} if name else {}

    return found


@cache
def settings(subject: Any = None) -> Subject:
    """A limit and a shared account, both waiting for the checker."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        if not Limit.objects.exists():
            day, until = f.PAY_DAY, date(2025, 6, 1)
            limit = {"kind": "CAP", "amount_fen": 800000, "since": day, "document": "局务会纪要"}
            money.propose_limit(**limit, acting_user=s.o.chief, on=day)
            shared = {"number": "6222020000000000012", "holder": "新站镇敬老院", "ground": "集中供养", "until": until}
            money.propose_shared_account(**shared, acting_user=s.o.maker, on=day)
        return {"pk": subject.objects.get().pk} if subject else {}

    return found


def voucher(s: Scene, side: str) -> dict[str, Any]:
    """What the ledger says of May, drawn into a batch."""
    if not LedgerTransaction.objects.exists():
        f.batch_at(s.o, BatchState.SUBMITTED)
    return {"pk": LedgerTransaction.objects.latest("pk").pk}


def posted(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: the same."""
    voucher(s, side)
    return {}


@cache
def bank_statement(name: str = "") -> Subject:
    """A day of the bank's statement, entered by the maker; in the address only where it is the subject."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        told = {"paid_out_fen": 1, "paid_in_fen": 0, "acting_user": s.o.maker, "on": f.PAY_DAY}
        standing = BankStatement.objects.first() or money.enter_statement(f.PAY_DAY, **told)
        return {name: standing.pk} if name else {}

    return found


def died_out(s: Scene, side: str) -> dict[str, Any]:
    """The family on benefit, in which nobody is left alive."""
    family = s.case(side, State.CONFIRMED).household
    with act(Verb.RECORD_DEATH, acting_user=s.o.caseworker, on=f.PAY_DAY):
        Person.objects.filter(memberships__household=family).update(died_on=f.PAY_DAY)
    return {"uuid": family.uuid}
