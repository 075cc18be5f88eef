"""What must always hold between months, batches, files and ledger: views of the database that must be empty.

Each is a file in ``apps/payments/sql``; its rows are what contradicts it: the month it belongs to (none: of no month),
which kind of thing, its id, and in words what is wrong, without anybody's name.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

SHOWN = 10

INVARIANTS = {
    "I1": "月初名册上的每一户都已核定，或有理由不列入；没有未完成的分组",
    "I2": "应发合计与核定合计一致",
    "I3": "批次的笔数、金额与复核的内容及银行文件一致",
    "I4": "每笔应发最多一笔在途或到账，到账不超过应发；撤销的没有支付",
    "I5": "回盘只含本批次的支付，各种结果合计等于送出",
    "I6": "凭证借贷平衡，总账与应发、送出、到账、退回、补发、追回逐项一致",
    "I7": "银行对账单与总账的专户支出逐日一致",
    "I8": "送交银行的不超过占用的指标，占用的不超过下达的指标",
    "I9": "送审前已登记死亡或停发的没有支付，除非两人核销",
    "I10": "一个在用账号只收一户的款，登记为共用的除外",
    "I11": "编制、复核、放行、账户核准由不同的人办理",
    "I12": "应收余额等于多发减退款、抵扣和核销，与总账一致；重算的差额都有着落",
    "I13": "数据与变更历史一致（抽查）",
}


@dataclass(frozen=True)
class Fault:
    """One thing that breaks an invariant: its kind and id, and what is wrong with it."""

    kind: str
    id: int
    what: str


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold: its code, what it says, and up to ten things that break it."""

    code: str
    text: str
    where: tuple[Fault, ...]


def view_of(code: str) -> str:
    """The name of an invariant's view: I7 → invariant_i07."""
    return f"invariant_i{int(code[1:]):02d}"


def broken_invariants(month: date | None = None) -> list[Broken]:
    """The invariants that do not hold, over everything or over one month; empty is how it must always be."""
    broken = []
    with connection.cursor() as cursor:
        for code, text in INVARIANTS.items():
            if faults := _faults(cursor, code, month):
                broken.append(Broken(code, text, faults))
    return broken


def _faults(cursor: Any, code: str, month: date | None) -> tuple[Fault, ...]:
    condition = "" if month is None else "WHERE month = %(month)s"
    statement = f"SELECT kind, id, what FROM {view_of(code)} {condition} LIMIT {SHOWN}"  # noqa: S608 - our own names
    cursor.execute(statement, {"month": month})
    return tuple(Fault(*row) for row in cursor.fetchall())
