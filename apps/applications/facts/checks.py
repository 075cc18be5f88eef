"""The report of the check on a case: whole or not, how long it counts, and where it differs."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from apps.applications.facts.comparing import Answers, Declared, Line, compare
from apps.applications.models import Application, CheckAnswer, CheckRequest, CheckScope
from apps.applications.traces import rows_of
from apps.core.month import day_label
from apps.core.refusal import Refused
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.standards import Law

VALIDITY = "check_report_validity"


@dataclass(frozen=True)
class Report:
    """What is known from the check on one day."""

    requests: list[CheckRequest]
    members: list[Any]
    answers: Answers
    lines: list[Line]
    validity: int
    on: date

    @cached_property
    def open_items(self) -> list[tuple[Any, CheckScope]]:
        """Members and matters without a whole answer."""
        return [
            (member, scope)
            for member in self.members
            for scope in CheckScope
            if not self.answers.settled(member.person_id, scope)
        ]

    @property
    def made_on(self) -> date | None:
        """The day of the oldest answer that counts: from there the report's validity runs."""
        return min((answer.answered_on for answer in self.answers.counted()), default=None)

    @property
    def valid_until(self) -> date | None:
        """The last day on which the report carries a decision; None until it is whole."""
        if self.made_on is None or self.open_items:
            return None
        return self.made_on + timedelta(days=self.validity)

    @property
    def days_left(self) -> int | None:
        """Days the report still counts; negative when it has run out."""
        return None if self.valid_until is None else (self.valid_until - self.on).days

    @property
    def expired(self) -> bool:
        """Whether it was whole but is too old."""
        return self.days_left is not None and self.days_left < 0

    @property
    def written(self) -> list[Any]:
        """The answers of which the office's own words are kept."""
        return [answer for answer in self.answers.counted() if answer.has_raw]

    @property
    def differences(self) -> list[Line]:
        """What was found beyond the declaration, explained or not."""
        return [line for line in self.lines if line.beyond]

    @property
    def unexplained(self) -> list[Line]:
        """The differences nobody has explained yet."""
        return [line for line in self.lines if line.unexplained]

    @property
    def standing(self) -> tuple[str, str]:
        """In a few words, with its tone."""
        if not self.requests:
            return "尚未发起核对", "warn"
        if self.valid_until is None:
            due = self.requests[-1].due_on
            late = "，已超过答复期限" if self.on > due else ""
            words = f"还差 {len(self.open_items)} 项，{day_label(due)} 前应答复{late}"
            return words, "bad" if late else "warn"
        if self.expired:
            return f"核对报告 {day_label(self.valid_until)} 已过期", "bad"
        return f"核对报告还有 {self.days_left} 天有效", "good"


def report_of(case: Application, *, on: date, law: Law | None = None) -> Report:
    """The report on what this case declares now; members who came later count as not checked."""
    declaration = case.declaration
    requests = list(case.check_requests.select_related("requested_by", "consent__person").order_by("pk"))
    written = ExpressionWrapper(~Q(raw_sealed=b""), BooleanField())
    rows = CheckAnswer.objects.filter(request__in=requests).select_related("person").defer("raw_sealed")
    answers = Answers(rows.annotate(has_raw=written) if requests else ())
    grounds = {(one.key, one.found): one.ground for one in rows_of(case, "difference_grounds").order_by("pk")}
    declared = Declared([], [], [], [])
    if declaration is not None:
        declaration.whole()
        declared = Declared(
            list(declaration.members.all()),
            list(declaration.incomes.all()),
            list(declaration.financialassets.all()),
            list(declaration.otherassets.all()),
        )
    lines = compare(declared, answers, grounds) if requests else []
    validity = int((law or law_in_force()).row(VALIDITY, on).value or 0)
    return Report(requests, declared.members, answers, lines, validity, on)


def keep_standing(case: Application, *, on: date) -> None:
    """Put down on the case how its check stands, for lists and deadlines; inside the act that changed it."""
    report = report_of(case, on=on)
    case.doubtful, case.unexplained = bool(report.differences), bool(report.unexplained)
    asked = report.requests[-1] if report.requests and report.open_items else None
    case.check_asked_on = asked and asked.requested_on


def refuse_unchecked(report: Report) -> None:
    """Refused("check_missing") or ("check_expired") unless the report is whole and still counts (28号 §20)."""
    if report.valid_until is None:
        missing = "尚未发起核对" if not report.requests else f"核对结果还差 {len(report.open_items)} 项"
        raise Refused("check_missing", f"{missing}：请在申请页发起核对并登记结果，取不到的不能当作没有。")
    if report.expired:
        raise Refused(
            "check_expired", f"核对报告已于 {day_label(report.valid_until)} 过期：请重新发起核对并登记新的结果。"
        )


def refuse_unexplained(report: Report) -> None:
    """Refused("difference_unexplained") while something found beyond the declaration has no ground."""
    if found := report.unexplained:
        what = "、".join(f"{line.label}{line.beyond}" for line in found)
        whose = "请经办人在申请页“说明差异”，或退回补正后更正申报。"
        raise Refused("difference_unexplained", f"核对与申报不一致（{what}）：{whose}")
