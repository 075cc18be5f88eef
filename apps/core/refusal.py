"""The one exception for every expected "no"."""

from typing import Any


class Refused(Exception):
    """An expected no: what was asked cannot be done now, and why.

    ``code`` is for programs (API, tests), ``message`` one Chinese sentence that says what to do next,
    ``field`` the form or request field it belongs to (if any), ``facts`` whatever the page wants to show with it.
    Pages show it in the form, the API answers 409; any other exception is a bug.
    """

    def __init__(self, code: str, message: str, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.facts = facts

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self.code, self.message, self.field, self.facts))


def _rebuild(code: str, message: str, field: str | None, facts: dict[str, Any]) -> Refused:
    return Refused(code, message, field=field, **facts)


def said(text: str, field: str, ask: str = "请写明理由。") -> str:
    """What was written, without the space around it; Refused("reason_needed") for nothing."""
    if not text.strip():
        raise Refused("reason_needed", ask, field=field)
    return text.strip()
