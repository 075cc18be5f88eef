"""An address that is none: the interfaces say so as they say everything, pages with a page."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import is_valid_path
from django.views.defaults import page_not_found


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, in JSON under /api/."""
    if not request.path.startswith("/api/"):
        return page_not_found(request, exception)
    if is_valid_path(request.path_info + "/"):
        # Not redirected there: a POST would arrive as a GET.
        said = f"地址末尾少了 /，请改用 {request.path}/。"
        return JsonResponse({"code": "slash_missing", "message": said, "field": ""}, status=404)
    return JsonResponse({"code": "not_found", "message": "没有这个地址，请对照接口文档。", "field": ""}, status=404)
