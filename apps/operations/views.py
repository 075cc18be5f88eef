"""What machines and administrators ask: whether all is well, and what is not."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views import View

from apps.audit.verbs import Verb
from apps.core.pages import Page
from apps.operations.facts import is_well, last_check, lights
from apps.payments.invariants import INVARIANTS

UNWELL = "系统部分功能暂时不可用，正在恢复；管理员请登录后查看“运行监控”。"
# Where a thing that breaks an invariant can be looked at; the others are named by their ids.
PAGES = {
    "run": "month-detail",
    "subsidy": "subsidy-run",
    "batch": "batch-detail",
    "return_file": "return-file",
    "transaction": "ledger-detail",
}


class Healthz(View):
    """200 or 503 for whoever asks, without a word about what is wrong."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        well = is_well()
        if well:
            response: HttpResponse = JsonResponse({"status": "ok"})
        elif "text/html" in request.headers.get("Accept", ""):
            response = render(request, "503.html", status=503)
        else:
            body = {"status": "unavailable", "message": UNWELL}
            response = JsonResponse(body, status=503, json_dumps_params={"ensure_ascii": False})
        response.headers["Cache-Control"] = "no-store"
        return response


class OperationsPage(Page):
    """The machinery, light by light, and the last look at the invariants."""

    template_name, title, act = "operations/page.html", "运行监控", Verb.VIEW_OPERATIONS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = lights()
        last = last_check()
        broken = {one["code"]: one["where"] for one in (last.broken if last else [])}
        sees = self.request.user.may(Verb.VIEW_PAYMENTS, on=self.today)
        rows = [
            {"code": code, "text": text, "faults": [_linked(fault, sees) for fault in broken.get(code, [])]}
            for code, text in INVARIANTS.items()
        ]
        trouble = [light for light in found if light.tone != "good"]
        worst = "bad" if any(light.tone == "bad" for light in trouble) else "warn"
        shown = {"lights": found, "trouble": trouble, "worst": worst, "rows": rows}
        return super().get_context_data(**(shown | {"last": last, "broken": broken, "sees": sees} | kwargs))


def _linked(fault: dict[str, Any], sees: bool) -> dict[str, str]:
    url = ""
    if sees and fault["kind"] in PAGES:
        try:
            url = reverse(PAGES[fault["kind"]], args=[fault["id"]])
        except NoReverseMatch:
            url = ""
    return {"what": fault["what"], "url": url}
