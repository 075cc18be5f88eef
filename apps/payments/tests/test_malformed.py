"""Return files as no bank should send them: no crash, no partial effect, each refusal names its line.

T32 (500 here, 10,000 in the long run), T33 for workbooks, T24 for the formats of every carrier, T23. The seed is
printed; ``MALFORMED_SEED`` repeats it.
"""

import io
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from openpyxl import load_workbook

from apps.core.refusal import Refused
from apps.core.tests import test_workbooks as spoilt
from apps.payments import actions
from apps.payments.bankformat import Carrier, formats
from apps.payments.enums import InstructionState, ReturnOutcome
from apps.payments.invariants import broken_invariants
from apps.payments.models import AgencyBank, Batch, Instruction, LedgerEntry, ReturnAlarm, ReturnFile, ReturnLine
from apps.payments.simulator import reply
from apps.payments.tests.office import TODAY, PayOffice, open_office
from apps.payments.tests.test_at_once import at_once, fresh

SEED = int(os.environ.get("MALFORMED_SEED", random.SystemRandom().randrange(10**6)))
TEN_MB = 10 * 1024 * 1024
# Of the processor, so that a busy machine does not count.
SECONDS, MEMORY_MB = 2, 256
# Faults of the file as a whole: there is no line to name.
WHOLE = {"empty", "workbook", "sheet"}
FIGURES = [
    "1e309", "-0", "−0", "-1", "NaN", "Infinity", "1,263.00", "１２３.００", "0x10", "1e5", "", " ",
    "99999999999999.00", "0.001", "1.", ".5", "00.10", "+1.00", "١٢٣.٠٠",
]  # fmt: skip
DAYS = ["20241301", "00000000", "2024-02-30", "20240520T00", "99991231", "20240519", "20300101", "２０２４０５２０"]
WORDS = ["\0", "\ufeff", "'", "\u202e", "\t", "|", ",", '"', "\n", "\r", "𠮷", "=1+1", "A" * 500]

Spoiler = Callable[[random.Random, bytes, Any], bytes]


def truncated(chance: random.Random, content: bytes, layout: Any) -> bytes:
    return content[: chance.randrange(len(content))]


def mutated(chance: random.Random, content: bytes, layout: Any) -> bytes:
    spoiled = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    return bytes(spoiled)


def torn_out(chance: random.Random, content: bytes, layout: Any) -> bytes:
    start = chance.randrange(len(content))
    return content[:start] + content[start + chance.randint(1, 40) :]


def put_in(chance: random.Random, content: bytes, layout: Any) -> bytes:
    start = chance.randrange(len(content))
    added = chance.choice([b"\0", b"\xff", b"\xef\xbb\xbf", b"\r\n", b"|", b",", b'"', b"\x1a", os.urandom(3)])
    return content[:start] + added + content[start:]


def lines_moved(chance: random.Random, content: bytes, layout: Any) -> bytes:
    lines = content.split(b"\r\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    kind = chance.randrange(4)
    if kind == 0:
        lines.pop(one)
    elif kind == 1:
        lines.insert(one, lines[other])
    elif kind == 2:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        chance.shuffle(lines)
    return b"\r\n".join(lines)


def recoded(chance: random.Random, content: bytes, layout: Any) -> bytes:
    text = content.decode(layout.encoding, "replace")
    return text.encode(chance.choice(["utf-8", "utf-8-sig", "utf-16", "utf-32", "big5", "gb18030", "ascii"]), "replace")


def fields_changed(chance: random.Random, content: bytes, layout: Any) -> bytes:
    text = content.decode(layout.encoding)
    old = chance.choice(
        ["300.00", "310.50", "30000", "31050", "1263.00", "126300", "20240520", "2024-05-20", "|00", "S"]
    )
    return text.replace(old, chance.choice(FIGURES + DAYS + WORDS), chance.choice([1, -1])).encode(
        layout.encoding, "replace"
    )


def a_long_line(chance: random.Random, content: bytes, layout: Any) -> bytes:
    long = chance.choice([b"A", b"9", b"|", b",", b"\r\n", b"\n", b'"', b" ", "王".encode(layout.encoding)]) * TEN_MB
    start = chance.choice([0, content.find(b"\r\n") + 2, len(content) // 2, len(content)])
    return content[:start] + long[:TEN_MB] + content[start:]


def noise(chance: random.Random, content: bytes, layout: Any) -> bytes:
    return chance.randbytes(chance.randrange(2000))


def cells_changed(chance: random.Random, content: bytes, layout: Any) -> bytes:
    book = load_workbook(io.BytesIO(content))
    sheet = book.active
    for _ in range(chance.randint(1, 3)):
        cell = sheet.cell(chance.randint(1, sheet.max_row + 1), chance.randint(1, sheet.max_column + 2))
        words = [one for one in FIGURES + DAYS + ["'", "=1+1", "𠮷", "A" * 500] if "\0" not in one]
        cell.value = chance.choice([*words, 6217000010001234567, 1.5, -3, True, TODAY, None])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


TEXT: list[Spoiler] = [truncated, mutated, torn_out, put_in, lines_moved, recoded, fields_changed, noise]
BOOK: list[Spoiler] = [truncated, mutated, torn_out, cells_changed, cells_changed, cells_changed]


def cases(count: int) -> Iterator[tuple[int, Any, Spoiler, random.Random]]:
    """Format and way of spoiling in turn; every hundredth line is of ten megabytes."""
    layouts = list(formats().values())
    for number in range(count):
        chance, layout = random.Random(f"{SEED}-{number}"), layouts[number % len(layouts)]
        ways = BOOK if layout.carrier is Carrier.XLSX else TEXT
        way = a_long_line if number % 100 == 0 and layout.carrier is not Carrier.XLSX else chance.choice(ways)
        yield number, layout, way, chance


def paid_by(office: PayOffice, layout: str) -> None:
    """From today this format is agreed with the bank."""
    if layout != "JHNX-1":
        given = {"bank": layout.replace("-", ""), "name": "代发银行", "ground": "代发协议", "since": TODAY}
        wanted = actions.propose_agency(**given, layout=layout, acting_user=office.chief, on=TODAY)
        actions.approve_proposal(wanted, acting_user=office.checker, on=TODAY)


def sent_in(office: PayOffice, layout: str) -> Batch:
    """A batch at the bank, in this format."""
    paid_by(office, layout)
    return office.submitted()


def judged(office: PayOffice, batch: Batch, content: bytes) -> str:
    """Bring one file in; what must be true whatever it holds; everything is taken back."""
    with transaction.atomic():
        entries = LedgerEntry.objects.count()
        try:
            file = actions.import_return(batch, content=content, acting_user=office.maker, on=TODAY)
        except Refused as refused:
            said = refused.code
        else:
            said = file.outcome
            if said == ReturnOutcome.REJECTED:
                assert file.errors
                assert all(one["text"] and (one["line"] > 0 or one["code"] in WHOLE) for one in file.errors)
        assert said in ("wrong_file", "nothing_new", *ReturnOutcome)
        moved = Instruction.objects.exclude(state=InstructionState.SUBMITTED).count()
        if said == ReturnOutcome.APPLIED:
            # A field that proves nothing (a note, a sequence number) may be spoiled; what was paid is as it was sent.
            assert moved == 4
            assert broken_invariants() == []
        else:
            assert (moved, ReturnLine.objects.count(), LedgerEntry.objects.count()) == (0, 0, entries)
        transaction.set_rollback(True)
    return said


def all_judged(office: PayOffice, count: int) -> dict[str, int]:
    """Every case against a batch in its format; none takes long or much."""
    sys.stdout.write(f"MALFORMED_SEED={SEED}\n")
    told: dict[str, int] = {}
    by_layout: dict[str, list[Any]] = {}
    for case in cases(count):
        by_layout.setdefault(case[1].name, []).append(case)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, group in by_layout.items():
        with transaction.atomic():
            batch = sent_in(office, name)
            good = office.answer(batch, {2: "12"})
            for number, layout, way, chance in group:
                content = way(chance, good, layout)
                began = time.process_time()
                said = judged(office, batch, content)
                took = time.process_time() - began
                assert took < SECONDS, (number, way.__name__, took)
                told[said] = told.get(said, 0) + 1
            transaction.set_rollback(True)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < MEMORY_MB, grown
    return told


@pytest.mark.django_db
def test_a_file_of_nothing_but_its_headings_names_their_line(office: PayOffice) -> None:
    csv = next(layout for layout in formats().values() if layout.carrier is Carrier.CSV)
    batch = sent_in(office, csv.name)
    headings = office.answer(batch, {}).split(b"\r\n")[0] + b"\r\n"
    (error,) = actions.import_return(batch, content=headings, acting_user=office.maker, on=TODAY).errors
    assert (error["line"], error["code"]) == (1, "trailer")


@pytest.mark.django_db
def test_five_hundred_malformed_files(office: PayOffice) -> None:
    told = all_judged(office, 500)
    assert sum(told.values()) == 500
    assert told["REJECTED"] > 250


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.django_db
def test_ten_thousand_malformed_files(office: PayOffice) -> None:
    assert sum(all_judged(office, 10_000).values()) == 10_000


@pytest.mark.django_db
def test_workbooks_that_are_bombs_are_refused_before_they_are_read(office: PayOffice) -> None:
    """Passwords, macros, links, entities, entries that lie, cells far out: one second each, and nothing happens."""
    batch = sent_in(office, "XLSX-1")
    for name, (make, said) in (spoilt.REFUSED | {"empty": (lambda: b"", "文件是空的")}).items():
        content = make()
        began = time.process_time()
        with pytest.raises(Refused) as told:
            actions.import_return(batch, content=content, acting_user=office.maker, on=TODAY)
        assert time.process_time() - began < 1, name
        assert said in told.value.message, name
        assert told.value.code == "wrong_file"
    assert not ReturnFile.objects.exists()


# T24 for what the other formats carry besides: the bank's own numbers, account and name beside the payment.
CONTRADICTIONS = [
    ("DKWB-1", "a transaction twice", lambda t: t.replace(t[txn_at(t, 2)], t[txn_at(t, 1)]), "txn_repeated"),
    ("DKWB-1", "total", lambda text: text.replace("0000000000126300", "0000000000126301", 1), "total"),
    ("DKWB-1", "count", lambda text: text.replace("\r\n900000004", "\r\n900000005"), "count"),
    ("DKWB-1", "amount", lambda text: text.replace("0000000030000", "0000000030001"), "amount"),
    ("CSV-1", "account", lambda text: text.replace("6217000010001200000", "6217000010001299999"), "account"),
    ("CSV-1", "name", lambda text: text.replace("户主甲", "户主丑"), "name"),
    ("CSV-1", "other batch", lambda text: text.replace("FF202405-001", "FF202404-001"), "batch"),
    ("CSV-1", "two batches", lambda text: text.replace("FF202405-001", "FF202404-001", 1), "mixed"),
    ("CSV-1", "two days", lambda text: text.replace("2024-05-20", "2024-05-19", 1), "mixed"),
    ("CSV-1", "day", lambda text: text.replace("2024-05-20", "2024-05-21"), "date"),
    ("CSV-1", "total", lambda text: text.replace("1263.00", "1263.01"), "total"),
    ("CSV-1", "no total", lambda text: text[: text.index("合计")], "trailer"),
    ("CSV-1", "headings", lambda text: text.replace("端到端编号", "编号", 1), "headings"),
]  # fmt: skip


def txn_at(text: str, line: int) -> slice:
    start = sum(len(one) + 2 for one in text.split("\r\n")[:line]) + 1 + 8 + 36 + 13
    return slice(start, start + 24)


@pytest.mark.django_db
@pytest.mark.parametrize(("layout", "what", "spoil", "code"), CONTRADICTIONS, ids=lambda one: str(one)[:24])
def test_a_contradiction_in_another_format_refuses_the_whole_file(
    office: PayOffice, layout: str, what: str, spoil: Callable[[str], str], code: str
) -> None:
    batch = sent_in(office, layout)
    encoding = batch.bank_file.format.encoding
    good = office.answer(batch).decode(encoding)
    assert spoil(good) != good
    file = actions.import_return(batch, content=spoil(good).encode(encoding), acting_user=office.maker, on=TODAY)
    assert code in {error["code"] for error in file.errors}
    assert all(error["line"] > 0 for error in file.errors)
    assert not Instruction.objects.exclude(state=InstructionState.SUBMITTED).exists()
    assert office.imported(batch).outcome == ReturnOutcome.APPLIED


@pytest.mark.django_db
def test_a_bank_number_stands_for_one_file_and_one_payment(office: PayOffice) -> None:
    batch = sent_in(office, "DKWB-1")
    content = office.answer(batch, missing=(4,))
    assert actions.import_return(batch, content=content, acting_user=office.maker, on=TODAY).bank_file_no
    number = batch.return_files.get().bank_file_no.encode()
    rest = office.answer(batch)
    new = rest[rest.index(b"CNYHP") + 3 :][:18]
    again = actions.import_return(batch, content=rest.replace(new, number), acting_user=office.maker, on=TODAY)
    assert {error["code"] for error in again.errors} == {"file_no"}
    text = rest.decode("gb18030")
    known = text.replace(text[txn_at(text, 4)], text[txn_at(text, 1)]).replace(text[txn_at(text, 1)], "T" * 24, 1)
    told = actions.import_return(batch, content=known.encode("gb18030"), acting_user=office.maker, on=TODAY)
    assert {(error["line"], error["code"]) for error in told.errors} == {(5, "txn_known")}
    assert office.imported(batch).paid_count == 1
    assert broken_invariants() == []


@pytest.mark.django_db
@pytest.mark.parametrize("layout", formats())
def test_the_same_file_ten_times_a_superset_and_a_reordered_one(office: PayOffice, layout: str) -> None:
    """T23: one application, nothing posted twice."""
    batch = sent_in(office, layout)
    first = office.answer(batch, {1: "12"}, missing=(4,))
    actions.import_return(batch, content=first, acting_user=office.maker, on=TODAY)
    posted = LedgerEntry.objects.count()
    for _ in range(10):
        with pytest.raises(Refused, match="没有重复入账"):
            actions.import_return(batch, content=first, acting_user=office.maker, on=TODAY)
    assert (ReturnFile.objects.count(), LedgerEntry.objects.count()) == (1, posted)
    superset = actions.import_return(batch, content=office.answer(batch, {1: "12"}), acting_user=office.maker, on=TODAY)
    assert (superset.paid_count, superset.failed_count, superset.unknown_count) == (1, 0, 0)
    assert ReturnLine.objects.count() == 4
    assert broken_invariants() == []


def test_the_same_file_five_at_once_in_a_spreadsheet(own_database: Any) -> None:
    office = open_office()
    batch = sent_in(office, "XLSX-1")
    content = office.answer(batch, {1: "14"})
    works = [
        lambda: actions.import_return(Batch.objects.get(), content=content, acting_user=fresh(office.maker), on=TODAY)
        for _ in range(5)
    ]
    won, told = at_once(*works)
    assert (len(won), told) == (1, ["already_imported"] * 4)
    assert ReturnFile.objects.count() == 1
    assert broken_invariants() == []


@pytest.mark.django_db
@pytest.mark.parametrize("layout", formats())
def test_an_extra_line_raises_an_alarm_in_every_format(office: PayOffice, layout: str) -> None:
    batch = sent_in(office, layout)
    sealed = batch.bank_file
    content = reply(sealed.content(), on=TODAY, failing={}, extra=True, layout=sealed.format)
    file = actions.import_return(batch, content=content, acting_user=office.maker, on=TODAY)
    assert {error["code"] for error in file.errors} == {"unknown_id"}
    assert ReturnAlarm.objects.get().lines == [file.errors[0]["line"]]
    assert AgencyBank.objects.on(TODAY).layout == layout
