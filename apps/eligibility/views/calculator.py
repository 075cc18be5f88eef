"""The calculator for anyone: open without a login, keeps nothing, answers so many times from one address."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.generic import TemplateView

from apps.core import clock
from apps.core.ratelimit import count_or_refuse
from apps.core.refusal import Refused
from apps.eligibility.calculator import likely
from apps.eligibility.calculator_form import CalculatorForm
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.standards import NoParameterInForce

TIMES, SECONDS = 60, 600


class CalculatorPage(TemplateView):
    """A form and, below it, the likely result with its reasons."""

    template_name = "eligibility/calculator.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The empty form."""
        return self.shown(CalculatorForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The result under what was typed; nothing is stored, so there is nothing to redirect to."""
        # Behind proxies only this function knows which of the addresses given is to be believed.
        place = import_string(settings.AXES_CLIENT_IP_CALLABLE)(request)
        try:
            count_or_refuse("calculator", place, limit=TIMES, seconds=SECONDS)
        except Refused as refused:
            response = self.shown(CalculatorForm(request.POST), _status(refused), refused=refused)
            response.headers["Retry-After"] = str(refused.facts.get("retry_after", SECONDS))
            return response
        form = CalculatorForm(request.POST)
        if not form.is_valid():
            return self.shown(form, 422)
        try:
            result = likely(form.enquiry(), as_of=clock.today(), law=law_in_force())
        except NoParameterInForce as error:
            return self.shown(form, 503, refused=Refused("no_standard", f"{error}，请到窗口咨询。"))
        return self.shown(form, result=result)

    def shown(self, form: CalculatorForm, status: int = 200, **extra: Any) -> HttpResponse:
        """The page, never kept by a browser or proxy: the next person at a shared computer starts afresh."""
        context = self.get_context_data(title="救助自助测算", form=form, today=clock.today(), **extra)
        response = self.render_to_response(context, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response


def _status(refused: Refused) -> int:
    return 429 if refused.code == "too_often" else 503
