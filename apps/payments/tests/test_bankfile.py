"""The bank's text format: golden bytes, round trips, rare characters, and faults named by line and field."""

import hashlib
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.payments.bankfile import BankFileError, PaymentFile, PaymentLine, ReturnLine, parse, parse_return, write
from apps.payments.bankfile import write_return as write_back
from apps.payments.simulator import reply

ID_1 = "11111111-1111-5111-8111-111111111111"
ID_2 = "22222222-2222-5222-8222-222222222222"
MAY = date(2024, 5, 20)


def line(end_to_end_id: str = ID_1, **changes: object) -> PaymentLine:
    given = {"account": "6217000010001234567", "name": "王建国", "amount_fen": 135500, "purpose": "2024年5月低保"}
    return PaymentLine(end_to_end_id, **(given | changes))  # type: ignore[arg-type]


def a_file(*lines: PaymentLine) -> PaymentFile:
    return PaymentFile("FF202405-01", MAY, lines)


def test_the_bytes_are_exactly_these() -> None:
    content = write(a_file(line(), line(ID_2, name="阿依古丽·买买提", amount_fen=36550, account="6228480000009876543")))
    assert content == (
        "H|FF202405-01|CNY|2|1720.50|20240520\r\n"
        f"D|1|{ID_1}|6217000010001234567|王建国|1355.00|2024年5月低保\r\n"
        f"D|2|{ID_2}|6228480000009876543|阿依古丽·买买提|365.50|2024年5月低保\r\n"
    ).encode("gb18030")
    assert hashlib.sha256(content).hexdigest() == "3f91d1c1421a5dac09b55f6ab1d67c70cae33c08b09bf4ade61a80d6f683671b"


def test_the_return_bytes_are_exactly_these() -> None:
    lines = [ReturnLine(1, ID_1, 135500, "00"), ReturnLine(2, ID_2, 36550, "12", "户名不符")]
    assert write_back("FF202405-01", MAY, lines) == (
        "H|FF202405-01|CNY|2|1720.50|20240520\r\n"
        f"R|1|{ID_1}|1355.00|00|\r\n"
        f"R|2|{ID_2}|365.50|12|户名不符\r\n"
        "T|1|1355.00|1|365.50\r\n"
    ).encode("gb18030")


# 枾 ends in the byte of the separator in GB18030; 𠮷 and 龦 take four bytes.
RARE = ["枾小川", "𠮷田", "龦明", "欧阳·㛃", "阿卜杜热合曼·吐尔逊江"]


@pytest.mark.parametrize("name", RARE)
def test_rare_characters_and_the_middle_dot_survive(name: str) -> None:
    assert parse(write(a_file(line(name=name)))).lines[0].name == name


def test_widths_are_counted_in_bytes_not_characters() -> None:
    assert parse(write(a_file(line(name="王" * 30)))).lines[0].name == "王" * 30
    for too_wide in ("王" * 31, "𠮷" * 16):
        with pytest.raises(BankFileError) as told:
            write(a_file(line(), line(ID_2, name=too_wide)))
        assert [(e.line, e.column, e.code) for e in told.value.errors] == [(3, 5, "width")]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "王|建国", "character"),
        ("name", "王\r\nD|9", "character"),
        ("name", "王\u200b建国", "character"),
        ("name", "\ud800", "character"),
        ("name", "", "format"),
        ("name", " 王建国", "spaces"),
        ("account", "6217 0000", "format"),
        ("account", "６２１７", "format"),
        ("account", "6.217E+18", "format"),
        ("amount_fen", 0, "amount"),
        ("amount_fen", -5, "format"),
        ("amount_fen", 10**12, "width"),
        ("end_to_end_id", "not-an-id", "format"),
    ],
)
def test_what_the_bank_cannot_take_is_refused_when_writing(field: str, value: object, code: str) -> None:
    given = vars(line()) | {field: value}
    with pytest.raises(BankFileError) as told:
        write(a_file(PaymentLine(**given)))  # type: ignore[arg-type]
    assert (2, code) in [(e.line, e.code) for e in told.value.errors]


names = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Zl", "Zp"), exclude_characters="|"), min_size=1
)
payments = st.builds(
    PaymentLine,
    end_to_end_id=st.uuids().map(str),
    account=st.from_regex(r"[0-9]{8,32}", fullmatch=True).filter(str.isascii),
    name=names.map(str.strip).filter(lambda name: 0 < len(name.encode("gb18030")) <= 60),
    amount_fen=st.integers(1, 10**12 - 1),
    purpose=st.sampled_from(["2024年5月低保", "补发"]),
)


@given(st.lists(payments, max_size=20))
def test_what_was_written_is_read_back(lines: list[PaymentLine]) -> None:
    file = PaymentFile("FF202405-01", MAY, tuple(lines))
    assert parse(write(file)) == file


@given(st.binary(max_size=300))
def test_any_bytes_as_return_file_are_answered_with_faults_never_a_crash(content: bytes) -> None:
    assert parse_return(content).errors


@given(st.data())
def test_a_return_file_with_one_byte_changed_is_told_or_says_something_else_that_is_whole(data: st.DataObject) -> None:
    content = bytearray(reply(write(a_file(line(), line(ID_2))), on=MAY, failing={2: "14"}))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    read = parse_return(bytes(content))
    assert read.errors or len(read.lines) == 2


GOOD = reply(write(a_file(line(), line(ID_2))), on=MAY, failing={2: "14"}).decode("gb18030")


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ("H|FF202405-01|CNY|2", "H|FF202405-01|CNY|3", (1, 4), "count"),
        ("|2|2710.00|", "|2|2710.01|", (1, 5), "total"),
        ("|CNY|", "|USD|", (1, 3), "format"),
        ("|20240520", "|20240230", (1, 6), "format"),
        ("R|2|", "R|1|", (2, 2), "sequence"),
        ("R|2|", "X|2|", (3, 1), "record"),
        ("R|2|", "R|0|", (3, 2), "format"),
        (f"{ID_2}|1355.00", f"{ID_2}|1355", (3, 4), "format"),
        (f"{ID_2}|1355.00", f"{ID_2}|1,355.00", (3, 4), "format"),
        (f"{ID_2}|1355.00", f"{ID_2}|0.00", (3, 4), "amount"),
        (f"{ID_2}|1355.00", f"{ID_2}| 1355.00", (3, 4), "spaces"),
        ("|14|", "|77|", (3, 5), "result_code"),
        ("|14|", "|14", (3, 0), "fields"),
        ("T|1|1355.00|1|1355.00\r\n", "", (3, 1), "trailer"),
        ("T|1|1355.00|1|1355.00", "T|2|2710.00|0|0.00", (4, 0), "trailer"),
        ("\r\nR|2", "\nR|2", (2, 0), "fields"),
        ("\r\nR|1", "\r\n\r\nR|1", (2, 1), "record"),
    ],
)
def test_each_fault_is_named_by_line_and_field(old: str, new: str, where: tuple[int, int], code: str) -> None:
    assert old in GOOD
    read = parse_return(GOOD.replace(old, new, 1).encode("gb18030"))
    assert (*where, code) in [(e.line, e.column, e.code) for e in read.errors]


@pytest.mark.parametrize(
    ("content", "line_number", "code"),
    [
        (b"", 0, "empty"),
        (GOOD.encode("gb18030")[:-2], 4, "newline"),
        (GOOD.encode("utf-8"), 3, "encoding"),
        (GOOD.encode("gb18030").replace(b"R|2", b"\xff|2"), 3, "encoding"),
        (b"\xef\xbb\xbf" + GOOD.encode("gb18030"), 1, "record"),
    ],
)
def test_bytes_that_are_not_the_banks_are_refused(content: bytes, line_number: int, code: str) -> None:
    errors = parse_return(content).errors
    assert errors
    assert errors[0].line == line_number
    if content[:3] != b"\xef\xbb\xbf" and content != GOOD.encode("utf-8"):
        assert errors[0].code == code


def test_a_thousand_faults_are_enough() -> None:
    assert len(parse_return(b"x\r\n" * 5000).errors) == 1000


def test_the_simulated_bank_leaves_out_fails_and_pays_as_told() -> None:
    ids = [str(uuid5(UUID(ID_1), str(n))) for n in range(4)]
    content = write(a_file(*(line(one) for one in ids)))
    answer = parse_return(reply(content, on=MAY, failing={2: "12", ids[2]: "90"}, missing=[4]))
    assert not answer.errors
    assert [(one.sequence, one.code) for one in answer.lines] == [(1, "00"), (2, "12"), (3, "90")]
    with pytest.raises(ValueError, match="77"):
        reply(content, on=MAY, failing={1: "77"})
