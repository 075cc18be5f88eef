"""How caseload, money and 补助水平 went on, as charts with their tables."""

from collections.abc import Callable, Iterable
from typing import Any

from apps.audit.verbs import Verb
from apps.core.pages import Page
from apps.eligibility.policy.standards import SUPPLEMENTS
from apps.reports.charts import Chart, Series, columns, lines, wan_said, wan_tick
from apps.reports.enums import KINDS_OF, Group, Kind
from apps.reports.facts.months import AREAS, Course, course_of
from apps.reports.figures import Sums
from apps.reports.forms import TownshipForm
from apps.reports.views.months import scope_line

MONTHS = 24
CASELOAD = (
    ("dibao", "低保", (Kind.DIBAO,)),
    ("phase-out", "低保渐退", (Kind.DIBAO_PHASE_OUT,)),
    ("single", "单人户低保", (Kind.DIBAO_SINGLE,)),
    ("tekun", "特困", KINDS_OF[Group.TEKUN]),
)


class TrendsPage(Page):
    """The county's last two years, or one township's."""

    template_name, title, act, nav = "reports/trends.html", "统计趋势", Verb.VIEW_REPORTS, "report-month"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        form = TownshipForm(self.request.GET, user=user)
        township = form.cleaned_data["township"] if form.is_valid() else None
        course = course_of(user, last=MONTHS, township=township)
        given = {
            "filters": form,
            "charts": charts_of(course) if course.months else [],
            "frozen": course.frozen,
            "scope": township.name if township else scope_line(user, self.today),
        }
        return super().get_context_data(**(given | kwargs))


def charts_of(course: Course) -> list[Chart]:
    """Caseload, spending, 补助水平 and supplements."""
    groups = [(group.value.lower(), group.label, KINDS_OF[group]) for group in Group]
    paid = [Series(kind.value.lower(), kind.label, _each(course.of_part(kind), _persons)) for kind in SUPPLEMENTS]
    paid = [one for one in paid if any(one.values)]
    spent = _series(course, groups, _fen)
    return [
        columns("caseload", "在册人数", "人", course.months, _series(course, CASELOAD, _persons)),
        columns("money", "当月支出", "万元", course.months, spent, said=wan_said, tick=wan_tick),
        lines("level", "补助水平", "元", course.months, _levels(course)),
        columns("supplements", "增发人数（按实际享受的一类）", "人", course.months, paid),
    ]


def _levels(course: Course) -> list[Series]:
    """补助水平 of 城 and 乡."""
    return [
        Series(
            f"{group.value}-{area}".lower(),
            f"{name}{group.label}",
            _each(course.of(KINDS_OF[group], area), lambda one: one.level),
        )
        for group in Group
        for area, name in AREAS.items()
    ]


def _series(
    course: Course, kinds: Iterable[tuple[str, str, Iterable[Kind]]], what: Callable[[Sums], int | None]
) -> list[Series]:
    """The kinds that occur at all."""
    made = [Series(key, label, _each(course.of(wanted), what)) for key, label, wanted in kinds]
    return [one for one in made if any(one.values)]


def _each(sums: Iterable[Sums | None], what: Callable[[Sums], int | None]) -> list[int | None]:
    return [None if one is None else what(one) for one in sums]


def _persons(sums: Sums) -> int:
    return sums.persons


def _fen(sums: Sums) -> int:
    return sums.fen
