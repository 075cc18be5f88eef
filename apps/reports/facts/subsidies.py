"""The price subsidies of a month beside its frozen figures: confirmed after the month is frozen, so read afresh."""

from typing import Any

from django.db.models import Count, F, Q, Sum

from apps.payments.models import SubsidyLine
from apps.reports.facts.months import AREAS
from apps.reports.figures import Line, Sums, total
from apps.reports.models import FrozenMonth

KIND = "PRICE_SUBSIDY"
LABEL = "价格临时补贴"


def subsidies_of(frozen: FrozenMonth, user: Any) -> list[Line]:
    """People and fen as confirmed and put right to this day: of the month, and of the year's months up to it.

    Nothing for figures that do not come from the office's own month, or without any subsidy in the year.
    """
    if frozen.run_id is None:
        return []
    lines = SubsidyLine.objects.visible_to(user).filter(month__year=frozen.month.year, month__lte=frozen.month)
    month, year = _cells(lines.filter(month=frozen.month)), _cells(lines)
    if not year:
        return []
    areas = [(area, f"{name}{LABEL}", 1) for area, name in AREAS.items()]
    return [
        Line(label, depth, total(month, [KIND], area), total(year, [KIND], area))
        for area, label, depth in (("", LABEL, 0), *areas)
    ]


def _cells(lines: Any) -> dict[tuple[str, str], Sums]:
    """Whoever begins to have some counts; whoever has nothing left after a correction does not."""
    people = Count("pk", filter=Q(before_fen=0)) - Count("pk", filter=Q(owed_fen=0))
    summed = lines.order_by().values_list("area").annotate(people=people, fen=Sum(F("owed_fen") - F("before_fen")))
    return {(area, KIND): Sums(0, people, fen) for area, people, fen in summed}
