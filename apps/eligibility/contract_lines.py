"""JSON Lines in, JSON Lines out, one at a time: a million lines are never held in memory."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from .contract_shapes import RepeatedKeys

_NOT_JSON = {"case": None, "error": {"field": "", "message": "这一行不是 JSON"}}
_NOT_AN_OBJECT = {"case": None, "error": {"field": "", "message": "这一行不是 JSON 对象"}}


def answer_lines(lines: Iterable[bytes], answer: Callable[[Any], dict[str, Any]]) -> Iterator[tuple[bytes, bool]]:
    """The answer line for each line, and whether the case was good."""
    for number, line in enumerate(lines):
        answered = _answer(line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line, answer)
        yield _encoded(answered), "error" not in answered


def _answer(line: bytes, answer: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    try:
        case = json.loads(line.decode("utf-8"), object_pairs_hook=_object, parse_constant=_not_a_number)
    except (ValueError, RecursionError):
        return _NOT_JSON
    return answer(case) if isinstance(case, dict) else _NOT_AN_OBJECT


def _encoded(answered: dict[str, Any]) -> bytes:
    try:
        return json.dumps(answered, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(answered).encode() + b"\n"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    names = [name for name, _ in pairs]
    repeating = RepeatedKeys(found)
    repeating.repeated = frozenset(name for name in found if names.count(name) > 1)
    return repeating


def _not_a_number(constant: str) -> NoReturn:
    raise ValueError(f"不是 JSON 数字：{constant}")
