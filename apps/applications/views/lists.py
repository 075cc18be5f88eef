"""The notices and their posters."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy

from apps.accounts.models import Area
from apps.applications import actions
from apps.applications.actions import notice_content
from apps.applications.disclosure import confined
from apps.applications.models import Application, Ending, Notice
from apps.applications.transitions import State
from apps.applications.views.letters import NoticeSheet, PrintPage
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.pages import ActPage, ListPage
from apps.core.workdays import notice_ends
from apps.eligibility.policy.enums import Category


class NoticeFilter(forms.Form):
    """Notices that are up, or all of them."""

    show = forms.ChoiceField(label="范围", choices=[("", "公示中"), ("all", "全部")], required=False)


class NoticeList(ListPage):
    """Public notices and when they end."""

    model, filters, template_name = Notice, NoticeFilter, "applications/notice_list.html"
    title, act = "公示", Verb.VIEW_NOTICES

    def rows(self) -> QuerySet[Notice]:
        rows = confined(super().rows(), self.request.user, self.today, "application__village")
        return rows.select_related("application__township", "seen_by").order_by("-posted_on", "-pk")

    def narrow(self, rows: QuerySet[Notice], chosen: dict[str, Any]) -> QuerySet[Notice]:
        return rows if chosen.get("show") else rows.filter(taken_down_on=None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        endings = confined(Ending.objects.visible_to(user), user, self.today, "award__household__village")
        endings = endings.filter(posted_on__isnull=False, taken_down_on=None).select_related("township")
        endings = endings.order_by("ends_on", "pk")
        return super().get_context_data(**({"endings": endings, "reads_earlier": user.scope().whole_county} | kwargs))


class NoticePoster(NoticeSheet):
    """The poster to print: the allowed words only."""

    model, template_name, title = Notice, "applications/poster.html", "公示"

    def rows(self) -> QuerySet[Notice]:
        user = self.request.user
        rows = confined(Notice.objects.readable_by(user), user, self.today, "application__village")
        return rows.select_related("application__township")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notice = self.subject
        shown = poster(notice.content, notice.application.township, notice.posted_on, notice.ends_on)
        return super().get_context_data(**(shown | {"back": reverse("notice-list")} | kwargs))


class NoticeSeen(ActPage):
    """The assistant stood before the board: the notice hangs there."""

    model, act, nav = Notice, Verb.SEE_NOTICE_UP, "notice-list"
    crumbs = (("公示", reverse_lazy("notice-list")),)
    title, button, done = "登记公示已上墙", "已在公示栏看到这张公示", "已登记。"

    @property
    def consequences(self) -> tuple[str, ...]:  # type: ignore[override]
        notice = self.subject
        what = f"{notice.content['applicant']}，{notice.place}，公示到 {day_label(notice.ends_on)} 期满"
        return what, "公示时间从乡镇登记张贴的次日算起，不因此改变；没有看到的，请告诉乡镇经办人"

    def rows(self) -> QuerySet[Notice]:
        rows = confined(super().rows(), self.request.user, self.today, "application__village")
        return rows.filter(taken_down_on=None).select_related("application__township", "application__village")

    def perform(self, form: forms.Form) -> Notice:
        return actions.see_notice_up(self.subject, acting_user=self.request.user, on=self.today)

    def done_url(self, result: Notice) -> str:
        return reverse("notice-list")


class PosterPreview(PrintPage):
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
