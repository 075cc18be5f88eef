"""The decorator that turns a function into a provision and remembers, while someone listens, which one said what.

    @clause("§5", "{people} 人 × {standard:yuan} 元 − … = {result:yuan} 元", gives="yuan", uses=("dibao_standard",))
    def gap(standard, people, income): ...

The first docstring line is the provision in one sentence; the pattern puts the figures behind it. `uses` names the
parameters read: a step is pending (待民政局确认) when one of them is unconfirmed, or when the reading itself is
(`pending=True`). A `quiet` provision is only worth a step when it applies. Without a listener a call costs a lookup.
Provisions take positional arguments only.

A provision that changes stays as it is; its successor is a new function with the same arguments:

    @clause("§5", "…", gives="yuan", since=dt.date(2027, 1, 1), instead_of=gap)
    def gap_of_2027(standard, people, income): ...

Whoever calls `gap` gets the one in force on the day that `listening` or `applying` names: the day of decision, or the
first day of the month paid. So an old case replays with the old rule, and the callers need not know of the new one.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from inspect import signature
from operator import attrgetter
from string import Formatter
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from apps.core.money import format_yuan, plain_yuan, round_half_up

from .enums import Labelled
from .exact import Exact
from .outcome import Step

P = ParamSpec("P")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
_Said = tuple["Provision", tuple[Any, ...], Any]


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision: its function's name, citation, sentence, and how its figures are shown."""

    name: str
    clause: str
    sentence: str
    figures: "tuple[_Piece, ...]"
    gives: str
    uses: tuple[str, ...]
    pending: bool

    def step(self, args: tuple[Any, ...], result: Any, unconfirmed: frozenset[str]) -> Step:
        """The explanation of one call."""
        says = "".join([piece if isinstance(piece, str) else piece(args, result) for piece in self.figures])
        pending = self.pending or not unconfirmed.isdisjoint(self.uses)
        return Step(self.clause, self.name, says, _shown_result(result, self.gives), pending)


PROVISIONS: dict[str, Provision] = {}
_listener: ContextVar[list[_Said] | None] = ContextVar("listener", default=None)
_day: ContextVar[dt.date] = ContextVar("day")
_changed: list[list[tuple[dt.date, Any]]] = []


class Rule(Protocol[P, R_co]):
    """A provision as it is called; `silent` asks it without telling the listener; `later` are its dated successors."""

    later: "list[tuple[dt.date, Rule[..., Any]]]"

    @property
    def silent(self) -> Callable[P, R_co]:
        """The bare function, or a choice among the bare functions once there is a successor."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Apply the version in force."""


def clause(
    citation: str,
    figures: str = "",
    *,
    gives: str = "",
    uses: tuple[str, ...] = (),
    pending: bool = False,
    quiet: bool = False,
    since: dt.date | None = None,
    instead_of: Rule[..., Any] | None = None,
) -> Callable[[Callable[P, R]], Rule[P, R]]:
    """Make a function a provision of the policy document (see the module's docstring)."""

    def register(function: Callable[P, R]) -> Rule[P, R]:
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        sentence = (function.__doc__ or "").strip().splitlines()[0].rstrip("。.")
        pieces = _compile(sentence, figures, list(signature(function).parameters))
        provision = PROVISIONS[name] = Provision(name, citation, sentence, pieces, gives, uses, pending)

        later: list[tuple[dt.date, Rule[..., Any]]] = []

        @wraps(function)
        def recorded(*args: Any) -> R:
            if later and (successor := _in_force(later)):
                return cast(R, successor(*args))
            result = plain(*args)
            said = listener()
            if said is not None and (result or not quiet):
                said.append((provision, args, result))
            return result

        plain, listener = cast(Callable[..., R], function), _listener.get
        rule = cast(Any, recorded)
        rule.later, rule.silent = later, function
        if since is not None and instead_of is not None:
            _succeed(instead_of, since, rule)
        return cast(Rule[P, R], rule)

    return register


def _in_force(later: list[tuple[dt.date, Rule[..., Any]]]) -> Rule[..., Any] | None:
    day = _day.get()
    begun = [rule for since, rule in later if since <= day]
    return begun[-1] if begun else None


def _succeed(original: Rule[..., Any], since: dt.date, rule: Rule[..., Any]) -> None:
    """From a day on, whoever asks the original is answered by its successor."""
    if original.later and since <= original.later[-1][0]:
        raise ValueError(f"条款的新规定须晚于上一次修改：{since:%Y-%m-%d}")
    bare = original.silent
    if not original.later:
        _changed.append(original.later)

    def silent(*args: Any) -> Any:
        successor = _in_force(original.later)
        return successor.silent(*args) if successor else bare(*args)

    original.later.append((since, rule))
    cast(Any, original).silent = silent


def changes_between(after: dt.date, until: dt.date) -> bool:
    """Whether a provision's successor comes into force after one day and by another."""
    return any(after < since <= until for later in _changed for since, _ in later)


@contextmanager
def listening(on: dt.date, wanted: bool = True) -> Iterator[list[_Said] | None]:
    """Apply the provisions of a day and collect what they say; with wanted=False they stay silent."""
    said: list[_Said] | None = [] if wanted else None
    token, day = _listener.set(said), _day.set(on)
    try:
        yield said
    finally:
        _day.reset(day)
        _listener.reset(token)


def applying(on: dt.date, rule: Callable[..., R], *args: Any) -> R:
    """What a function gives under the provisions of a day; the month run's way, lighter than listening."""
    day = _day.set(on)
    try:
        return rule(*args)
    finally:
        _day.reset(day)


def steps_of(said: Sequence[_Said] | None, unconfirmed: frozenset[str]) -> tuple[Step, ...]:
    """The explanation made of what was said, in the order decided."""
    return tuple(provision.step(args, result, unconfirmed) for provision, args, result in said or ())


_Figure = Callable[[tuple[Any, ...], Any], str]
_Piece = str | _Figure


def _compile(sentence: str, pattern: str, parameters: list[str]) -> tuple[_Piece, ...]:
    """The whole sentence in pieces: what always stands there, and what is looked up in a call."""
    pieces: list[_Piece] = []
    for literal, field, spec, _ in Formatter().parse(f"{sentence}：{pattern}。" if pattern else f"{sentence}。"):
        if literal:
            pieces.append(literal)
        if field is not None:
            pieces.append(_field(field, spec or "", parameters))
    return tuple(pieces)


def _field(field: str, spec: str, parameters: list[str]) -> _Figure:
    name, _, path = field.partition(".")
    follow = attrgetter(path) if path else None
    show = _SHOWN[spec]
    if name == "result":
        return lambda args, result: show(follow(result) if follow else result)
    position = parameters.index(name)
    if follow is None:
        return lambda args, result: show(args[position])
    return lambda args, result: show(follow(args[position]))


def _plain(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return cast(str, value)
    if kind is bool:
        return "是" if value else "否"
    if isinstance(value, Labelled):
        return value.label
    return _LESS_PLAIN.get(kind, str)(value)


def _yuan(value: Any) -> str:
    return "无" if value is None else format_yuan(value if type(value) is int else round_half_up(value))


def _listed(values: Collection[Any]) -> str:
    return "、".join([_plain(value) for value in values]) or "无"


def _decimal(value: Exact) -> str:
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"


def _percent(value: Exact) -> str:
    return f"{_decimal(value * 100)}%"


_LESS_PLAIN: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "无",
    Fraction: _decimal,
    tuple: _listed,
    list: _listed,
}
_SHOWN: dict[str, Callable[[Any], str]] = {
    "": _plain,
    "yuan": _yuan,
    "percent": _percent,
    "month": lambda month: cast(str, month.label()),
    "known": lambda value: "不明" if value is None else _plain(value),
}


def _shown_result(result: Any, gives: str) -> str:
    if gives == "yuan" and result is not None:
        return plain_yuan(round_half_up(result))
    return _SHOWN[gives](result)
