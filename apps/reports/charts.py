"""Geometry of the charts, in whole units of an SVG of fixed proportions; templates draw what stands here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.core.month import Month
from apps.reports.figures import wan_yuan

WIDTH, HEIGHT = 520, 264
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 26, 216
# Names at the ends of lines do not come closer than this.
APART = 22
TEN = 10


@dataclass(frozen=True)
class Series:
    """One thing followed over the months; ``key`` is its colour's class."""

    key: str
    label: str
    values: Sequence[int | None]


@dataclass(frozen=True)
class Scale:
    """From zero by round steps to the first that reaches the largest value."""

    step: int
    top: int

    @classmethod
    def over(cls, largest: int) -> "Scale":
        """Steps of 1, 2 or 5 times a power of ten, at most four of them."""
        power = TEN ** max(0, len(str(largest)) - 2)
        step = next(size for size in (first * power for first in (1, 2, 5, 10, 20, 50)) if size * 4 >= largest)
        return cls(step, step * max(1, -(-largest // step)))

    def y(self, value: int) -> int:
        """How far down a value lies."""
        return BOTTOM - (BOTTOM - TOP) * value // self.top

    def ticks(self, said: Callable[[int], str]) -> list[tuple[int, str]]:
        """Round values with their heights, zero first."""
        return [(self.y(value), said(value)) for value in range(0, self.top + 1, self.step)]


@dataclass(frozen=True)
class Block:
    """A coloured piece of a column."""

    key: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Mark:
    """A month on the axis: its name, the year where one begins, and whether a narrow screen leaves it out."""

    x: int
    label: str
    year: str
    minor: bool


@dataclass(frozen=True)
class Column:
    """What stands over one month."""

    said: str
    blocks: list[Block]
    x: int
    width: int
    sum: str = ""

    @property
    def middle(self) -> int:
        """Where the sum is written."""
        return self.x + self.width // 2

    @property
    def above(self) -> int:
        """How high."""
        return min((block.y for block in self.blocks), default=BOTTOM) - 6


@dataclass(frozen=True)
class Curve:
    """A line with its points, and its last value written at its end."""

    key: str
    path: str
    points: list[tuple[int, int, str]]
    end_y: int = 0
    end: str = ""


@dataclass(frozen=True)
class Chart:
    """Everything a template needs; ``rows`` say the same as a table."""

    ident: str
    title: str
    unit: str
    description: str
    ticks: list[tuple[int, str]]
    marks: list[Mark]
    legend: list[tuple[str, str]]
    head: list[str]
    rows: list[tuple[Month, list[str]]]
    columns: list[Column]
    curves: list[Curve]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = BOTTOM


def count_said(value: int) -> str:
    """1,234."""
    return f"{value:,}"


def wan_said(fen: int) -> str:
    """万元, with two decimals."""
    return f"{wan_yuan(fen):,}"


def wan_tick(fen: int) -> str:
    """万元 on an axis, without decimals that say nothing."""
    return f"{wan_yuan(fen).normalize():,f}"


def columns(
    ident: str,
    title: str,
    unit: str,
    months: Sequence[Month],
    series: Sequence[Series],
    *,
    said: Callable[[int], str] = count_said,
    tick: Callable[[int], str] = count_said,
    beside: bool = False,
) -> Chart:
    """Columns over the months, the series stacked or side by side."""
    sums = [[one.values[place] or 0 for one in series] for place in range(len(months))]
    scale = Scale.over(max((max(values, default=0) if beside else sum(values) for values in sums), default=0))
    step = _step(months)
    drawn = [
        Column(
            _told(months[place], series, place, said, unit),
            (_side_by_side if beside else _stacked)(series, values, _x(place, step), step, scale),
            _x(place, step) - step // 2,
            step,
            # The newest month says its sum; all others say theirs when pointed at, and in the table.
            "" if beside or place < len(months) - 1 else said(sum(values)),
        )
        for place, values in enumerate(sums)
    ]
    return _chart(ident, title, unit, months, series, said, scale.ticks(tick), drawn, [])


def _stacked(series: Sequence[Series], values: list[int], x: int, step: int, scale: Scale) -> list[Block]:
    width, floor, blocks = step * 64 // 100, 0, []
    for one, value in zip(series, values, strict=True):
        if value:
            top = scale.y(floor + value)
            blocks.append(Block(one.key, x - width // 2, top, width, scale.y(floor) - top))
            floor += value
    return blocks


def _side_by_side(series: Sequence[Series], values: list[int], x: int, step: int, scale: Scale) -> list[Block]:
    width = step * 76 // 100 // max(1, len(series))
    left = x - width * len(series) // 2
    return [
        Block(one.key, left + width * place, scale.y(value), width - 1, BOTTOM - scale.y(value))
        for place, (one, value) in enumerate(zip(series, values, strict=True))
    ]


def lines(ident: str, title: str, unit: str, months: Sequence[Month], series: Sequence[Series]) -> Chart:
    """A line a series; a month without a value is a gap."""
    series = [one for one in series if any(value is not None for value in one.values)]
    scale = Scale.over(max((value for one in series for value in one.values if value is not None), default=0))
    step = _step(months, ends=True)
    curves = [_curve(one, months, step, scale) for one in series]
    drawn = [
        Column(_told(month, series, place, count_said, unit), [], _x(place, step) - step // 2, step)
        for place, month in enumerate(months)
    ]
    ticks, curves = scale.ticks(count_said), _ends_apart(curves)
    return _chart(ident, title, unit, months, series, count_said, ticks, drawn, curves)


def _curve(one: Series, months: Sequence[Month], step: int, scale: Scale) -> Curve:
    points, path, drawing = [], [], False
    for place, value in enumerate(one.values):
        if value is None:
            drawing = False
            continue
        x, y = _x(place, step), scale.y(value)
        path.append(f"{'L' if drawing else 'M'}{x} {y}")
        points.append((x, y, f"{months[place].label()} {one.label} {value:,}"))
        drawing = True
    last = next(value for value in reversed(one.values) if value is not None)
    return Curve(one.key, " ".join(path), points, points[-1][1], f"{last:,}")


def _ends_apart(curves: list[Curve]) -> list[Curve]:
    """The values at the ends of the lines, moved so that none covers another."""
    placed: list[Curve] = []
    for curve in sorted(curves, key=lambda one: -one.end_y):
        y = min(curve.end_y, placed[-1].end_y - APART) if placed else curve.end_y
        placed.append(Curve(curve.key, curve.path, curve.points, y, curve.end))
    return placed


def _chart(
    ident: str,
    title: str,
    unit: str,
    months: Sequence[Month],
    series: Sequence[Series],
    said: Callable[[int], str],
    ticks: list[tuple[int, str]],
    drawn: list[Column],
    curves: list[Curve],
) -> Chart:
    rows = [
        (month, ["—" if one.values[place] is None else said(one.values[place] or 0) for one in series])
        for place, month in enumerate(months)
    ]
    return Chart(
        ident=ident,
        title=title,
        unit=unit,
        description=_described(months, series, said, unit),
        ticks=ticks,
        marks=_marks(months, _step(months, ends=bool(curves))),
        legend=[(one.key, one.label) for one in series],
        head=[one.label for one in series],
        rows=rows,
        columns=drawn,
        curves=curves,
    )


def _described(months: Sequence[Month], series: Sequence[Series], said: Callable[[int], str], unit: str) -> str:
    """从2023年3月到2024年4月：低保 300 → 420 人；…"""
    if not months:
        return "没有数据。"
    told = []
    for one in series:
        known = [value for value in one.values if value is not None]
        if known:
            told.append(f"{one.label} {said(known[0])} → {said(known[-1])} {unit}")
    return f"从{months[0].label()}到{months[-1].label()}：{'；'.join(told)}。"


def _told(month: Month, series: Sequence[Series], place: int, said: Callable[[int], str], unit: str) -> str:
    known = [f"{one.label} {said(value)} {unit}" for one in series if (value := one.values[place]) is not None]
    return f"{month.label()}：{'，'.join(known) or '没有数据'}"


def _step(months: Sequence[Month], *, ends: bool = False) -> int:
    room = WIDTH - RIGHT - LEFT - (48 if ends else 0)
    return room // max(1, len(months))


def _x(place: int, step: int) -> int:
    return LEFT + step * place + step // 2


def _marks(months: Sequence[Month], step: int) -> list[Mark]:
    newest = len(months) - 1
    return [
        Mark(
            _x(place, step),
            f"{month.month}月",
            f"{month.year}年" if place == 0 or month.month == 1 else "",
            minor=(newest - place) % 3 != 0,
        )
        for place, month in enumerate(months)
    ]
