"""The description of the interface, to read and to try: for everybody logged in, and from partners' own addresses."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

from apps.core import clock
from apps.core.pages import Page
from apps.partners.facts.access import known_place
from apps.partners.place import address_of


class _ForEngineers(Page):
    """A partner's engineers have no account here; they are known by where they ask from, like their programs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated or not known_place(address_of(request), on=clock.today()):
            return super().dispatch(request, *args, **kwargs)
        if request.method not in {"GET", "HEAD"}:
            return self.http_method_not_allowed(request)
        response = self.get(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response


class ApiDocs(_ForEngineers):
    """The description as a page."""

    template_name, title, nav = "partners/docs.html", "接口说明", "api-docs"


class ApiSchema(_ForEngineers):
    """The description as OpenAPI 3.1."""

    title = "OpenAPI"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The same as docs/api/openapi.yaml, as JSON."""
        schema = SchemaGenerator().get_schema(request=None, public=True)
        return HttpResponse(OpenApiJsonRenderer().render(schema), content_type="application/vnd.oai.openapi+json")
