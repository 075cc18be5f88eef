"""An address that is none: the interfaces say so as they say everything, pages with a page."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, in JSON under /api/."""
    if not request.path.startswith("/api/"):
        return page_not_found(request, exception)
    return JsonResponse({"code": "not_found", "message": "没有这个地址，请对照接口文档。", "field": ""}, status=404)
