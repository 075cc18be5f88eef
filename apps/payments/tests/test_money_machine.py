"""T15 and T26: whatever the office and the bank do in whatever order, a model in memory tells the same as the books."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.core.month import Month
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.enums import LIVE, BatchState, InstructionState, LedgerAccount
from apps.payments.funds import balances
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Entitlement, Instruction
from apps.payments.tests.office import MAY, TODAY, PayOffice, open_office
from apps.payments.tests.test_actions import balance

CODES = st.sampled_from(["", "", "", "14", "51", "90", "99", "silent"])
FAMILIES = 3


@contextmanager
def unless(*codes: str) -> Iterator[None]:
    """What is inside may be refused for one of these reasons, and for no other."""
    try:
        yield
    except Refused as told:
        if told.code not in codes:
            raise


class Money(RuleBasedStateMachine):
    """The office with three families; ``owed``, ``paid`` and ``out`` are what a careful clerk would note by hand."""

    @initialize()
    def opens(self) -> None:
        """The month of May, confirmed."""
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.office: PayOffice = open_office(FAMILIES)
        self.month, self.accounts = Month.of(MAY), 0
        self.owed: dict[int, int] = {}
        self.paid: set[int] = set()
        self.out: dict[int, int] = {}  # entitlement → batch
        self.drawn = False

    def teardown(self) -> None:
        """As if nothing had happened."""
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def batch(self, *states: str) -> Batch | None:
        """The oldest batch that stands there."""
        return Batch.objects.filter(state__in=states).order_by("pk").first()

    def joins(self, batch: Batch | None) -> None:
        """A batch was drawn: what it holds is on its way."""
        for pk in batch.instructions.values_list("entitlement", flat=True) if batch else ():
            assert pk not in self.out
            assert pk not in self.paid
            self.out[pk] = batch.pk

    @rule()
    def month_is_drawn(self) -> None:
        """The month's batch; or the next month begins."""
        if self.drawn:
            if self.month < Month(2024, 8):
                self.month, self.drawn = self.month.next(), False
                self.office.next_month(self.month.first())
            return
        batch = actions.draw_up(self.office.run, acting_user=self.office.maker, on=TODAY)
        fresh = Entitlement.objects.exclude(pk__in=self.owed).values_list("pk", "amount_fen")
        self.owed |= dict(fresh)
        self.drawn = True
        self.joins(batch)

    @precondition(lambda self: self.drawn)
    @rule()
    def the_rest_is_drawn(self) -> None:
        """Those who were left out and can be paid by now."""
        with unless("nothing_to_draw"):
            self.joins(actions.draw_up_rest(self.office.run, acting_user=self.office.maker, on=TODAY))

    @rule(data=st.data())
    def one_is_taken_out(self, data: Any) -> None:
        """Out of a draft."""
        batch = self.batch(BatchState.DRAFT)
        rows = list(batch.instructions.standing().values_list("pk", "entitlement")) if batch else []
        if len(rows) > 1:
            pk, owed = data.draw(st.sampled_from(rows))
            told = {"instructions": [pk], "reason": "查清再发", "acting_user": self.office.maker, "on": TODAY}
            actions.take_out(batch, **told)
            del self.out[owed]

    @rule(to=st.sampled_from(["frozen", "approved", "sealed", "submitted"]))
    def a_draft_goes_on(self, to: str) -> None:
        """As far as three people bring it."""
        batch = self.batch(BatchState.DRAFT)
        if batch and not self.outdated(batch):
            getattr(self.office, to)(batch)

    def outdated(self, batch: Batch) -> bool:
        """A draft whose accounts changed is pointed to the new ones first."""
        actions.refresh_accounts(batch, acting_user=self.office.maker, on=TODAY)
        return False

    @rule()
    def one_comes_back_for_correction(self) -> None:
        """Sent back before release."""
        if batch := self.batch(BatchState.FROZEN, BatchState.APPROVED):
            actions.send_back(batch, reason="再核", acting_user=self.office.chief, on=TODAY)

    @rule()
    def one_is_cancelled(self) -> None:
        """Given up before it went out."""
        if batch := self.batch(BatchState.FROZEN, BatchState.APPROVED, BatchState.SEALED):
            actions.cancel(batch, reason="重编", acting_user=self.office.maker, on=TODAY)
            self.out = {pk: at for pk, at in self.out.items() if at != batch.pk}

    @rule(codes=st.lists(CODES, min_size=FAMILIES * 2, max_size=FAMILIES * 2))
    def the_bank_answers(self, codes: list[str]) -> None:
        """Each payment its own way; some it says nothing about."""
        batch = self.batch(BatchState.SUBMITTED, BatchState.RETURNED)
        if batch is None:
            return
        order = batch.instructions.standing().order_by("township__code", "entitlement_id")
        rows = list(order.values_list("entitlement", "state"))
        told = dict(zip(range(1, len(rows) + 1), codes, strict=False))
        open_ones = {n for n, (_, state) in enumerate(rows, 1) if state in ("SUBMITTED", "UNKNOWN")}
        silent = tuple(n for n in told if told[n] == "silent" or n not in open_ones)
        failing = {n: code for n, code in told.items() if n not in silent and code}
        with unless("nothing_new", "already_imported"):
            self.office.imported(batch, failing, silent)
            for n in set(told) - set(silent):
                self.settled(rows[n - 1][0], told[n])

    def settled(self, owed: int, code: str) -> None:
        """What the bank, or two persons, said about a payment."""
        if code == "99":
            return
        del self.out[owed]
        if not code:
            self.paid.add(owed)

    @rule(code=st.sampled_from(["00", "52"]))
    def two_settle_a_silence(self, code: str) -> None:
        """The oldest payment without a result."""
        one = Instruction.objects.filter(state=InstructionState.UNKNOWN).order_by("pk").first()
        if one:
            told = {"code": code, "settled_on": TODAY, "evidence": "农商行书面答复", "on": TODAY}
            found = actions.propose_settlement(one, **told, acting_user=self.office.maker)
            actions.approve_settlement(found, acting_user=self.office.checker, on=TODAY)
            self.settled(one.entitlement_id, "" if code == "00" else code)

    @rule(n=st.integers(0, FAMILIES - 1))
    def an_account_is_corrected(self, n: int) -> None:
        """By the township."""
        self.accounts += 1
        self.office.new_account(self.office.households[n], f"62170000100{self.accounts:08d}")

    @rule()
    def what_failed_goes_out_again(self) -> None:
        """All that is corrected; what is not is refused one by one."""
        for owed in Entitlement.objects.failed():
            assert owed.pk not in self.out
            with unless("account_unchanged"):
                self.joins(actions.reissue([owed], acting_user=self.office.maker, on=TODAY))

    @rule(data=st.data())
    def what_is_out_or_paid_is_never_sent_twice(self, data: Any) -> None:
        """Whoever asks."""
        if known := sorted(self.paid | set(self.out)):
            owed = Entitlement.objects.get(pk=data.draw(st.sampled_from(known)))
            with pytest.raises(Refused):
                actions.reissue([owed], acting_user=self.office.maker, on=TODAY)

    @rule()
    def a_batch_closes(self) -> None:
        """Whatever is left open in it stays listed."""
        if batch := self.batch(BatchState.RECONCILED):
            actions.close(batch, acting_user=self.office.checker, on=TODAY)

    @invariant()
    def the_books_say_the_same(self) -> None:
        """Live, paid and owed; ledger and funds to the fen; every invariant."""
        if not hasattr(self, "owed"):
            return
        live = Instruction.objects.filter(state__in=LIVE).values_list("entitlement", "state")
        assert sorted(pk for pk, state in live if state != "PAID") == sorted(self.out)
        assert sorted(pk for pk, state in live if state == "PAID") == sorted(self.paid)
        assert balance(LedgerAccount.EXPENSE) == sum(self.owed.values())
        assert balance(LedgerAccount.CASH) == -sum(self.owed[pk] for pk in self.paid)
        row = next(one for one in balances() if one.scheme == "DIBAO")
        reached = Instruction.objects.filter(state__in=["SUBMITTED", "UNKNOWN", "PAID"])
        assert row.spent == sum(reached.values_list("amount_fen", flat=True))
        held = Instruction.objects.filter(state="QUEUED", batch__state__in=["APPROVED", "SEALED"])
        assert row.reserved == sum(held.values_list("amount_fen", flat=True))
        assert broken_invariants() == []


def played(examples: int, steps: int) -> None:
    """So many offices, each for so many steps; the seed is printed and MONEY_SEED repeats it."""
    number = int(os.environ.get("MONEY_SEED", secrets.randbelow(2**32)))
    print(f"MONEY_SEED={number}")  # noqa: T201 - whoever sees it fail can repeat it
    told = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(seed(number)(Money), settings=told)


@pytest.mark.django_db
def test_t15_the_office_and_a_model_in_memory_agree() -> None:
    played(8, 25)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.timeout(3600)
def test_t15_many_offices_for_long() -> None:
    played(int(os.environ.get("MONEY_OFFICES", "200")), 60)
