"""A payment that had arrived comes back after its batch was reconciled or closed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.models import Sum
from django.urls import reverse

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.enums import LedgerAccount, LedgerEvent, ReturnOutcome
from apps.payments.facts import closing_recorded
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Entitlement, Instruction, LateReturn, LedgerEntry, LedgerTransaction
from apps.payments.simulator import late_reply
from apps.payments.tests.office import MAY, TODAY, PayOffice

pytestmark = pytest.mark.django_db
PAPER = {"code": "52", "returned_on": TODAY, "ground": "银行退票通知1号"}


def refused(code: str) -> Any:
    return pytest.raises(Refused, check=lambda told: told.code == code)


@pytest.fixture
def closed(office: PayOffice) -> Batch:
    """A closed batch: four payments of 300.00, 310.50, 321.00 and 331.50 that all arrived."""
    batch = office.submitted()
    office.imported(batch)
    return actions.close(batch, acting_user=office.checker, on=TODAY)


def late(batch: Batch, returned: dict[Any, str]) -> bytes:
    """The bank's file of what came back."""
    return late_reply(batch.bank_file.content(), on=TODAY, returned=returned)


def sums() -> dict[str, int]:
    """The balances of the ledger's accounts."""
    return dict(LedgerEntry.objects.values_list("account").annotate(Sum("amount_fen")))


def test_a_file_brings_the_payment_back_and_the_closed_batch_stays_as_it_was(office: PayOffice, closed: Batch) -> None:
    figures = closing_recorded(closed)
    before = sums()
    file = actions.import_late_return(closed, content=late(closed, {1: "52"}), acting_user=office.maker, on=TODAY)
    assert (file.outcome, file.late, file.failed_count) == (ReturnOutcome.APPLIED, True, 1)
    came_back = Instruction.objects.get(state="RETURNED")
    assert (came_back.amount_fen, came_back.failure_code, came_back.failure_text) == (30000, "52", "账户已销户")
    closed.refresh_from_db()
    assert closed.state == "CLOSED"
    assert closing_recorded(closed) == figures
    assert figures is not None
    assert figures["paid"] == [4, 30000 + 31050 + 32100 + 33150]
    # The money is back on the account (cash +300.00) and owed again (payable -300.00).
    after = sums()
    assert after[LedgerAccount.CASH] - before[LedgerAccount.CASH] == 30000
    assert after[LedgerAccount.PAYABLE] - before[LedgerAccount.PAYABLE] == -30000
    assert LedgerTransaction.objects.get(event=LedgerEvent.REVERSED).late_return.instruction == came_back
    assert list(Entitlement.objects.failed()) == [came_back.entitlement]
    assert broken_invariants() == broken_invariants(MAY) == []


def test_what_came_back_is_mended_and_paid_again(office: PayOffice, closed: Batch) -> None:
    actions.import_late_return(closed, content=late(closed, {1: "52"}), acting_user=office.maker, on=TODAY)
    owed = Entitlement.objects.failed().get()
    office.new_account(owed.household, "6217000010009999999")
    again = office.submitted(actions.reissue([owed], acting_user=office.maker, on=TODAY))
    office.imported(again)
    assert not Entitlement.objects.failed().exists()
    assert owed.instructions.order_by("attempt_no").values_list("state", flat=True)[::1] == ["RETURNED", "PAID"]
    assert broken_invariants() == []


def test_the_same_file_reordered_or_repeated_adds_only_what_is_new(office: PayOffice, closed: Batch) -> None:
    first = late(closed, {1: "52"})
    actions.import_late_return(closed, content=first, acting_user=office.maker, on=TODAY)
    with refused("already_imported"):
        actions.import_late_return(closed, content=first, acting_user=office.maker, on=TODAY)
    more = actions.import_late_return(
        closed, content=late(closed, {1: "52", 3: "51"}), acting_user=office.maker, on=TODAY
    )
    assert more.failed_count == 1
    assert LateReturn.objects.count() == 2
    assert broken_invariants() == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: text.replace("|52|账户已销户", "|14|账号不存在"), "outcome"),
        (lambda text: text.replace("|52|账户已销户", "|99|处理中"), "outcome"),
        (lambda text: text.replace("300.00", "300.01"), "amount"),
        (lambda text: text.replace("FF202405-001", "FF202404-001"), "batch"),
        (lambda text: text.replace("|20240520", "|20240521"), "date"),
    ],
)
def test_a_late_file_that_contradicts_is_refused_whole(
    office: PayOffice, closed: Batch, spoil: Callable[[str], str], code: str
) -> None:
    content = spoil(late(closed, {1: "52"}).decode("gb18030")).encode("gb18030")
    file = actions.import_late_return(closed, content=content, acting_user=office.maker, on=TODAY)
    assert code in {error["code"] for error in file.errors}
    assert not LateReturn.objects.exists()
    assert not Instruction.objects.exclude(state="PAID").exists()


def test_only_a_reconciled_batch_takes_late_returns(office: PayOffice) -> None:
    batch = office.submitted()
    with refused("not_late"):
        actions.import_late_return(batch, content=late(batch, {1: "52"}), acting_user=office.maker, on=TODAY)
    office.imported(batch)
    actions.import_late_return(batch, content=late(batch, {1: "52"}), acting_user=office.maker, on=TODAY)
    actions.close(batch, acting_user=office.checker, on=TODAY)
    assert closing_recorded(batch)["open"] == [1, 30000]  # type: ignore[index]
    assert broken_invariants() == []


def test_by_hand_it_takes_two_people(office: PayOffice, closed: Batch) -> None:
    one = closed.instructions.earliest("pk")
    with refused("not_permitted"):
        actions.propose_late_return(one, **PAPER, acting_user=office.checker, on=TODAY)
    entered = actions.propose_late_return(one, **PAPER, acting_user=office.maker, on=TODAY)
    one.refresh_from_db()
    assert one.state == "PAID"
    with refused("entered_already"):
        actions.propose_late_return(one, **PAPER, acting_user=office.maker, on=TODAY)
    office.appoint(office.maker, "PAYMENTS_CHECKER")
    with refused("own_work"):
        actions.approve_late_return(entered, acting_user=office.maker, on=TODAY)
    pending = actions.import_late_return(closed, content=late(closed, {1: "52"}), acting_user=office.maker, on=TODAY)
    assert {error["code"] for error in pending.errors} == {"pending"}
    actions.approve_late_return(entered, acting_user=office.checker, on=TODAY)
    one.refresh_from_db()
    assert (one.state, one.failure_text) == ("RETURNED", "账户已销户")
    with refused("illegal_move"):
        actions.reject_late_return(entered, reason="弄错了", acting_user=office.checker, on=TODAY)
    with refused("not_paid"):
        actions.propose_late_return(one, **PAPER, acting_user=office.maker, on=TODAY)
    assert broken_invariants() == []


def test_an_entry_sent_back_changes_nothing_and_may_be_made_again(office: PayOffice, closed: Batch) -> None:
    one = closed.instructions.earliest("pk")
    entered = actions.propose_late_return(one, **PAPER, acting_user=office.maker, on=TODAY)
    actions.reject_late_return(entered, reason="通知是别人的", acting_user=office.checker, on=TODAY)
    one.refresh_from_db()
    assert one.state == "PAID"
    assert actions.propose_late_return(one, **PAPER, acting_user=office.maker, on=TODAY).state == "PROPOSED"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "14"}, "unknown_code"),
        ({"ground": "无"}, "ground_needed"),
        ({"returned_on": TODAY.replace(day=21)}, "impossible_day"),
        ({"returned_on": TODAY.replace(day=19)}, "impossible_day"),
    ],
)
def test_what_is_entered_must_be_possible(office: PayOffice, closed: Batch, changes: dict[str, Any], code: str) -> None:
    with refused(code):
        one = closed.instructions.earliest("pk")
        actions.propose_late_return(one, **(PAPER | changes), acting_user=office.maker, on=TODAY)


def test_the_database_lets_nothing_come_back_without_a_late_return(office: PayOffice, closed: Batch) -> None:
    back = "UPDATE payments_instruction SET state = 'RETURNED', failure_code = '52'"
    with (
        pytest.raises(DatabaseError, match="without a late return"),
        act(Verb.IMPORT_LATE_RETURN, acting_user=office.maker, on=TODAY),
        connection.cursor() as cursor,
    ):
        cursor.execute(back)
    made = """INSERT INTO payments_latereturn
        (batch_id, instruction_id, state, returned_on, code, text, ground, entered_by_id, entered_on, decided_by_id,
         decided_on)
        SELECT batch_id, id, {} FROM payments_instruction LIMIT 1"""
    alone = f"'APPROVED', '2024-05-20', '52', 'x', 'x', {office.maker.pk}, '2024-05-20', "
    for values, told in (
        (alone + "NULL, NULL", "late_return_by_file_or_two_people"),
        (alone + f"{office.maker.pk}, '2024-05-20'", "late_return_confirmed_by_another"),
    ):
        with (
            pytest.raises(DatabaseError, match=told),
            act(Verb.IMPORT_LATE_RETURN, acting_user=office.maker, on=TODAY),
            connection.cursor() as cursor,
        ):
            cursor.execute(made.format(values))


def test_the_pages_of_a_late_return(office: PayOffice, closed: Batch, login: Any) -> None:
    maker, checker = login("maker"), login("checker")
    page = closed.get_absolute_url()
    bring = reverse("batch-late-return", args=[closed.pk])
    assert f'href="{bring}"' in maker.get(page).content.decode()
    made = maker.post(reverse("batch-simulate-late", args=[closed.pk]), {"failing": "1", "code": "52"}).content
    told = maker.post(bring, {"file": SimpleUploadedFile("t.txt", made)}, follow=True).content.decode()
    assert "已登记退票 1 笔" in told
    assert "关闭时到账" in told
    assert "4 笔、1,263.00" in told
    another = closed.instructions.filter(state="PAID").earliest("pk")
    new = reverse("late-return-new", args=[another.pk])
    assert f'href="{new}"' in maker.get(reverse("batch-lines", args=[closed.pk])).content.decode()
    given = {"code": "51", "returned_on": "2024-05-20", "ground": "退票通知2号"}
    assert maker.post(new, given).status_code == 302
    approve = reverse("late-return-approve", args=[LateReturn.objects.get(state="PROPOSED").pk])
    assert f'href="{approve}"' in checker.get(page).content.decode()
    assert "退票通知2号" in checker.get(approve).content.decode()
    assert checker.post(approve).status_code == 302
    assert Entitlement.objects.failed().count() == 2
    assert maker.get(reverse("late-return-new", args=[another.pk])).status_code == 409


def test_an_extra_line_raises_an_alarm_until_it_is_cleared_up(office: PayOffice, login: Any) -> None:
    batch = office.submitted()
    content = office.answer(batch).decode("gb18030")
    strange = str(batch.instructions.earliest("pk").end_to_end_id)
    content = content.replace(strange, "99999999-9999-5999-8999-999999999999")
    file = SimpleUploadedFile("r.txt", content.encode("gb18030"))
    login("maker").post(reverse("batch-return", args=[batch.pk]), {"file": file})
    again = actions.import_return(batch, content=content.encode("gb18030"), acting_user=office.maker, on=TODAY)
    assert again.outcome == ReturnOutcome.REJECTED
    alarm = batch.alarms.get()
    assert (alarm.lines, alarm.state) == ([2], "OPEN")
    for who in ("chief", "auditor"):
        assert str(alarm) in login(who).get(reverse("alarm-list")).content.decode()
    assert login("maker").get(reverse("alarm-list")).status_code == 403
    assert "多出的一笔" in login("auditor").get(alarm.get_absolute_url()).content.decode()
    office.imported(batch)
    with refused("alarm_open"):
        actions.close(batch, acting_user=office.checker, on=TODAY)
    resolve = reverse("alarm-resolve", args=[alarm.pk])
    assert login("chief").post(resolve, {"ground": "问过"}).status_code == 409
    assert login("chief").post(resolve, {"ground": "银行测试数据误入文件，未付款"}).status_code == 302
    actions.close(batch, acting_user=office.checker, on=TODAY)
    assert "银行测试数据误入文件" in login("auditor").get(reverse("alarm-list")).content.decode()
    with refused("illegal_move"):
        actions.resolve_alarm(alarm, ground="再写一次查明情况", acting_user=office.chief, on=TODAY)


def test_the_simulated_bank_on_the_command_line_knows_all_of_it(office: PayOffice, tmp_path: Any) -> None:
    batch, out = office.submitted(), tmp_path / "reply.txt"
    call_command("bank_reply", "--batch", batch.number, "--missing", "2", "--extra", "--out", str(out))
    assert len(out.read_bytes().splitlines()) == 1 + 3 + 1 + 1
    with pytest.raises(CommandError, match="已对完账"):
        call_command("bank_reply", "--batch", batch.number, "--late", "--fail", "1:52")
    office.imported(batch)
    call_command("bank_reply", "--batch", batch.number, "--late", "--fail", "1:52", "--out", str(out))
    assert out.read_bytes() == late(batch, {1: "52"})
