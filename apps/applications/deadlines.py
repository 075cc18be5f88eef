"""Deadlines in law, counted from the dates in law (57号第22条): pure, with the day passed in."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from apps.applications.transitions import State
from apps.core.month import day_label
from apps.core.workdays import add_workdays, is_provisional, workdays_between

INVESTIGATION_STARTS = 3
COUNTY_CONFIRMS = 10
WHOLE_PROCEDURE = 30
SOON = 3


@dataclass(frozen=True)
class Deadline:
    """What is due by when; ``left`` working days remain (negative: overdue); label, sub and tone are for lists."""

    due: date
    what: str
    left: int
    label: str
    tone: str

    @property
    def sub(self) -> str:
        provisional = "（暂定）" if is_provisional(self.due) else ""
        return f"{self.what} · {day_label(self.due)}{provisional}"


def deadline(application: Any, *, today: date) -> Deadline | None:
    """The next deadline of a case, or None where the law sets none at this stage."""
    found = _due(application, today)
    if found is None:
        return None
    return counted(*found, today)


def counted(what: str, due: date, today: date) -> Deadline:
    """A day that has to be kept, with the working days left to it."""
    if today > due:
        late = workdays_between(due, today)
        return Deadline(due, what, -max(late, 1), f"逾期 {late} 个工作日" if late else "已逾期", "bad")
    left = workdays_between(today, due)
    if left == 0:
        return Deadline(due, what, 0, "今天到期", "warn")
    return Deadline(due, what, left, f"还剩 {left} 个工作日", "warn" if left <= SOON else "")


def _due(application: Any, today: date) -> tuple[str, date] | None:
    if application.state == State.ACCEPTED:
        return "启动调查", add_workdays(application.accepted_on, INVESTIGATION_STARTS)
    if application.state in (State.INVESTIGATED, State.PROPOSED):
        return "全程办结", add_workdays(application.accepted_on, WHOLE_PROCEDURE)
    if application.state == State.PUBLICISED:
        if today <= application.notice_ends_on:
            return "公示期满", application.notice_ends_on
        received = application.notice_ends_on + timedelta(days=1)
        return "县级确认", add_workdays(received, COUNTY_CONFIRMS)
    return None
