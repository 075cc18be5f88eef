"""A past month calculated again and compared; the month itself stays as it is."""

from collections.abc import Callable
from typing import Any

from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.forms import RecomputeFilter
from apps.awards.models import Award, MonthRun
from apps.awards.recompute import LISTED, Comparison, Difference, as_known_now, as_known_then, compare, sealed
from apps.awards.views.months import AboutMonth
from apps.core.pages import BelowSubject
from apps.core.refusal import Refused

# Some seconds' work; more is done by the command, which has no one waiting at a page.
MOST_UNITS = 100_000


class Recompute(BelowSubject, AboutMonth):
    """The lines of a month beside the same month calculated again."""

    template_name, act = "awards/recompute.html", Verb.VIEW_MONTHS

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.label}重算比对"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.subject
        if run.state == RunState.CALCULATING:
            raise Refused("month_unfinished", f"{run.label}还没有核定完，完成后再重算比对。")
        given_up = run.given_up_before()
        filters = RecomputeFilter(self.request.GET, given_up=given_up is not None)
        chosen = filters.chosen()
        too_many = run.units > MOST_UNITS
        found = None if too_many else _FOUND[chosen](run, given_up)
        context = {
            "filters": filters,
            "chosen": chosen,
            "found": found,
            "rows": self.named(found.differences) if found else [],
            "unanswered": self.named(found.unanswered) if found else [],
            "listed": LISTED,
            "given_up": given_up,
        }
        return super().get_context_data(**(context | kwargs))

    def named(self, differences: list[Difference]) -> list[dict[str, Any]]:
        """They, with the families they are about."""
        awards = Award.objects.visible_to(self.request.user).select_related("household__head", "person", "township")
        known = awards.in_bulk([one.award_id for one in differences])
        return [{"award": known[one.award_id], "one": one} for one in differences if one.award_id in known]


def _then(run: MonthRun, given_up: MonthRun | None) -> Comparison:
    return compare(sealed(run), as_known_then(run), whole=True)


def _now(run: MonthRun, given_up: MonthRun | None) -> Comparison:
    return compare(sealed(run), as_known_now(run), whole=False)


def _given_up(run: MonthRun, given_up: MonthRun | None) -> Comparison:
    return compare(iter(()) if given_up is None else sealed(given_up), sealed(run), whole=True)


_FOUND: dict[str, Callable[[MonthRun, MonthRun | None], Comparison]] = {
    "THEN": _then,
    "NOW": _now,
    "GIVEN_UP": _given_up,
}
