"""The worklist, search and the notices."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.accounts.models import Area
from apps.applications.actions import notice_content
from apps.applications.deadlines import deadline
from apps.applications.forms.acts import WorklistFilter
from apps.applications.models import Application, Notice
from apps.applications.transitions import OPEN, State
from apps.applications.worklist import about_due, money_tasks, my_turn, pressing
from apps.audit.verbs import Verb
from apps.core.pages import DetailPage, ListPage, Page
from apps.core.workdays import notice_ends
from apps.eligibility.policy.enums import Category
from apps.households.idnumber import NotAnIdNumber, read
from apps.households.models import Household, Person

DONE = (State.CONFIRMED, State.REFUSED, State.WITHDRAWN)


class Worklist(ListPage):
    """What waits for this user; beside it all that is open, and what is done."""

    model, filters, template_name = Application, WorklistFilter, "applications/worklist.html"
    title = "今天要办"

    def rows(self) -> QuerySet[Application]:
        rows = super().rows().select_related("township", "village")
        return rows.annotate(due=about_due()).order_by(F("due").asc(nulls_last=True), "pk")

    def narrow(self, rows: QuerySet[Application], chosen: dict[str, Any]) -> QuerySet[Application]:
        show = chosen.get("show", "")
        if show == "done":
            rows = rows.filter(state__in=DONE).order_by("-decided_on", "-pk")
        elif show == "open":
            rows = rows.filter(state__in=OPEN)
        else:
            rows = rows.filter(my_turn(self.request.user, self.today)).distinct()
        if text := chosen.get("q"):
            rows = rows.filter(Q(applicant_name__contains=text) | Q(number__contains=text))
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["cases"] = [(case, deadline(case, today=self.today)) for case in context["rows"]]
        context["pressing"] = pressing(self.request.user, self.today)
        context["money_tasks"] = money_tasks(self.request.user, self.today)
        context["sees_cases"] = self.request.user.may(Verb.VIEW_CASES, on=self.today)
        return context


class Search(Page):
    """Names, numbers and identity numbers, by POST only: an address is logged."""

    template_name = "applications/search.html"
    title, nav, act = "搜索", "worklist", Verb.VIEW_HOUSEHOLDS
    http_method_names = ["get", "post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.POST.get("q", "").strip()
        found = self._households(text) if text else Household.objects.visible_to(request.user).none()
        rows = list(found.select_related("head", "township", "village").order_by("number")[:51])
        if len(rows) == 1:
            return redirect(rows[0].get_absolute_url())
        return self.render_to_response(self.get_context_data(text=text, rows=rows[:50], more=len(rows) > 50))

    def _households(self, text: str) -> QuerySet[Household]:
        households = Household.objects.visible_to(self.request.user)
        try:
            number = read(text, on=self.today)
        except NotAnIdNumber:
            return households.filter(
                Q(number__contains=text)
                | Q(memberships__person__name__contains=text)
                | Q(applications__number__contains=text)
            ).distinct()
        people = Person.objects.visible_to(self.request.user).with_id_number(number)
        return households.filter(memberships__person__in=people).distinct()


class NoticeFilter(forms.Form):
    """Notices that are up, or all of them."""

    show = forms.ChoiceField(label="范围", choices=[("", "公示中"), ("all", "全部")], required=False)


class NoticeList(ListPage):
    """Public notices and when they end."""

    model, filters, template_name = Notice, NoticeFilter, "applications/notice_list.html"
    title, act = "公示", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Notice]:
        return super().rows().select_related("application__township").order_by("-posted_on", "-pk")

    def narrow(self, rows: QuerySet[Notice], chosen: dict[str, Any]) -> QuerySet[Notice]:
        return rows if chosen.get("show") else rows.filter(taken_down_on=None)


class NoticePoster(DetailPage):
    """The poster to print: the allowed words only."""

    model, template_name = Notice, "applications/poster.html"
    title, nav, act = "公示", "notice-list", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Notice]:
        return Notice.objects.readable_by(self.request.user).select_related("application__township")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notice = self.subject
        shown = poster(notice.content, notice.application.township, notice.posted_on, notice.ends_on)
        return super().get_context_data(**(shown | {"back": reverse("notice-list")} | kwargs))


class PosterPreview(DetailPage):
    """The poster before it is posted, dated as if it went up today: to be printed and carried to the board."""

    model, template_name = Application, "applications/poster.html"
    title, nav, act = "公示", "worklist", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Application]:
        return super().rows().filter(state=State.PROPOSED).select_related("township", "village", "assessment")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, today = self.subject, self.today
        shown = poster(notice_content(case), case.township, today, notice_ends(today))
        return super().get_context_data(**(shown | {"back": case.get_absolute_url()} | kwargs))


def poster(content: dict[str, Any], township: Area, posted_on: date, ends_on: date) -> dict[str, Any]:
    """What stands on a poster."""
    return {
        "content": content,
        "category": Category(content["category"]).label,
        "township": township,
        "posted_on": posted_on,
        "ends_on": ends_on,
        "supervision_phone": settings.SUPERVISION_PHONE,
    }
