"""The base of every endpoint for partners: who asks, how often, from where, under which grant and why.

How to build an endpoint
------------------------
    class Things(PartnerView):
        dataset = Dataset.THINGS                     # the grant it needs (apps/partners/enums.py)

        @extend_schema(request=…, responses=…)       # it appears in docs/api/openapi.yaml
        def post(self, request):
            asked = self.asked(ThingsQuestion)       # validated; 400 {"code", "message", "field"} otherwise
            return Response(actions.tell_things(self.access, acting_user=self.access.client.user, on=self.today, …))

``self.access`` holds the client, the grants in force for this dataset from this address, and ``rows("township")``, the
condition every query starts from. An endpoint about particular people takes a ``Personal`` question (purpose, approval)
and its action calls ``disclose`` once. What writes (takes a decision, an answer, a message) derives from
``PartnerWrite`` instead (apps/partners/api/writing.py). Names of routes begin with ``partner-api-``: the sweep in
apps/partners/tests/test_api_sweep.py then finds them by itself.
"""

from functools import cached_property
from typing import Any, Never

from django.utils.decorators import method_decorator
from django.views.decorators.common import no_append_slash
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from apps.core import clock
from apps.core.ratelimit import count_or_refuse
from apps.core.sight import seeing_the_county
from apps.partners.api.authentication import PartnerToken
from apps.partners.api.describing import PartnerSchema
from apps.partners.api.errors import Rejected, told
from apps.partners.api.parsing import PartnerParser
from apps.partners.enums import Dataset
from apps.partners.facts.access import Access, access_of
from apps.partners.place import address_of

MINUTE = 60


@method_decorator(no_append_slash, name="dispatch")
class PartnerView(APIView):
    """An endpoint for programs of partners: JSON in and out, a token, a limit and a grant."""

    dataset: Dataset
    authentication_classes = (PartnerToken,)
    permission_classes = (IsAuthenticated,)
    parser_classes = (PartnerParser,)
    schema = PartnerSchema()
    access: Access

    @cached_property
    def today(self) -> Any:
        """The office's day, the same through the whole request."""
        return clock.today()

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        """Programs ask about people of the whole county, within their grants."""
        with seeing_the_county():
            return super().dispatch(*args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who, how often, what: in this order, so that a stranger learns nothing and costs little."""
        super().initial(request, *args, **kwargs)
        client = request.auth
        count_or_refuse("partners", f"client-{client.pk}", limit=client.per_minute, seconds=MINUTE)
        self.access = access_of(client, self.dataset, address=address_of(request), on=self.today)

    def asked(self, question: type[Serializer]) -> dict[str, Any]:
        """The question, read and judged: from the body, or from the address of a GET."""
        given = self.in_the_address() if self.request.method == "GET" else self.request.data
        form = question(data=given, context={"access": self.access, "today": self.today})
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def in_the_address(self) -> dict[str, Any]:
        """What stands behind the ? of a GET; Rejected for a name given twice, of which one would be passed over."""
        for name, values in self.request.query_params.lists():
            if len(values) > 1:
                raise Rejected(400, "given_twice", "同一参数出现了两次：只保留一个。", field=name)
        return self.request.query_params.dict()

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> Never:
        """Without a token: 401, and what is missing."""
        raise NotAuthenticated("请求缺少令牌：先取得令牌，再放在 Authorization: Bearer 里。", "token_missing")

    def get_exception_handler(self) -> Any:
        """Refusals with the status that belongs to them."""
        return told

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Nothing of an answer is kept on the way."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response
