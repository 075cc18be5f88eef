"""What the description of the interface (OpenAPI 3.1) cannot find out by reading the endpoints."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiViewExtension
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

# An unreadable question in a list is answered in its place: a list may hold anything.
QUESTIONS = {"oneOf": [{"type": "object"}, {"type": "array", "items": {}, "maxItems": 1000}]}
CASES = {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}, "maxItems": 1000}]}
# What no program of a partner can ask stands by itself.
OFFICE: dict[str, Any] = {
    "tags": ["office"],
    "description": "经办人员登录后使用；接入单位用 /api/v1/partners/ 下的同名地址。",
}


class PartnerTokenScheme(OpenApiAuthenticationExtension):
    """How a program gets its token, and what it shows at every call."""

    target_class = "apps.partners.api.authentication.PartnerToken"
    name = ["partnerToken", "clientCertificate"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """Client credentials, and nothing else; with a certificate, at the token's address too."""
        flow = {"tokenUrl": "/api/v1/partners/token/", "scopes": {}}
        certificate = "登记过的客户端证书，取令牌和每次请求都要出示；演示、联调环境可以没有。"
        return [
            {"type": "oauth2", "flows": {"clientCredentials": flow}, "description": "令牌十分钟有效，放在请求头里。"},
            {"type": "mutualTLS", "description": certificate},
        ]


def contract(operation: str, sentence: str, **more: Any) -> Any:
    """The description of an endpoint that speaks the data contract."""
    shape = {"application/json": QUESTIONS}
    answers = {200: CASES, 400: CASES}
    return extend_schema(operation_id=operation, summary=sentence, request=shape, responses=answers, **more)


class AssessmentsView(OpenApiViewExtension):
    """The data contract's questions, for people who are logged in."""

    target_class = "apps.eligibility.api.Assessments"

    def view_replacement(self) -> type:
        """The same view, described."""

        class Described(self.target_class):  # type: ignore[misc, name-defined]
            @contract("assessments", "测算资格与金额，不保存", **OFFICE)
            def post(self, request: Request) -> Response:
                return super().post(request)

        return Described


class TimelinesView(OpenApiViewExtension):
    """The data contract's months, for people who are logged in."""

    target_class = "apps.eligibility.api.Timelines"

    def view_replacement(self) -> type:
        """The same view, described."""

        class Described(self.target_class):  # type: ignore[misc, name-defined]
            @contract("timelines", "逐月推演金额，不保存", **OFFICE)
            def post(self, request: Request) -> Response:
                return super().post(request)

        return Described
