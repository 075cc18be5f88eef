"""JSON Lines in, JSON Lines out, one at a time: a million lines are never held in memory."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

from .contract_shapes import RepeatedKeys

BOM = b"\xef\xbb\xbf"


def answer_lines(lines: Iterable[bytes], answer: Callable[[Any], dict[str, Any]]) -> Iterator[tuple[bytes, bool]]:
    """The answer line for each line, and whether the case was good."""
    for number, line in enumerate(lines):
        answered = _answer(line.removeprefix(BOM) if number == 0 else line, answer)
        yield encoded(answered) + b"\n", "error" not in answered


def _answer(line: bytes, answer: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    try:
        case = decoded(line)
    except (ValueError, RecursionError):
        return not_an_object("这一行不是 JSON")
    return answer(case) if isinstance(case, dict) else not_an_object("这一行不是 JSON 对象")


def not_an_object(message: str) -> dict[str, Any]:
    """The answer where there is no case to give back."""
    return {"case": None, "error": {"field": "", "message": message}}


def decoded(text: bytes) -> Any:
    """Strict JSON in UTF-8; a key that stands twice is remembered; ValueError or RecursionError when it is not."""
    return json.loads(text.decode("utf-8"), object_pairs_hook=_object, parse_constant=_not_a_number)


def encoded(answered: Any) -> bytes:
    """JSON in UTF-8, with escapes where a label holds what UTF-8 cannot."""
    try:
        return json.dumps(answered, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(answered).encode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeating = RepeatedKeys(found)
    repeating.repeated = frozenset(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
    return repeating


def _not_a_number(constant: str) -> NoReturn:
    raise ValueError(f"不是 JSON 数字：{constant}")
