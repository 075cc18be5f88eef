"""What of the month and the money waits for a second person: one table, from which it is both counted and listed.

Each kind holds only what this user could decide today: nothing of their own, nothing they have signed before.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.models import MonthRun
from apps.core.money import format_yuan
from apps.core.navigation import Badge
from apps.payments.enums import BatchState, CorrectionState, FindingKind, FindingState, HandoutState, ProposalState
from apps.payments.models import (
    AgencyBank,
    Appropriation,
    Batch,
    Correction,
    Finding,
    Handout,
    LateReturn,
    Limit,
    PriceIndex,
    Receivable,
    ReturnAlarm,
    Settlement,
    SharedAccount,
    Signature,
    SubsidyRun,
)
from apps.payments.subsidies import waits_for_a_run

Rows = Callable[[Any], QuerySet[Any]]


@dataclass(frozen=True)
class Kind:
    """One kind of thing that waits: who decides, which rows, who made it when, and the pages that decide.

    Without ``pages`` it is decided on its own page; ``beside``: what its name and note are made of.
    """

    key: str
    label: str
    verb: Verb
    rows: Rows
    unit: str = ""
    by: str = "proposed_by"
    on: str = "proposed_on"
    pages: tuple[tuple[str, str], ...] = ()
    note: Callable[[Any], str] = lambda row: ""
    beside: tuple[str, ...] = ()


def _brought(model: Any, state: str = ProposalState.PROPOSED, by: str = "proposed_by") -> Rows:
    """What another one put forward or brought so far."""

    def rows(user: Any) -> QuerySet[Any]:
        return model.objects.visible_to(user).filter(state=state).exclude(**{by: user})

    return rows


def _unsigned(state: BatchState) -> Rows:
    """Batches in a state that this user neither drew nor signed in their round."""

    def rows(user: Any) -> QuerySet[Any]:
        signed = Signature.objects.filter(batch=OuterRef("pk"), round=OuterRef("round"), user=user)
        return Batch.objects.visible_to(user).filter(~Exists(signed), state=state).exclude(drawn_by=user)

    return rows


def _doubted(state: FindingState, own: Callable[[Any], Q]) -> Rows:
    """Batches under review with findings of their round in a state, but for those this user may not let through."""

    def rows(user: Any) -> QuerySet[Any]:
        found = Finding.objects.filter(batch=OuterRef("pk"), round=OuterRef("round"), state=state).exclude(own(user))
        under_review = Batch.objects.visible_to(user).filter(state=BatchState.FROZEN).exclude(drawn_by=user)
        return under_review.filter(Exists(found))

    return rows


def _own_account(user: Any) -> Q:
    return Q(kind=FindingKind.ACCOUNT_CHANGED, instruction__account__decided_by=user)


def _cleared(user: Any) -> Q:
    return Q(cleared_by=user)


def _alarms(user: Any) -> QuerySet[Any]:
    return ReturnAlarm.objects.visible_to(user).open().exclude(raised_by=user)


def _write_offs(user: Any) -> QuerySet[Any]:
    proposed = Receivable.objects.visible_to(user).open().filter(write_off_proposed_by__isnull=False)
    return proposed.exclude(write_off_proposed_by=user)


def _pages(what: str, yes: str = "核准", no: str = "退回") -> tuple[tuple[str, str], ...]:
    return (f"{what}-approve", f"{yes}…"), (f"{what}-reject", f"{no}…")


def _of_correction(row: Correction) -> str:
    sums = f"应补 {format_yuan(row.up_fen)} 元，多发 {format_yuan(row.down_fen)} 元"
    return f"{row.get_ground_display()}，{row.households} 户，{'维持不变' if row.leaves else sums}"


def _of_write_off(row: Receivable) -> str:
    owed = f"{row.household.head.name}，{row.get_write_off_ground_display()}"
    return f"{owed}：{row.write_off_text}"


DRAWN: dict[str, Any] = {"by": "drawn_by", "on": "drawn_on", "note": lambda row: row.size}
# In the order of the work.
KINDS = (
    Kind(
        "months",
        "月度核定待确认",
        Verb.CONFIRM_MONTH,
        _brought(MonthRun, RunState.CALCULATED, "started_by"),
        by="started_by",
        on="started_on",
        note=lambda row: f"{row.units} 户，{format_yuan(row.total_fen)} 元",
    ),
    Kind(
        "findings",
        "有疑点待核销的批次",
        Verb.CLEAR_FINDING,
        _doubted(FindingState.OPEN, _own_account),
        **DRAWN,
        pages=(("batch-clear", "核销…"), ("batch-findings", "看疑点")),
    ),
    Kind(
        "overrides",
        "疑点待第二人确认的批次",
        Verb.CONFIRM_OVERRIDE,
        _doubted(FindingState.SECOND, _cleared),
        **DRAWN,
        pages=(("batch-override", "同意放行…"), ("batch-decline", "不同意…")),
    ),
    Kind("batches", "待批准的批次", Verb.APPROVE_BATCH, _unsigned(BatchState.FROZEN), **DRAWN),
    Kind("releases", "待放行的批次", Verb.RELEASE_BATCH, _unsigned(BatchState.APPROVED), **DRAWN),
    Kind(
        "funds",
        "资金指标待核准",
        Verb.APPROVE_FUNDS,
        _brought(Appropriation),
        "份",
        pages=_pages("fund"),
        note=lambda row: f"{row.get_source_display()}，{row.get_scheme_display() or '统筹（不分待遇）'}",
    ),
    Kind(
        "limits",
        "发放限额待核准",
        Verb.APPROVE_LIMIT,
        _brought(Limit),
        "条",
        pages=_pages("limit"),
        note=lambda row: row.document,
    ),
    Kind(
        "shared",
        "共用账户待核准",
        Verb.APPROVE_SHARED_ACCOUNT,
        _brought(SharedAccount),
        "个",
        pages=_pages("shared"),
        note=lambda row: f"{row.ground}，有效期至 {row.until}",
    ),
    Kind(
        "agencies",
        "代发银行待核准",
        Verb.APPROVE_AGENCY,
        _brought(AgencyBank),
        pages=_pages("agency"),
        note=lambda row: f"自 {row.since}，{row.layout}，{row.ground}",
    ),
    Kind(
        "indices",
        "物价指数待核准",
        Verb.APPROVE_PRICE_INDEX,
        _brought(PriceIndex),
        pages=_pages("price-index"),
        note=lambda row: row.document,
    ),
    Kind(
        "subsidies",
        "价格补贴待确认",
        Verb.CONFIRM_SUBSIDY,
        _brought(SubsidyRun),
        pages=(("subsidy-confirm", "确认…"), ("subsidy-reject", "退回…")),
        note=lambda row: f"{row.people} 人次，{format_yuan(row.total_fen)} 元",
    ),
    Kind(
        "handouts",
        "银行文件再次下载待同意",
        Verb.GRANT_DOWNLOAD,
        _brought(Handout, HandoutState.ASKED, "asked_by"),
        by="asked_by",
        on="asked_on",
        pages=(("handout-grant", "同意…"), ("handout-refuse", "不同意…")),
        note=lambda row: row.reason,
        beside=("batch",),
    ),
    Kind(
        "late",
        "退票待确认",
        Verb.APPROVE_LATE_RETURN,
        _brought(LateReturn, by="entered_by"),
        "笔",
        by="entered_by",
        on="entered_on",
        pages=_pages("late-return", "确认", "不予确认"),
        note=lambda row: row.ground,
        beside=("instruction__batch",),
    ),
    Kind(
        "settlements",
        "查明结果待确认",
        Verb.APPROVE_SETTLEMENT,
        _brought(Settlement),
        "笔",
        pages=_pages("settlement", "确认", "不予确认"),
        note=lambda row: row.evidence,
        beside=("instruction__batch",),
    ),
    Kind(
        "alarms",
        "回盘多出支付待查明",
        Verb.RESOLVE_ALARM,
        _alarms,
        by="raised_by",
        on="raised_on",
        pages=(("alarm-resolve", "登记查明情况…"),),
        beside=("batch",),
    ),
    Kind(
        "corrections",
        "重算待确认",
        Verb.CONFIRM_RECALCULATION,
        _brought(Correction, CorrectionState.PROPOSED),
        "件",
        pages=(("correction-confirm", "确认…"), ("correction-reject", "退回…")),
        note=_of_correction,
    ),
    Kind(
        "write-offs",
        "核销待决定",
        Verb.APPROVE_WRITE_OFF,
        _write_offs,
        "笔",
        by="write_off_proposed_by",
        on="write_off_proposed_on",
        pages=_pages("receivable-write-off", "批准核销"),
        note=_of_write_off,
        beside=("household__head",),
    ),
)


def kinds_of(user: Any, on: date) -> list[Kind]:
    """What this user decides on."""
    return [kind for kind in KINDS if user.may(kind.verb, on=on)]


def prices_badge(user: Any, on: date) -> Badge | None:
    """How many price indices and subsidies wait for this user to decide on, or to be worked out."""
    decides = [kind for kind in kinds_of(user, on) if kind.key in ("indices", "subsidies")]
    count = sum(counted(user, decides).values())
    if user.may(Verb.START_SUBSIDY, on=on):
        count += len(waits_for_a_run(on))
    return Badge(count, "件待办") if count else None


def counted(user: Any, kinds: Iterable[Kind]) -> dict[str, int]:
    """How many of each kind wait, by key, in one statement; kinds of which nothing waits are left out."""
    asked = [
        kind.rows(user).order_by().annotate(kind_of=Value(kind.key)).values("kind_of").annotate(n=Count("pk"))
        for kind in kinds
    ]
    rows = asked[0].union(*asked[1:], all=True) if asked else ()
    return {row["kind_of"]: row["n"] for row in rows if row["n"]}
