"""Standards as the bureau proposes them."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.eligibility.actions import propose_standard
from apps.eligibility.models import ParameterChange

DOCUMENT = "蛟民发〔2024〕8号"


def value(text: str | None, *, parameter: str = "dibao_standard", area: str = "URBAN", **given: Any) -> dict[str, Any]:
    """One proposed value."""
    return {"parameter": parameter, "area": area, "key": "", "value": text, "months": 1, **given}


def proposed_standard(by: User, *, on: date, start: date, content: Any = None, **given: Any) -> ParameterChange:
    """A higher urban standard, or what is given."""
    words = {"document_number": DOCUMENT, "document_date": on, "note": "提高城乡低保标准的通知", **given}
    return propose_standard(content or [value("600")], start=start, acting_user=by, on=on, **words)
