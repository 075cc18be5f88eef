"""Holding the books against themselves and against the bank."""

import time
from dataclasses import asdict
from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act, record
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.payments.invariants import broken_invariants
from apps.payments.models import BankStatement, Batch, InvariantCheck


def check_invariants(*, acting_user: User, on: date) -> InvariantCheck:
    """Look at every invariant and write down what was found; the book of acts says when that changes."""
    before = InvariantCheck.objects.last()
    began = time.monotonic_ns()
    broken = [asdict(one) for one in broken_invariants()]
    check = InvariantCheck.objects.create(broken=broken, milliseconds=(time.monotonic_ns() - began) // 1_000_000)
    if check.codes != (before.codes if before else []):
        record(Verb.CHECK_INVARIANTS, acting_user=acting_user, on=on, broken=check.codes)
    return check


def refuse_unsound(batch: Batch) -> None:
    """Refused("unsound") while the last look found something wrong, or something of the batch's month is wrong now."""
    last = InvariantCheck.objects.last()
    found = (last.codes if last else []) or [one.code for one in broken_invariants(batch.month)]
    if found:
        raise Refused(
            "unsound", f"数据核对发现不相符（{'、'.join(found)}），查明之前不能放行；请系统管理员看“运行监控”。"
        )


def enter_statement(day: date, *, paid_out_fen: int, paid_in_fen: int, acting_user: User, on: date) -> BankStatement:
    """Write down what the bank's statement says of a day; one entered before is replaced and must be checked anew.

    Refused("day_to_come") for a day that is not over.
    """
    require(acting_user, Verb.ENTER_STATEMENT, on=on)
    if day > on:
        raise Refused("day_to_come", "这一天还没有过完，不能登记对账单。", field="day")
    with act(Verb.ENTER_STATEMENT, acting_user=acting_user, on=on, day=day.isoformat()):
        given = {"paid_out_fen": paid_out_fen, "paid_in_fen": paid_in_fen, "entered_by": acting_user, "entered_on": on}
        unchecked = {"checked_by": None, "checked_on": None}
        return BankStatement.objects.update_or_create(day=day, defaults=given | unchecked)[0]


def check_statement(
    statement: BankStatement, *, paid_out_fen: int, paid_in_fen: int, acting_user: User, on: date
) -> BankStatement:
    """Confirm a day's statement by reading it a second time, by another person ("own_work").

    Refused("differs") when the second reading is not the first, ("checked_already").
    """
    require(acting_user, Verb.CHECK_STATEMENT, on=on)
    with act(Verb.CHECK_STATEMENT, acting_user=acting_user, on=on, subject=statement):
        statement = BankStatement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
        different_person(acting_user, statement.entered_by_id, what="对账单复核")
        if statement.checked_by_id is not None:
            raise Refused("checked_already", "这一天的对账单已经复核过。")
        if (statement.paid_out_fen, statement.paid_in_fen) != (paid_out_fen, paid_in_fen):
            raise Refused("differs", "与登记的金额不一致：请对照银行对账单再读一遍，确有出入的请登记人重新登记。")
        statement.checked_by, statement.checked_on = acting_user, on
        statement.save(update_fields=["checked_by", "checked_on"])
        return statement
