"""The office date, the people and their posts, one's own password."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.db.models import Prefetch, Q
from django.urls import reverse

from apps.accounts.actions import change_password
from apps.accounts.models import Posting, User
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, ListPage
from apps.core.refusal import Refused
from apps.core.templatetags.ui import day, weekday
from apps.office import facts
from apps.office.actions import advance_office_date
from apps.office.forms import AdvanceForm, PasswordForm, PeopleFilter
from apps.office.steps import Step


class OfficeDatePage(ActPage):
    """Moves the day of a demo office; what is due then happens."""

    form_class, act = AdvanceForm, Verb.ADVANCE_OFFICE_DATE
    template_name, title = "office/date.html", "工作日期"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"seen": self.today}}

    def perform(self, form: forms.Form) -> date:
        if form.cleaned_data["seen"] != self.today:
            raise Refused("date_moved", "工作日期刚才已被推进，请看过最新日期后再决定是否继续。")
        step = Step(form.cleaned_data["step"])
        return advance_office_date(step, acting_user=self.request.user, on=self.today)

    def rings(self, result: date) -> list[tuple[str]]:
        return [("office.due_today",)]

    def done_url(self, result: date) -> str:
        return reverse("office-date")

    def done_message(self, result: date) -> str:
        return f"工作日期已推进到 {day(result)}（{weekday(result)}），到期的事项正在办理。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = {
            "outlooks": facts.outlooks(self.today),
            "standing": facts.standing(self.today),
            "moves": facts.moves_made(),
        }
        return super().get_context_data(**(known | kwargs))


class UserList(ListPage):
    """Who works here and on which posts, past posts included."""

    model, filters, act = User, PeopleFilter, Verb.VIEW_SYSTEM
    template_name, title = "office/users.html", "用户与岗位"

    def rows(self) -> Any:
        postings = Posting.objects.visible_to(self.request.user).select_related("area").order_by("-since", "pk")
        return super().rows().prefetch_related(Prefetch("postings", postings)).order_by("pk")

    def narrow(self, rows: Any, chosen: dict[str, Any]) -> Any:
        words = chosen.get("q", "").strip()
        return rows.filter(Q(name__icontains=words) | Q(username__icontains=words)) if words else rows


class PasswordPage(ActPage):
    """Everybody changes their own password; the session goes on."""

    form_class, template_name = PasswordForm, "office/password.html"
    title, button, done = "修改密码", "修改密码", "密码已修改，下次登录请用新密码。"

    def perform(self, form: forms.Form) -> User:
        typed = form.cleaned_data
        user = self.request.user
        changed = change_password(user, old=typed["old"], new=typed["new"], acting_user=user, on=self.today)
        # Every other session of this user ends; this one is given the new key.
        update_session_auth_hash(self.request, changed)
        return changed

    def done_url(self, result: User) -> str:
        return reverse("password-change")
