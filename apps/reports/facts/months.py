"""What frozen months say, read in one statement a question."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Sum

from apps.accounts.models import Area
from apps.core.month import Month, months
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import SUPPLEMENTS
from apps.reports.enums import KINDS_OF, Group, Kind
from apps.reports.figures import Line, Section, Sums, province_table, total
from apps.reports.models import Figure, FrozenMonth, PartFigure

AREAS = {area.value: area.label for area in AreaKind}
SECTIONS = (
    Section(
        Group.DIBAO,
        Group.DIBAO.label,
        KINDS_OF[Group.DIBAO],
        ((Kind.DIBAO_PHASE_OUT, "其中渐退"), (Kind.DIBAO_SINGLE, "其中单人户")),
    ),
    Section(
        Group.TEKUN,
        Group.TEKUN.label,
        KINDS_OF[Group.TEKUN],
        ((Kind.TEKUN_DISPERSED, "其中分散供养"), (Kind.TEKUN_INSTITUTION, "其中集中供养")),
    ),
)
_SUMS = {"h": Sum("households"), "p": Sum("persons"), "f": Sum("spending_fen")}
Cells = dict[tuple[str, str], Sums]


def figures_of(frozen: Iterable[FrozenMonth] | FrozenMonth, user: Any) -> QuerySet[Figure]:
    """The figures of some months that the user sees."""
    wanted = [frozen] if isinstance(frozen, FrozenMonth) else list(frozen)
    return Figure.objects.visible_to(user).filter(frozen__in=wanted).order_by()


def cells_of(rows: QuerySet[Figure]) -> Cells:
    """Sums by 城乡 and kind."""
    grouped = rows.values_list("area_kind", "kind").annotate(**_SUMS)
    return {(area, kind): Sums(h, p, f) for area, kind, h, p, f in grouped}


def year_so_far(frozen: FrozenMonth) -> QuerySet[FrozenMonth]:
    """The unit's frozen months of the year up to this one."""
    first = dt.date(frozen.month.year, 1, 1)
    return FrozenMonth.objects.filter(unit=frozen.unit, month__gte=first, month__lte=frozen.month).order_by("month")


@dataclass(frozen=True)
class Table:
    """The province's table of one month, as this user sees it."""

    lines: list[Line]
    temporary: Sums
    missing: list[Month] = field(default_factory=list)

    @property
    def all(self) -> Sums:
        """低保 and 特困 together, of the month."""
        return sum((line.month for line in self.lines if line.depth == 0), Sums())


def table_of(frozen: FrozenMonth, user: Any) -> Table:
    """The table, and which months of the year are missing from its cumulative column."""
    year = list(year_so_far(frozen))
    month_cells, year_cells = cells_of(figures_of(frozen, user)), cells_of(figures_of(year, user))
    here = Month.of(frozen.month)
    known = {Month.of(one.month) for one in year}
    missing = [one for one in months(Month(here.year, 1), here) if one not in known]
    lines = province_table(SECTIONS, AREAS, month_cells, year_cells)
    return Table(lines, total(year_cells, [Kind.TEMPORARY]), missing)


@dataclass(frozen=True)
class TownshipRow:
    """低保 and 特困 of one township."""

    pk: int
    code: str
    name: str
    dibao: Sums
    tekun: Sums

    @property
    def all(self) -> Sums:
        """Both."""
        return self.dibao + self.tekun


def townships_of(frozen: FrozenMonth, user: Any, area: str = "") -> list[TownshipRow]:
    """The month township by township, of 城 or 乡 or both, in the order of their codes."""
    rows = figures_of(frozen, user).exclude(township=None)
    if area:
        rows = rows.filter(area_kind=area)
    named = ("township", "township__code", "township__name")
    found: dict[tuple[int, str, str], Cells] = {}
    for *town, kind, h, p, f in rows.values_list(*named, "kind").annotate(**_SUMS).order_by("township__code"):
        found.setdefault(tuple(town), {})[area, kind] = Sums(h, p, f)
    return [
        TownshipRow(*town, total(cells, KINDS_OF[Group.DIBAO]), total(cells, KINDS_OF[Group.TEKUN]))
        for town, cells in found.items()
    ]


def movements(frozen: FrozenMonth, user: Any) -> dict[str, int]:
    """How many units came, moved and went."""
    sums = {"NEW": Sum("new_units"), "CHANGED": Sum("changed_units"), "STOPPED": Sum("stopped_units")}
    return {name: int(value or 0) for name, value in figures_of(frozen, user).aggregate(**sums).items()}


def parts_of(frozen: FrozenMonth, user: Any) -> dict[str, Sums]:
    """Receivers and fen of every part that was paid."""
    rows = PartFigure.objects.visible_to(user).filter(frozen=frozen).order_by()
    grouped = rows.values_list("part").annotate(p=Sum("receivers"), f=Sum("spending_fen"))
    return {part: Sums(0, p, f) for part, p, f in grouped}


def supplements_of(parts: Mapping[str, Sums]) -> list[tuple[str, str, Sums]]:
    """The six supplements in their order, each with its sums."""
    return [(kind.value, kind.label, parts.get(kind, Sums())) for kind in SUPPLEMENTS]


@dataclass(frozen=True)
class Course:
    """Months one after the other, with what each of them was (a month never frozen is a gap)."""

    months: list[Month]
    frozen: dict[Month, int]
    cells: dict[Month, Cells]
    parts: dict[Month, dict[str, Sums]]

    def of(self, kinds: Iterable[str], area: str = "") -> list[Sums | None]:
        """The sums of some kinds, month by month; None for a month that was never frozen."""
        wanted = list(kinds)
        return [total(self.cells.get(one, {}), wanted, area) if one in self.frozen else None for one in self.months]

    def of_part(self, part: str) -> list[Sums | None]:
        """The sums of a part, month by month."""
        return [self.parts.get(one, {}).get(part, Sums()) if one in self.frozen else None for one in self.months]


def course_of(user: Any, *, last: int, township: Area | None = None) -> Course:
    """The county's last months, or those of one township, in three statements however long they are."""
    rows = FrozenMonth.objects.visible_to(user).own().order_by("-month")[:last]
    known = {Month.of(one.month): one.pk for one in rows}
    if not known:
        return Course([], {}, {}, {})
    of_id = {pk: month for month, pk in known.items()}
    where = {"frozen__in": of_id} | ({"township": township} if township else {})
    cells: dict[Month, Cells] = {}
    figures = Figure.objects.visible_to(user).filter(**where).order_by()
    for pk, area, kind, h, p, f in figures.values_list("frozen", "area_kind", "kind").annotate(**_SUMS):
        cells.setdefault(of_id[pk], {})[area, kind] = Sums(h, p, f)
    parts: dict[Month, dict[str, Sums]] = {}
    paid = PartFigure.objects.visible_to(user).filter(**where).order_by()
    for pk, part, p, f in paid.values_list("frozen", "part").annotate(p=Sum("receivers"), f=Sum("spending_fen")):
        parts.setdefault(of_id[pk], {})[part] = Sums(0, p, f)
    newest = max(known)
    shown = [month for month in months(min(known), newest) if newest - month < last]
    return Course(shown, known, cells, parts)


def newest(user: Any) -> FrozenMonth | None:
    """The county's latest frozen month."""
    return FrozenMonth.objects.visible_to(user).own().order_by("-month").first()


def choices(user: Any) -> QuerySet[FrozenMonth]:
    """All months to look at, unit by unit, newest first."""
    return FrozenMonth.objects.visible_to(user).order_by("unit", "-month")
