"""Return files that contradict the batch, themselves or what is known: refused whole, each fault named by its line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.money import fen, plain_yuan
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.enums import InstructionState, ReturnOutcome
from apps.payments.invariants import broken_invariants
from apps.payments.models import Batch, Instruction, LedgerEntry, ReturnFile, ReturnLine
from apps.payments.tests.office import TODAY, PayOffice

pytestmark = pytest.mark.django_db

STRANGE = "99999999-9999-5999-8999-999999999999"


@dataclass
class Draft:
    """A return file to be spoiled: header, result and trailer fields; ``settle`` makes the sums agree again."""

    header: list[str]
    lines: list[list[str]]
    trailer: list[str]
    elsewhere: str = ""

    @classmethod
    def of(cls, content: bytes) -> "Draft":
        rows = [row.split("|") for row in content.decode("gb18030").split("\r\n")[:-1]]
        return cls(rows[0], rows[1:-1], rows[-1])

    def settle(self) -> "Draft":
        good = [fen(line[3]) for line in self.lines if line[4] == "00"]
        bad = [fen(line[3]) for line in self.lines if line[4] != "00"]
        self.header[3:5] = [str(len(self.lines)), plain_yuan(sum(good) + sum(bad))]
        self.trailer[1:] = [str(len(good)), plain_yuan(sum(good)), str(len(bad)), plain_yuan(sum(bad))]
        return self

    def bytes(self) -> bytes:
        return "".join("|".join(row) + "\r\n" for row in [self.header, *self.lines, self.trailer]).encode("gb18030")


Spoil = Callable[[Draft], bytes]


def on_line(n: int, spoil: Callable[[Draft, list[str]], None]) -> Spoil:
    def spoiled(draft: Draft) -> bytes:
        spoil(draft, draft.lines[n])
        return draft.settle().bytes()

    return spoiled


def set_to(place: int, value: Callable[[Draft, list[str]], str]) -> Callable[[Draft, list[str]], None]:
    def spoil(draft: Draft, line: list[str]) -> None:
        line[place] = value(draft, line)

    return spoil


def in_header(place: int, value: str) -> Spoil:
    def spoiled(draft: Draft) -> bytes:
        draft.header[place] = value
        return draft.bytes()

    return spoiled


def in_trailer(place: int, value: str) -> Spoil:
    def spoiled(draft: Draft) -> bytes:
        draft.trailer[place] = value
        return draft.bytes()

    return spoiled


LINE_FAULTS: dict[str, Callable[[Draft, list[str]], None]] = {
    "amount": set_to(3, lambda draft, line: plain_yuan(fen(line[3]) + 1)),
    "amount ": set_to(3, lambda draft, line: plain_yuan(fen(line[3]) - 1)),
    "amount  ": set_to(3, lambda draft, line: plain_yuan(fen(line[3]) * 100)),
    "unknown_id": set_to(2, lambda draft, line: STRANGE),
    "other_batch": set_to(2, lambda draft, line: draft.elsewhere),
    "duplicate": lambda draft, line: draft.lines.append([line[0], "9", *line[2:]]),
    "unknown_id ": lambda draft, line: draft.lines.append(["R", "9", STRANGE, *line[3:]]),
    "sequence": lambda draft, line: draft.lines.append(["R", line[1], STRANGE, *line[3:]]),
    "result_code": set_to(4, lambda draft, line: "77"),
    "fields": lambda draft, line: line.append("多一栏"),
}
OTHER_FAULTS: list[tuple[str, Spoil]] = [
    ("batch", in_header(1, "FF202404-001")),
    ("format", in_header(2, "USD")),
    ("count", in_header(3, "3")),
    ("count", in_header(3, "5")),
    ("total", in_header(4, "1263.01")),
    ("total", in_header(4, "1262.99")),
    ("date", in_header(5, "20240519")),
    ("date", in_header(5, "20240521")),
    ("format", in_header(5, "20240231")),
    ("trailer", in_trailer(1, "3")),
    ("trailer", in_trailer(2, "1263.01")),
    ("trailer", in_trailer(3, "1")),
    ("trailer", in_trailer(4, "0.01")),
    ("trailer", lambda draft: draft.bytes().replace(b"T|4|1263.00|0|0.00\r\n", b"")),
    ("trailer", lambda draft: draft.bytes() + b"T|4|1263.00|0|0.00\r\n"),
    ("header", lambda draft: draft.bytes() + draft.bytes()),
    ("header", lambda draft: draft.bytes().split(b"\r\n", 1)[1]),
    ("newline", lambda draft: draft.bytes()[:-1]),
    ("newline", lambda draft: draft.bytes()[:-9]),
    ("newline", lambda draft: draft.bytes().replace(b"\r\n", b"\n")),
    ("encoding", lambda draft: draft.bytes().replace(b"|00|\r\nR", b"|00|\xff\r\nR", 1)),
    ("record", lambda draft: draft.bytes().replace(b"R|2", b"\r\nR|2")),
    ("record", lambda draft: b"\xef\xbb\xbf" + draft.bytes()),
]
CASES = [(code.strip(), on_line(n, spoil)) for n in range(4) for code, spoil in LINE_FAULTS.items()] + OTHER_FAULTS


@pytest.fixture
def sent(office: PayOffice) -> Batch:
    """A batch at the bank."""
    return office.submitted()


def test_there_are_more_than_sixty_contradictions() -> None:
    assert len(CASES) >= 60


def test_each_contradiction_refuses_the_whole_file_and_is_kept(office: PayOffice, sent: Batch) -> None:
    elsewhere = _payment_of_another_batch(office)
    before = LedgerEntry.objects.count()
    for number, (code, spoil) in enumerate(CASES):
        draft = Draft.of(office.answer(sent))
        draft.elsewhere = elsewhere
        file = actions.import_return(sent, content=spoil(draft), acting_user=office.maker, on=TODAY)
        codes = {error["code"] for error in file.errors}
        assert file.outcome == ReturnOutcome.REJECTED, (number, code)
        assert code in codes, (number, code, file.errors)
        assert all(error["line"] > 0 for error in file.errors)
    assert set(sent.instructions.values_list("state", flat=True)) == {InstructionState.SUBMITTED}
    assert (LedgerEntry.objects.count(), ReturnLine.objects.count()) == (before, 0)
    assert ReturnFile.objects.count() == len(CASES)
    assert broken_invariants() == []
    assert office.imported(sent).outcome == ReturnOutcome.APPLIED


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        (lambda batch: batch.bank_file.content(), "这是发给银行的文件，不是银行的回盘文件，请重新选择"),
        (lambda batch: b"", "文件是空的"),
        (lambda batch: b"\r\n \r\n", "文件是空的"),
        (lambda batch: "姓名,金额\n户主甲,300".encode("gb18030"), "这不是银行的回盘文件"),
    ],
)
def test_another_file_chosen_by_mistake_is_told_in_one_sentence(
    office: PayOffice, sent: Batch, chosen: Callable[[Batch], bytes], said: str
) -> None:
    with pytest.raises(Refused, match=said) as told:
        actions.import_return(sent, content=chosen(sent), acting_user=office.maker, on=TODAY)
    assert (told.value.code, told.value.field) == ("wrong_file", "file")
    assert not ReturnFile.objects.exists()
    assert not Record.objects.filter(verb=Verb.IMPORT_RETURN).exists()
    assert office.imported(sent).outcome == ReturnOutcome.APPLIED


def _payment_of_another_batch(office: PayOffice) -> str:
    """An id the office did send, but not in this batch."""
    from apps.audit.actions import act
    from apps.payments.models import Entitlement
    from apps.payments.models.instruction import end_to_end_id

    known = Instruction.objects.first()
    with act(Verb.DRAW_BATCH, acting_user=office.maker, on=TODAY):
        other = Batch.objects.create(
            number="FF202404-001", month="2024-04-01", purpose="REGULAR", drawn_by=office.maker, drawn_on=TODAY
        )
        owed = Entitlement.objects.get(pk=known.entitlement_id)
        owed.pk, owed.kind, owed.calc_line, owed._state.adding = None, "CORRECTION", None, True
        owed.save()
        given = {"township": known.township, "account": known.account, "amount_fen": known.amount_fen}
        made = Instruction.objects.create(
            end_to_end_id=end_to_end_id(owed.pk, 1),
            entitlement=owed,
            batch=other,
            payee_name="甲",
            account_mask="*",
            **given,
        )
    return str(made.end_to_end_id)


@pytest.mark.parametrize(
    ("first", "then"),
    [("00", "51"), ("00", "14"), ("00", "99"), ("51", "00"), ("14", "00"), ("51", "12"), ("12", "52"), ("14", "99")],
)
def test_what_is_settled_is_never_contradicted(office: PayOffice, sent: Batch, first: str, then: str) -> None:
    office.imported(sent, {1: first} if first != "00" else {}, missing=(4,))
    known = dict(sent.instructions.values_list("pk", "state"))
    file = office.imported(sent, {1: then} if then != "00" else {})
    assert [(e["line"], e["column"], e["code"]) for e in file.errors] == [(2, 5, "outcome")]
    assert dict(sent.instructions.values_list("pk", "state")) == known
    assert broken_invariants() == []


def test_a_later_file_may_repeat_and_add(office: PayOffice, sent: Batch) -> None:
    office.imported(sent, {1: "14"}, missing=(3, 4))
    file = office.imported(sent, {1: "14"})
    assert (file.outcome, file.paid_count, file.failed_count) == (ReturnOutcome.APPLIED, 2, 0)
    assert ReturnLine.objects.count() == 4
    assert broken_invariants() == []


def test_a_reordered_file_brings_nothing_new(office: PayOffice, sent: Batch) -> None:
    office.imported(sent, missing=(4,))
    draft = Draft.of(office.answer(sent, missing=(4,)))
    draft.lines.reverse()
    with pytest.raises(Refused, match="没有新的内容"):
        actions.import_return(sent, content=draft.bytes(), acting_user=office.maker, on=TODAY)
    assert ReturnFile.objects.count() == 1


def test_a_result_still_open_stays_open_until_the_bank_answers(office: PayOffice, sent: Batch) -> None:
    file = office.imported(sent, {1: "99"})
    assert (file.unknown_count, file.paid_count) == (1, 3)
    assert office.imported(sent).paid_count == 1
    sent.refresh_from_db()
    assert sent.state == "RECONCILED"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_spoiled_bytes_have_no_partial_effect(office: PayOffice, data: st.DataObject) -> None:
    sent = Batch.objects.first() or office.submitted()
    good = office.answer(sent)
    content = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with transaction.atomic():
        file: Any = actions.import_return(sent, content=bytes(content), acting_user=office.maker, on=TODAY)
        if file.outcome == ReturnOutcome.REJECTED:
            assert file.errors
            assert not sent.instructions.exclude(state=InstructionState.SUBMITTED).exists()
        else:
            # A sequence number may differ without anybody noticing; which payment, how much and what became of it not.
            assert (file.line_count, file.paid_count) == (4, 4)
        assert broken_invariants() == []
        transaction.set_rollback(True)
