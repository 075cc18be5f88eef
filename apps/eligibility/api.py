"""The data contract over HTTP: the same questions, answered by the same code as by the commands. Nothing is stored."""

from collections.abc import Callable, Mapping
from typing import IO, Any

from django.urls import path
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.eligibility.contract import answer_assessment, answer_timeline, months_asked
from apps.eligibility.contract_lines import BOM, decoded, encoded, not_an_object
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.standards import Law

MOST_CASES = 1_000
MOST_BYTES = 8 * 1024 * 1024
MOST_MONTHS = 20_000


class ContractParser(BaseParser):
    """Strict JSON as the commands read it, up to a size that one request may hold in memory."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """The decoded document; ParseError when it is not JSON or too long."""
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise ParseError(f"请求太长，一次最多 {MOST_BYTES // 1024 // 1024} MB，请分批提交")
        try:
            return decoded(body.removeprefix(BOM))
        except (ValueError, RecursionError):
            raise ParseError("请求不是 JSON") from None


class ContractRenderer(JSONRenderer):
    """JSON as the commands write it, whatever characters a label holds."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """The encoded answer."""
        return encoded(data)


class ContractView(APIView):
    """One question, or a list of at most 1,000; an unreadable one is answered in its place, with status 200.

    Status 400 is for a document that holds no question at all (not JSON, too long, too many), in the same shape.
    """

    parser_classes = (ContractParser,)
    renderer_classes = (ContractRenderer,)
    answer: Callable[[Any, Law], dict[str, Any]]

    def post(self, request: Request) -> Response:
        """Answer in the order asked."""
        if request.stream is None:
            raise ParseError("请求不是 JSON")
        asked, law = request.data, law_in_force()
        if isinstance(asked, Mapping):
            self.weigh([asked])
            return Response(self._answered(asked, law))
        if not isinstance(asked, list):
            raise ParseError("应为一个 JSON 对象，或不超过 1,000 个对象的列表")
        if len(asked) > MOST_CASES:
            raise ParseError(f"一次最多 1,000 件，这里有 {len(asked):,} 件，请分批提交")
        self.weigh(asked)
        return Response([self._answered(case, law) for case in asked])

    def weigh(self, cases: list[Any]) -> None:
        """Refuse with ParseError what is too much for one request."""

    def _answered(self, case: Any, law: Law) -> dict[str, Any]:
        return type(self).answer(case, law) if isinstance(case, Mapping) else not_an_object("这一件不是 JSON 对象")

    def handle_exception(self, exc: Exception) -> Response:
        """A document without a question in it is answered in the contract's shape."""
        if isinstance(exc, ParseError):
            return Response({"case": None, "error": {"field": "", "message": str(exc.detail)}}, status=400)
        return super().handle_exception(exc)


class Assessments(ContractView):
    """POST /api/v1/assessments/."""

    answer = answer_assessment


class Timelines(ContractView):
    """POST /api/v1/timelines/."""

    answer = answer_timeline

    def weigh(self, cases: list[Any]) -> None:
        """A month far ahead costs as much as thousands of questions."""
        if sum(months_asked(case) for case in cases) > MOST_MONTHS:
            raise ParseError(f"一次最多推演 {MOST_MONTHS:,} 个月，请把截止月份提前或分批提交")


urlpatterns = [
    path("assessments/", Assessments.as_view(), name="api-assessments"),
    path("timelines/", Timelines.as_view(), name="api-timelines"),
]
