"""Bank file formats described as data: records, columns with widths in bytes, and what the result codes mean.

Another bank is another ``Format`` here, not other code.
"""

from dataclasses import dataclass
from enum import StrEnum

CURRENCY = "CNY"


class Kind(StrEnum):
    """What a field holds: the pattern it must match whole."""

    TEXT = r".+"
    NOTE = r".*"
    NUMBER = r"[1-9][0-9]*"
    COUNT = r"0|[1-9][0-9]*"
    AMOUNT = r"(?:0|[1-9][0-9]*)\.[0-9]{2}"
    DAY = r"[0-9]{8}"
    ACCOUNT = r"[0-9]+"
    CURRENCY = r"CNY"
    ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    CODE = r"[0-9]{2}"


@dataclass(frozen=True)
class Column:
    """One field of a record: its name, its Chinese name, its width in bytes and what it holds."""

    name: str
    label: str
    width: int
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Row:
    """One kind of record: the mark it begins with and its columns."""

    mark: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Format:
    """One bank's text format: payment file (header, details) and return file (header, results, trailer)."""

    name: str
    encoding: str
    newline: str
    separator: str
    header: Row
    detail: Row
    result: Row
    trailer: Row


_HEADER = Row(
    "H",
    (
        Column("batch_number", "批次号", 24),
        Column("currency", "币种", 3, Kind.CURRENCY),
        Column("count", "笔数", 8, Kind.COUNT),
        Column("total_fen", "总金额", 16, Kind.AMOUNT),
        Column("on", "日期", 8, Kind.DAY),
    ),
)
_SEQUENCE = Column("sequence", "序号", 8, Kind.NUMBER)
_ID = Column("end_to_end_id", "端到端编号", 36, Kind.ID)
_AMOUNT = Column("amount_fen", "金额", 13, Kind.AMOUNT)

JHNX_1 = Format(
    name="JHNX-1",
    encoding="gb18030",
    newline="\r\n",
    separator="|",
    header=_HEADER,
    detail=Row(
        "D",
        (
            _SEQUENCE,
            _ID,
            Column("account", "账号", 32, Kind.ACCOUNT),
            Column("name", "户名", 60),
            _AMOUNT,
            Column("purpose", "用途", 40),
        ),
    ),
    result=Row(
        "R",
        (_SEQUENCE, _ID, _AMOUNT, Column("code", "结果码", 2, Kind.CODE), Column("note", "说明", 80, Kind.NOTE)),
    ),
    trailer=Row(
        "T",
        (
            Column("paid_count", "成功笔数", 8, Kind.COUNT),
            Column("paid_fen", "成功金额", 16, Kind.AMOUNT),
            Column("failed_count", "未成功笔数", 8, Kind.COUNT),
            Column("failed_fen", "未成功金额", 16, Kind.AMOUNT),
        ),
    ),
)


class Outcome(StrEnum):
    """What became of one payment."""

    PAID = "PAID"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Result:
    """One result code: what it means, and whether the bank rather than the account is at fault."""

    code: str
    label: str
    outcome: Outcome
    bank_side: bool = False


RESULTS: dict[str, Result] = {
    result.code: result
    for result in (
        Result("00", "成功", Outcome.PAID),
        Result("12", "户名不符", Outcome.REJECTED),
        Result("14", "账号不存在", Outcome.REJECTED),
        Result("51", "账户冻结", Outcome.RETURNED),
        Result("52", "账户已销户", Outcome.RETURNED),
        Result("53", "账户久悬", Outcome.RETURNED),
        Result("90", "银行系统故障", Outcome.REJECTED, bank_side=True),
        Result("91", "超过当日处理时间", Outcome.REJECTED, bank_side=True),
        Result("99", "处理中，结果未定", Outcome.UNKNOWN, bank_side=True),
    )
}

# What speaks against no account: the bank itself was at fault.
BANK_SIDE = tuple(result.code for result in RESULTS.values() if result.bank_side)
