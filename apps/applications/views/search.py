"""The box on top of every page: names, initials, numbers and identity numbers, by POST only: an address is logged."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.applications.deadlines import deadline
from apps.applications.facets import called
from apps.applications.models import Application
from apps.audit.verbs import Verb
from apps.core.pages import Page
from apps.households.idnumber import NotAnIdNumber, read
from apps.households.models import Household
from apps.households.search import headed, is_number, with_member

SHOWN = 50
# A single character or letter is half the county's surnames: nothing to read through, nor for the database.
FEWEST = 2


class Search(Page):
    """Families, and cases that have none yet."""

    template_name = "applications/search.html"
    title, nav, act = "搜索", "worklist", Verb.VIEW_HOUSEHOLDS
    http_method_names = ["get", "post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.POST.get("q", "").strip()
        if len(text) < FEWEST:
            return self.render_to_response(self.get_context_data(text=text, short=bool(text)))
        rows = list(self.households(text).select_related("head", "township", "village")[: SHOWN + 1])
        cases = list(self.cases(text)[: SHOWN + 1])
        if len(rows) + len(cases) == 1:
            return redirect((rows or cases)[0].get_absolute_url())
        more = max(len(rows), len(cases)) > SHOWN
        told = [(case, deadline(case, today=self.today)) for case in cases[:SHOWN]]
        return self.render_to_response(self.get_context_data(text=text, rows=rows[:SHOWN], cases=told, more=more))

    def households(self, text: str) -> QuerySet[Household]:
        """The families that this text is about."""
        households = Household.objects.visible_to(self.request.user)
        try:
            return with_member(households, read(text, on=self.today))
        except NotAnIdNumber:
            return headed(households, text) if is_number(text) else with_member(households, text)

    def cases(self, text: str) -> QuerySet[Application]:
        """Cases by their number; by applicant those that are not about a family on file yet."""
        cases = Application.objects.visible_to(self.request.user)
        if not self.request.user.may(Verb.VIEW_CASES, on=self.today):
            return cases.none()
        found = cases.filter(called(text)) if is_number(text) else cases.filter(called(text), household=None)
        return found.select_related("township", "village").prefetch_related("pauses").order_by("-pk")
