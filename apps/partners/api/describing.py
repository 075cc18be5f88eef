"""How an endpoint for partners describes itself: its errors, and what a signed write carries."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from apps.partners.api.questions import Question

ERRORS = {
    400: "请求读不懂或缺少字段：field 指明哪一项",
    401: "没有令牌、令牌失效，或签名不对",
    403: "没有授权，或用途不在授权之内",
    404: "没有这个对象，或不在授权范围内，两者回答相同",
    405: "不接受这种请求方法",
    406: "只能以 JSON 回答",
    409: "现在办不了：message 说明下一步",
    413: "请求太长",
    415: "只接受 JSON",
    429: "太频繁：Retry-After 秒后再试",
    503: "暂时不能办理，请稍后再试",
}
WRITES = {422: "同一个 Idempotency-Key 已用于另一个请求"}
# The web server itself says this, before the application is asked.
TOO_LONG_ADDRESS = {
    "description": "地址太长（4000 字节以上），由网页服务器拒绝",
    "content": {"text/html": {"schema": {"type": "string"}}},
}
HEADERS = (
    ("Idempotency-Key", "本单位为这次写入起的唯一编号，8–100 位；重发时不变", "^[A-Za-z0-9_.:-]{8,100}$"),
    ("X-Timestamp", "Unix 秒数，前后相差不超过 5 分钟", "^[0-9]{1,12}$"),
    ("X-Nonce", "一次性数，16–64 位，每次发送都换", "^[A-Za-z0-9_-]{16,64}$"),
    ("X-Signature", "HMAC-SHA256 十六进制签名，见接入指南", "^[0-9a-fA-F]{64}$"),
)


class ErrorAnswer(serializers.Serializer):
    """Every no of this interface."""

    code = serializers.CharField(help_text="给程序用的代码，不会改变")
    message = serializers.CharField(help_text="给人看的一句话，说明怎么办")
    field = serializers.CharField(allow_blank=True, help_text="有问题的字段或请求头；与字段无关时为空")


class PartnerSchema(AutoSchema):
    """The description of one endpoint."""

    @property
    def writes(self) -> bool:
        """Whether the endpoint is signed and done once."""
        return hasattr(self.view, "done_once") and self.method == "POST"

    def get_description(self) -> str:
        """What the endpoint says of itself in Chinese; its docstring is for whoever maintains it."""
        return ""

    def get_tags(self) -> list[str]:
        """One heading in the description."""
        return ["partners"]

    def get_override_parameters(self) -> list[Any]:
        """What of the address a path converter does not say, and the headers of a write."""
        if not self.writes:
            return []
        uuid = OpenApiParameter(
            "uuid", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH, description="转办的 id"
        )
        return [uuid] * ("{uuid}" in self.path) + [
            OpenApiParameter(
                name,
                {"type": "string", "pattern": pattern},
                OpenApiParameter.HEADER,
                required=True,
                description=says,
            )
            for name, says, pattern in HEADERS
        ]

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        found: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        # What a question does not name is refused.
        return found | {"additionalProperties": False} if isinstance(serializer, Question) else found

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any] | None:
        found: dict[str, Any] | None = super()._get_request_body(direction)
        return found and found | {"required": True}

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        for status, says in (ERRORS | (WRITES if self.writes else {})).items():
            if str(status) not in found:
                body = self._get_response_for_code(ErrorAnswer, str(status), direction=direction)
                found[str(status)] = body | {"description": says}
        return found | ({"414": TOO_LONG_ADDRESS} if self.method == "GET" else {})


def as_partners_read_it(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """What partners can ask first; docstrings are for whoever maintains the program, components say their fields."""
    result["paths"] = dict(sorted(result["paths"].items(), key=lambda path: "/partners/" not in path[0]))
    for component in result["components"]["schemas"].values():
        if component.get("type") == "object":
            component.pop("description", None)
    return result
