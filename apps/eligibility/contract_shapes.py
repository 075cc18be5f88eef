"""The shape of a request, field by field, in the order of the contract; the first error in the document wins.

A field that is required and absent is reported where the contract would have it: before the first present field that
comes after it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from apps.core.money import fen
from apps.core.month import Month

from .policy.enums import AreaKind
from .policy.standards import Law, NoParameterInForce

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LAST_YEAR = 9900


class BadInput(Exception):
    """A request that cannot be read: the field's path and a Chinese message that says what to write."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path, self.message = path, message


@dataclass(slots=True)
class Context:
    """What checks of one field need to know of the rest: the law, the day of decision, the persons named."""

    law: Law
    area: AreaKind
    day: dt.date | None = None
    refs: frozenset[str] | None = None
    seen: set[str] = field(default_factory=set)


Check = Callable[[Any, str, Context], None]


class RepeatedKeys(dict[str, Any]):
    """A decoded JSON object in which a key stood twice."""

    repeated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its check, whether it must be there, whether null (unknown) is refused."""

    check: Check
    required: bool = False
    known: bool = False


def need(check: Check) -> Field:
    """A required field."""
    return Field(check, required=True)


def may(check: Check) -> Field:
    """An optional field; null is the same as absent."""
    return Field(check)


def known(check: Check) -> Field:
    """A field that may be absent, which means none, but not null, which would mean unknown."""
    return Field(check, known=True)


class Shape:
    """An object with exactly these fields; `then` checks what several fields say together."""

    def __init__(self, fields: Mapping[str, Field], then: Check | None = None) -> None:
        self.fields, self.then = dict(fields), then
        self.order = {name: position for position, name in enumerate(self.fields)}

    def __call__(self, value: Any, path: str, context: Context) -> None:
        """Raise BadInput for the first error inside."""
        if not isinstance(value, dict):
            raise BadInput(path, "应为 JSON 对象")
        repeated = value.repeated if isinstance(value, RepeatedKeys) else ()
        for name in self._in_order(value):
            at = f"{path}.{name}" if path else name
            if name not in self.fields:
                raise BadInput(at, "没有这个字段，请检查拼写")
            if name in repeated:
                raise BadInput(at, "同一字段出现两次，请只保留一个")
            self._check(self.fields[name], name in value, value.get(name), at, context)
        if self.then is not None:
            self.then(value, path, context)

    @staticmethod
    def _check(field: Field, present: bool, item: Any, at: str, context: Context) -> None:
        if item is not None:
            field.check(item, at, context)
        elif field.required:
            raise BadInput(at, "必须填写")
        elif field.known and present:
            raise BadInput(at, "情况不明，请查明后填写")

    def _in_order(self, value: dict[str, Any]) -> list[str]:
        missing = [name for name, field in self.fields.items() if field.required and name not in value]
        if not missing:
            return list(value)
        names = list(value)
        for name in missing:
            later = (i for i, other in enumerate(names) if self.order.get(other, -1) > self.order[name])
            names.insert(next(later, len(names)), name)
        return names


def each(check: Check) -> Check:
    """A list of such items."""

    def check_list(value: Any, path: str, context: Context) -> None:
        if not isinstance(value, list):
            raise BadInput(path, "应为 JSON 列表")
        for number, item in enumerate(value):
            check(item, f"{path}.{number}", context)

    return check_list


def word(words: type[StrEnum]) -> Check:
    """One of the words."""
    return one_of([item.value for item in words])


def one_of(allowed: list[str]) -> Check:
    """One of these texts."""
    known_words = frozenset(allowed)
    message = f"应为下列之一：{'、'.join(allowed)}"

    def check_word(value: Any, path: str, context: Context) -> None:
        if not isinstance(value, str) or value not in known_words:
            raise BadInput(path, message)

    return check_word


def integer(lowest: int, highest: int) -> Check:
    """A whole number between two bounds, as a JSON number."""

    def check_integer(value: Any, path: str, context: Context) -> None:
        if type(value) is not int or not lowest <= value <= highest:
            raise BadInput(path, f"应为 {lowest} 到 {highest} 的整数")

    return check_integer


def boolean(value: Any, path: str, context: Context) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise BadInput(path, "应为 true 或 false")


def text(value: Any, path: str, context: Context) -> None:
    """Any text."""
    if not isinstance(value, str):
        raise BadInput(path, "应为文字")


def label(value: Any, path: str, context: Context) -> None:
    """The caller's label: a text, or a number somebody counts by."""
    if not isinstance(value, str | int):
        raise BadInput(path, "应为一段文字")


def money(value: Any, path: str, context: Context) -> None:
    """A non-negative amount in yuan, as text with at most two decimals."""
    if not isinstance(value, str):
        raise BadInput(path, '金额须写成带引号的数字，例如 "1355.00"')
    try:
        fen(value)
    except ValueError as error:
        raise BadInput(path, str(error)) from None


def month(value: Any, path: str, context: Context) -> None:
    """A month such as 2024-05."""
    if not isinstance(value, str):
        raise BadInput(path, "月份应写成 2024-05 的样子")
    try:
        Month.parse(value)
    except ValueError as error:
        raise BadInput(path, str(error)) from None


def birth_date(value: Any, path: str, context: Context) -> None:
    """A date not after the day of decision."""
    born = _date(value, path)
    if context.day is not None and born > context.day:
        raise BadInput(path, "出生日期不能晚于决定之日")


def decision_date(value: Any, path: str, context: Context) -> None:
    """A date on which every parameter of the policy is in force."""
    day = _date(value, path)
    if day.year > _LAST_YEAR:
        raise BadInput(path, "日期太晚，请检查年份")
    try:
        context.law.on(day, context.area)
    except NoParameterInForce as error:
        raise BadInput(path, str(error)) from None


def new_ref(value: Any, path: str, context: Context) -> None:
    """The name of a member, used once."""
    if not isinstance(value, str) or not value.strip():
        raise BadInput(path, "应为不空的文字")
    if value in context.seen:
        raise BadInput(path, f"成员代号重复：{value}")
    context.seen.add(value)


def member_ref(value: Any, path: str, context: Context) -> None:
    """The ref of a member; anything goes while the members are unknown."""
    if not isinstance(value, str):
        raise BadInput(path, "应为成员代号")
    if context.refs is not None and value not in context.refs:
        raise BadInput(path, f"没有代号为 {value} 的成员")


def date_or_none(value: Any) -> dt.date | None:
    """The date a text names, None when it names none."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def _date(value: Any, path: str) -> dt.date:
    day = date_or_none(value)
    if day is None:
        raise BadInput(path, "日期应写成 2024-05-20 的样子，并且确有这一天")
    return day
