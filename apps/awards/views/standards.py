"""A proposed standard becomes law: what it costs is told before, from the register of awards."""

from functools import cached_property
from typing import Any

from apps.audit.verbs import Verb
from apps.awards.actions.what_if import REHEARSABLE
from apps.awards.foreseen import Forecast, forecast
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.eligibility import actions
from apps.eligibility.models import ParameterChange
from apps.eligibility.views.standards import StandardAct


class ApproveStandard(StandardAct):
    """Make it law from its start on."""

    act, what, done = Verb.APPROVE_STANDARD, "核准", "已核准，从起始月份起自动生效。"
    template_name = "awards/standard_approve.html"

    @cached_property
    def forecast(self) -> Forecast | None:
        """What it costs; None for what moves no running award."""
        touches = any(value["parameter"] in REHEARSABLE for value in self.subject.content)
        return forecast(self.subject, on=self.today) if touches else None

    @property
    def button(self) -> str:  # type: ignore[override]
        return f"核准，自{Month.of(self.subject.start).label()}起生效"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        return [
            *_told(self.forecast),
            "从起始月份起，月度核定、测算和决定都按新数值计算。",
            "已经开始核定的月份仍按开始时的标准算完。",
            "核准后不再改动；更正须另提草案。",
        ]

    def perform(self, form: Any) -> ParameterChange:
        return actions.approve_standard(self.subject, acting_user=self.request.user, on=self.today)

    def rings(self, result: Any) -> list[tuple[str]]:
        # A start that lies behind touches months already paid: they are looked at anew.
        return [("payments.look_back",)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"forecast": self.forecast} | kwargs))


def _told(found: Forecast | None) -> list[str]:
    """The sums in a sentence each, as the estimate they are."""
    if found is None:
        return ["这项参数只影响今后的认定，不改变在享待遇的金额。"]
    last = found.going_on
    sums = _sums(last.up_fen, last.down_fen, "增加")
    told = [f"估算：{Month.of(last.month).label()} {last.families} 户有变化，{sums}。"]
    if found.settled:
        families = max(one.families for one in found.settled)
        sums = _sums(found.arrears_fen, found.overpaid_fen, "应补")
        told.append(f"估算：已封存的 {len(found.settled)} 个月须重算，每月最多 {families} 户，共{sums}。")
    return told


def _sums(up: int, down: int, more: str) -> str:
    less = f"，{'多发' if more == '应补' else '减少'} {format_yuan(down)} 元" if down else ""
    return f"{more} {format_yuan(up)} 元{less}"
