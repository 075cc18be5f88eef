"""Who works here, on which posts, and who cannot log in."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from apps.accounts.facts import free_again, locked_out, places_of
from apps.accounts.models import Posting, User
from apps.accounts.roles import Level, Role
from apps.applications.facts.handing_over import open_cases_of
from apps.audit.verbs import Verb
from apps.core.pages import DetailPage, ListPage, Page
from apps.office.facts.postings import seats_of, told_about
from apps.office.forms.postings import PeopleFilter


class UserList(ListPage):
    """Everybody with the posts they hold; whoever has none, is locked out or switched off is one filter away."""

    model, filters, act = User, PeopleFilter, Verb.VIEW_SYSTEM
    template_name, title = "office/users.html", "用户与岗位"

    def rows(self) -> QuerySet[User]:
        held = self.postings().select_related("area__parent", "deputy_for__user").order_by("since", "pk")
        running = Prefetch("postings", held.during(self.today, None), to_attr="seats")
        return super().rows().prefetch_related(running).order_by("pk")

    def postings(self) -> QuerySet[Posting]:
        return Posting.objects.visible_to(self.request.user)

    def filter_form(self) -> forms.Form:
        areas = [*places_of(Role.AUDITOR), *places_of(Role.CASEWORKER)]
        return PeopleFilter(self.request.GET, areas=areas)

    def narrow(self, rows: QuerySet[User], chosen: dict[str, Any]) -> QuerySet[User]:
        if words := chosen.get("q", "").strip():
            rows = rows.filter(Q(name__icontains=words) | Q(username__icontains=words))
        held, state = self.postings().on(self.today).filter(user=OuterRef("pk")), chosen.get("state")
        if area := chosen.get("area"):
            held = held.filter(Q(area=area) | Q(area__parent=area, area__level=Level.VILLAGE))
        if role := chosen.get("role"):
            held = held.filter(role=role)
        if state == "deputy":
            held = held.filter(deputy_for__isnull=False)
        if area or role or state in {"posted", "deputy"}:
            rows = rows.filter(Exists(held))
        return self.standing(rows, state)

    def standing(self, rows: QuerySet[User], state: str | None) -> QuerySet[User]:
        """Those whose account or seat is in that state."""
        if state == "off":
            return rows.filter(is_active=False)
        if state == "locked":
            return rows.filter(username__in=locked_out())
        if state == "free":
            return rows.exclude(Exists(self.postings().on(self.today).filter(user=OuterRef("pk"))))
        return rows.filter(is_active=True) if state else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"locked": locked_out()} | kwargs))


class UserPage(DetailPage):
    """One colleague: account, posts in the order of time, what was done to them, and what may be done now."""

    model, act, nav = User, Verb.VIEW_SYSTEM, "user-list"
    template_name = "office/user.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.subject.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.subject
        known = {
            "person": person,
            "seats": seats_of(person, on=self.today),
            "told": told_about(person),
            "open_cases": open_cases_of(person),
            "locked_since": locked_out().get(person.username),
            "own": person.pk == self.request.user.pk,
        }
        return super().get_context_data(**(known | kwargs))


class LockoutList(Page):
    """Who cannot log in for too many wrong passwords, since when and until when."""

    title, act, nav, template_name = "登录锁定", Verb.VIEW_SYSTEM, "user-list", "office/lockouts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        locked = locked_out()
        people = User.objects.visible_to(self.request.user).filter(username__in=locked)
        rows = [(person, locked[person.username], free_again(locked[person.username])) for person in people]
        known = {"rows": rows, "strangers": len(locked) - len(rows)}
        return super().get_context_data(**(known | kwargs))
