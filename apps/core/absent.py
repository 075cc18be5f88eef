"""An address that is none: the interfaces say so as they say everything, pages with a page."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import is_valid_path
from django.views.defaults import page_not_found


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, in JSON under /api/."""
    if not request.path.startswith("/api/"):
        return page_not_found(request, exception)
    code, said = "not_found", "没有这个地址，请对照接口文档。"
    if is_valid_path(request.path_info + "/"):
        # Not redirected there: a POST would arrive as a GET.
        code, said = "slash_missing", f"地址末尾少了 /，请改用 {request.path}/。"
    body = {"code": code, "message": said, "field": ""}
    return JsonResponse(body, status=404, json_dumps_params={"ensure_ascii": False})
