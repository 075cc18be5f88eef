"""Every format that is described: golden bytes both ways, round trips, and what may not stand in a field."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as NewWorkbook
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from apps.payments.bankfile import (
    BankFileError,
    PaymentFile,
    PaymentLine,
    ReturnLine,
    no_return_file,
    parse,
    parse_return,
    write,
    write_return,
)
from apps.payments.bankformat import RESULTS, Carrier, Format, format_of, formats
from apps.payments.bankmask import as_it_stands
from apps.payments.simulator import late_reply, reply

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2024, 5, 20)
IDS = [f"{n}1111111-1111-5111-8111-111111111111" for n in range(4)]
# The middle dot, a character of four bytes in GB18030 and UTF-8, one whose second byte is the separator's, a long name.
NAMES = ["王建国", "阿依古丽·买买提", "𠮷田·㛃", "枾小川"]
FILE = PaymentFile(
    "FF202405-001",
    DAY,
    tuple(
        PaymentLine(IDS[n], f"621700001000123456{n}", NAMES[n], fen, "2024年5月最低生活保障")
        for n, fen in enumerate((135500, 36550, 1, 9_999_999_99))
    ),
)
RESULT_CODES = ("00", "12", "51", "99")
EACH = pytest.mark.parametrize("layout", formats().values(), ids=list(formats()))


def answer(layout: Format) -> bytes:
    """The bank's answer to the golden file: paid, refused, sent back, undecided."""
    lines = [
        ReturnLine(n, line.end_to_end_id, line.amount_fen, code, RESULTS[code].label, account=line.account,
                   name=line.name, bank_txn_id=f"TX2024052000000{n}")
        for n, (line, code) in enumerate(zip(FILE.lines, RESULT_CODES, strict=True), start=1)
    ]  # fmt: skip
    return write_return(FILE.batch_number, DAY, lines, layout, file_no="HP20240520001")


def contents(content: bytes, layout: Format) -> Any:
    """What must be equal: the bytes; of a workbook those of everything in it (how it is packed is the library's)."""
    if layout.carrier is not Carrier.XLSX:
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def test_there_are_four_formats_of_each_kind_of_carrier() -> None:
    assert {layout.carrier for layout in formats().values()} == set(Carrier)
    for layout in formats().values():
        assert set(layout.results.values()) == set(RESULTS)


@EACH
def test_the_payment_file_is_these_bytes(layout: Format) -> None:
    golden = (GOLDEN / f"{layout.name}.payment.{layout.suffix}").read_bytes()
    assert contents(write(FILE, layout), layout) == contents(golden, layout)
    assert parse(golden, layout) == FILE


@EACH
def test_the_return_file_is_these_bytes(layout: Format) -> None:
    golden = (GOLDEN / f"{layout.name}.return.{layout.suffix}").read_bytes()
    assert contents(answer(layout), layout) == contents(golden, layout)
    read = parse_return(golden, layout)
    assert read.errors == ()
    assert (read.batch_number, read.on) == (FILE.batch_number, DAY)
    assert [line.code for line in read.lines] == list(RESULT_CODES)
    assert [line.amount_fen for line in read.lines] == [line.amount_fen for line in FILE.lines]
    assert no_return_file(golden, layout) == ""


@EACH
def test_a_payment_file_is_not_taken_for_an_answer(layout: Format) -> None:
    assert "发给银行的文件" in no_return_file(write(FILE, layout), layout)


def test_widths_are_bytes_also_where_every_field_is_padded() -> None:
    """A record of the fixed format has 1 + 8 + 36 + 32 + 60 + 13 + 40 bytes, whatever stands in it."""
    lines = write(FILE, format_of("DKWB-1")).split(b"\r\n")
    assert {len(line) for line in lines[1:-2]} == {1 + 8 + 36 + 32 + 60 + 13 + 40}
    assert lines[1][77:137] == "王建国".encode("gb18030").ljust(60)
    assert lines[1][137:150] == b"0000000135500"


def test_a_column_that_is_cut_through_a_character_is_told() -> None:
    layout = format_of("DKWB-1")
    name = "王建国".encode("gb18030")
    shifted = write(FILE, layout).replace(b" " + name, name + b" ")
    with pytest.raises(BankFileError) as told:
        parse(shifted, layout)
    assert [(error.line, error.column, error.code) for error in told.value.errors[:1]] == [(2, 4, "encoding")]


def test_a_spreadsheet_holds_text_and_nothing_that_calculates() -> None:
    """Read back by two other libraries: ids and accounts keep every digit, no cell is a formula or a number."""
    content = write(FILE, format_of("XLSX-1"))
    for cells in load_workbook(io.BytesIO(content))["代发明细"].iter_rows(min_row=2):
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert all(cell.value is None or isinstance(cell.value, str) for cell in cells)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("代发明细").to_python()
    assert [row[4] for row in rows[1:5]] == [line.account for line in FILE.lines]
    assert rows[5][:3] == ["合计", "4", f"{FILE.total_fen // 100}.{FILE.total_fen % 100:02}"]


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A1"]


@pytest.mark.parametrize("name", FORMULAS)
def test_a_name_that_looks_like_a_formula_stays_text_or_is_refused(name: str) -> None:
    line = PaymentLine(IDS[0], "6217000010001234567", name, 100, "x")
    told = PaymentFile("B", DAY, (line,))
    xlsx = load_workbook(io.BytesIO(write(told, format_of("XLSX-1"))))["代发明细"]
    assert (xlsx["F2"].data_type, xlsx["F2"].value, xlsx["F2"].hyperlink) == ("s", name, None)
    with pytest.raises(BankFileError) as refused:
        write(told, format_of("CSV-1"))
    assert (refused.value.errors[0].line, refused.value.errors[0].code) == (2, "formula")


# T29: what a spreadsheet program makes of numbers that are names. Columns: 4 = id, 5 = account, 7 = amount.
CELLS: list[tuple[int, Any, str]] = [
    (5, 6217000010001234567, "numeric_cell"),
    (5, 6.21700001e18, "numeric_cell"),
    (4, 12345, "numeric_cell"),
    (6, 220299198501010013, "numeric_cell"),
    (5, True, "cell_type"),
    (5, DAY, "cell_type"),
    (5, "6.217E+18", "format"),
    (5, "６２１７０００", "format"),
    (5, "6217000010001234560 ", "spaces"),
    (5, "'6217000010001234560", "format"),
    (5, "6217 0000 1000", "format"),
    (4, "A1111111-1111-5111-8111-111111111111", "format"),
    (7, "1,355.00", "format"),
    (7, "１３５５.００", "width"),
    (7, 1355.001, "format"),
    (7, "1e309", "format"),
    (7, "-0", "format"),
    (7, -1355, "format"),
    (7, "=1355", "format"),
    (3, "2024-02-30", "format"),
    (3, "20240520", "format"),
]


def respelled(place: int, value: Any, row: int = 2) -> bytes:
    """The golden answer as a person's spreadsheet program would save it, one cell changed."""
    old = load_workbook(io.BytesIO(answer(format_of("XLSX-1"))))["代发明细"]
    new = NewWorkbook()
    new.active.title = "代发明细"
    for cells in old.iter_rows(values_only=True):
        new.active.append(cells)
    new.active.cell(row, place).value = value
    buffer = io.BytesIO()
    new.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(("place", "value", "code"), CELLS)
def test_a_number_where_a_name_should_be_is_refused_with_its_line(place: int, value: Any, code: str) -> None:
    errors = parse_return(respelled(place, value), format_of("XLSX-1")).errors
    assert (2, place, code) in [(error.line, error.column, error.code) for error in errors]


def test_an_amount_may_be_a_number_and_a_day_a_day() -> None:
    for place, value in ((7, 1355), (7, 1355.0), (3, DAY), (1, 1)):
        assert parse_return(respelled(place, value), format_of("XLSX-1")) == parse_return(
            answer(format_of("XLSX-1")), format_of("XLSX-1")
        )


names = st.text(
    st.characters(codec="gb18030", exclude_categories=("C", "Zl", "Zp"), exclude_characters="|=+-@＝＋－＠"),
    min_size=1,
    max_size=30,
)
payments = st.builds(
    PaymentLine,
    end_to_end_id=st.uuids().map(str),
    account=st.from_regex(r"\A[0-9]{8,32}\Z").filter(str.isascii),
    name=names.map(str.strip).filter(lambda name: 0 < len(name.encode("gb18030")) <= 60 and len(name.encode()) <= 90),
    amount_fen=st.integers(1, 10**11 - 1),
    purpose=st.sampled_from(["2024年5月最低生活保障", "补发"]),
)


@EACH
@settings(max_examples=40, deadline=None)
@given(lines=st.lists(payments, max_size=12, unique_by=lambda line: line.end_to_end_id), data=st.data())
def test_what_was_written_is_read_back_both_ways(layout: Format, lines: list[PaymentLine], data: st.DataObject) -> None:
    file = PaymentFile("FF202405-01", DAY, tuple(lines))
    content = write(file, layout)
    if not lines and layout.payment.header is None:
        return  # No line says of which batch it is: such a file is never made, a batch is never empty.
    assert parse(content, layout) == file
    codes = {n: data.draw(st.sampled_from(sorted(RESULTS))) for n in range(1, len(lines) + 1)}
    read = parse_return(reply(content, on=DAY, failing=codes, layout=layout), layout)
    assert read.errors == ()
    told = [(line.end_to_end_id, line.amount_fen, line.code) for line in read.lines]
    assert told == [(line.end_to_end_id, line.amount_fen, codes[n]) for n, line in enumerate(lines, start=1)]


@EACH
def test_the_simulated_bank_knows_every_format_and_kind_of_failure(layout: Format) -> None:
    content = write(FILE, layout)
    told = parse_return(reply(content, on=DAY, failing={2: "14"}, missing=[3], extra=True, layout=layout), layout)
    assert [line.sequence for line in told.lines] == [1, 2, 4, 5]
    assert told.lines[-1].end_to_end_id not in IDS
    back = parse_return(late_reply(content, on=DAY, returned={4: "52"}, layout=layout), layout)
    assert [(line.end_to_end_id, line.code) for line in back.lines] == [(IDS[3], "52")]


def test_the_lines_of_a_refused_file_are_shown_without_names_and_numbers() -> None:
    layout = format_of("CSV-1")
    content = answer(layout).decode()
    shown = as_it_stands(content.encode(), layout, {2, 3})
    assert shown[2][4:7] == ["****4560", "王＊", "1355.00"]
    torn = content.replace("王建国,", "王建国,多出一栏,").encode()
    told = " ".join(as_it_stands(torn, layout, {2})[2])
    assert "王建国" not in told
    assert "6217000010001234560" not in told
    assert IDS[0] in told


def test_reading_stops_where_it_cannot_go_on_but_shows_what_came_before() -> None:
    layout = format_of("CSV-1")
    content = answer(layout).replace(b"\r\n3,", b'\r\n"3,')
    assert sorted(as_it_stands(content, layout, {2, 4})) == [2]
    assert [(e.line, e.code) for e in parse_return(content, layout).errors] == [(4, "quotes")]
