"""Reading a body: JSON, of bearable size and depth."""

from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from apps.partners.api.errors import Rejected

MOST_BYTES = 1024 * 1024


class PartnerParser(JSONParser):
    """JSON as usual; too long is 413, nested without end is no JSON, and a question is always an object."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The decoded document."""
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise Rejected(413, "too_long", "请求太长，一次最多 1 MB。")
        try:
            found = super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError from None
        if not isinstance(found, dict):
            raise Rejected(400, "not_an_object", "请求应为一个 JSON 对象。")
        return found
