"""What was found, said in one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, prefetch_related_objects

from apps.core.money import format_yuan
from apps.core.month import Month
from apps.payments.bankformat import RESULTS
from apps.payments.enums import PAID_UNDER, FindingKind, FindingState
from apps.payments.models import Finding, Instruction

_WHO = {"UNIT": "供养对象", "PAYEE": "收款人", "MEMBER": "计入金额的家庭成员"}


def _deceased(facts: dict[str, Any]) -> str:
    if facts["who"] == "HEIR":
        return f"遗属代领：本人已于{_day(facts['died_on'])}死亡，家中已无人，只领到死亡当月"
    way = "；移出后由家人换户领取，家中已无人的登记遗属代领" if facts["who"] == "PAYEE" else ""
    return f"{_WHO[facts['who']]}已于{_day(facts['died_on'])}死亡{way}"


def _not_due(facts: dict[str, Any]) -> str:
    if facts["why"] == "MOVED":
        return f"这一户已迁往{facts['to']}"
    return f"待遇只发到{Month.of(date.fromisoformat(facts['last_month'])).label()}"


def _check_expired(facts: dict[str, Any]) -> str:
    if "review_due_on" in facts:
        return f"应于{_day(facts['review_due_on'])}前复核，逾期已超过核对报告的有效期"
    return f"{_day(facts['decided_on'])}作出的决定从未发放过，所依据的核对报告已过有效期"


def _account_changed(facts: dict[str, Any]) -> str:
    return f"{_day(facts['decided_on'])}核准更换，原账号 {facts['was']}"


def _late_refusal(facts: dict[str, Any]) -> str:
    result = RESULTS.get(facts["code"])
    return f"这个账户{_day(facts['settled_on'])}被银行退回：{facts['code']} {result.label if result else ''}"


_SAYS = {
    FindingKind.DECEASED: _deceased,
    FindingKind.NOT_DUE: _not_due,
    FindingKind.DUPLICATE_PERSON: lambda facts: f"与家庭 {facts['other']} 的成员姓名、出生日期、性别都相同",
    FindingKind.OVERLAPPING_SCHEME: lambda facts: f"同月另有{dict(PAID_UNDER)[facts['other']]}",
    FindingKind.ACCOUNT_CHANGED: _account_changed,
    FindingKind.SHARED_ACCOUNT: lambda facts: f"账号此前用于家庭 {facts['other']}",
    FindingKind.OVER_CAP: lambda facts: f"超过单笔上限 {format_yuan(facts['cap_fen'])} 元",
    FindingKind.CHECK_EXPIRED: _check_expired,
    FindingKind.LATE_REFUSAL: _late_refusal,
    FindingKind.LOOK_ALIKE: lambda facts: f"有 {facts['alike']} 笔与批次 {facts['batch']} 账户、金额、月份都相同",
}


def said(finding: Finding) -> str:
    """What was seen, for whoever has to judge it."""
    return _SAYS[FindingKind(finding.kind)](finding.facts)


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True)
class Line:
    """A finding as the pages show it."""

    finding: Finding
    text: str

    @property
    def payment(self) -> Instruction | None:
        """The payment it is about; none for the whole batch."""
        return self.finding.instruction

    @property
    def pick(self) -> int | None:
        """What a tick before it chooses: the finding, or the payment while nothing is kept yet."""
        return self.finding.pk or self.finding.instruction_id

    @property
    def ticked(self) -> str:
        """The same as a form sends it."""
        return str(self.pick)

    @property
    def tone(self) -> str:
        """Green once it is let through."""
        return "good" if self.finding.state == FindingState.CLEARED else "warn"


def lines(findings: Iterable[Finding]) -> list[Line]:
    """Findings with the payments behind them."""
    rows = list(findings)
    prefetch_related_objects(rows, "instruction__entitlement__household", "instruction__township")
    return [Line(row, said(row)) for row in rows]


@dataclass(frozen=True)
class Ground:
    """Findings of one kind let through by the same people on the same ground."""

    label: str
    count: int
    ground: str
    by: str


def by_ground(findings: Any) -> list[Ground]:
    """How many of each kind, on which ground, by whom."""
    rows = findings.values_list("kind", "ground", "cleared_by__name", "second_by__name").annotate(n=Count("pk"))
    people = ((kind, ground, [name for name in names if name], n) for kind, ground, *names, n in rows.order_by("kind"))
    return [Ground(FindingKind(kind).label, n, ground, "、".join(names) or "—") for kind, ground, names, n in people]
