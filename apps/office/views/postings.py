"""Giving, moving, lending and ending posts: what will be possible, and what would be left undone, is said before."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from apps.accounts import actions
from apps.accounts.facts import places_of, unfit_to_sit_in
from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import Role
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.pages import ActPage
from apps.office.facts.postings import gains, lends, losses, offers
from apps.office.forms.postings import AppointForm, DeputyForm, EndForm, MoveForm
from apps.office.views.accounts import USERS


class PostPage(ActPage):
    """What the forms about posts share: days in the address or the form are read before they are judged."""

    nav = "user-list"
    act: Verb
    live: tuple[str, ...] = ("since",)

    @property
    def person(self) -> User:
        """Whose post it is."""
        return self.subject.user if isinstance(self.subject, Posting) else self.subject

    @property
    def crumbs(self) -> list[tuple[str, Any]]:  # type: ignore[override]
        return [USERS, (self.person.name, self.person.get_absolute_url())]

    def given(self, name: str) -> str:
        """What is typed so far."""
        return self.request.POST.get(name) or self.request.GET.get(name) or ""

    def day(self, name: str) -> date:
        """The day that is typed so far, or today."""
        try:
            return forms.DateField().to_python(self.given(name)) or self.today
        except ValidationError:
            return self.today

    def done_url(self, result: Posting) -> str:
        return self.person.get_absolute_url()

    @property
    def lost(self) -> list[str]:
        """What would be left undone."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ids = ", ".join(f"#{kwargs['form'][name].auto_id}" for name in self.live)
        return super().get_context_data(**({"live": ids, "lost": self.lost} | kwargs))


class OfPosting(PostPage):
    """An act on a posting of somebody else."""

    model = Posting

    def rows(self) -> QuerySet[Posting]:
        mine = self.request.user.pk
        rows = super().rows().exclude(user=mine) if self.act != Verb.DEPUTISE else super().rows()
        return rows.select_related("user", "area__parent", "deputy_for__user")


class _ChoosesRole(PostPage):
    """The post is chosen first, so that the places are those where there is one."""

    leaves: Posting | None = None

    @cached_property
    def role(self) -> Role | None:
        """The chosen post."""
        return next((role for role in Role if role == self.request.GET.get("role")), None)

    @property
    def template_name(self) -> str:  # type: ignore[override]
        return "office/posting.html" if self.role else "office/choose_role.html"

    def places(self) -> list[Area]:
        return list(places_of(self.role)) if self.role else []

    def area(self, form: forms.Form) -> Area:
        """The chosen place."""
        return next(place for place in self.places() if place.pk == form.cleaned_data["area"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known: dict[str, Any] = {"role": self.role}
        if self.role is None:
            known |= {"offers": offers(self.person, on=self.today, besides=self.leaves), "live": ""}
        return super().get_context_data(**(known | kwargs))


class Appoint(_ChoosesRole):
    """A post for somebody else."""

    model, form_class, act = User, AppointForm, Verb.APPOINT
    button, done, live = "任命", "已任命。", ("since", "until")

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"任命{self.role.label}" if self.role else "任命岗位"

    def rows(self) -> QuerySet[User]:
        return super().rows().exclude(pk=self.request.user.pk)

    def form_arguments(self) -> dict[str, Any]:
        return {"places": self.places(), "initial": {"since": self.day("since"), "area": self.given("area")}}

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        if self.role is None:
            return []
        until = self.day("until") if self.given("until") else None
        return [*gains(self.role, since=self.day("since"), until=until), "不必重新登录，到日子的下一次点击起生效"]

    def perform(self, form: forms.Form) -> Posting:
        days = {name: form.cleaned_data[name] for name in ("since", "until")}
        area, role = self.area(form), self.role
        return actions.appoint(self.subject, area=area, role=role, **days, acting_user=self.request.user, on=self.today)


class MovePosting(OfPosting, _ChoosesRole):
    """From one post to another on one day."""

    form_class, act, button, done = MoveForm, Verb.MOVE_POSTING, "调动", "已调动。"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"调动{self.person.name}"

    @property
    def leaves(self) -> Posting:  # type: ignore[override]
        return self.subject

    @cached_property
    def lost(self) -> list[str]:
        """What would be left undone at the old post."""
        return losses(self.subject, from_day=self.day("since"))

    def form_arguments(self) -> dict[str, Any]:
        initial = {"since": self.day("since"), "area": self.given("area")}
        return {"places": self.places(), "initial": initial, "risky": bool(self.lost)}

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        if self.role is None:
            return []
        since = self.day("since")
        left = f"{day_label(since)}起不再任{self.subject.line()}"
        return [left, *gains(self.role, since=since, until=None)]

    def perform(self, form: forms.Form) -> Posting:
        area, since, role = self.area(form), form.cleaned_data["since"], self.role
        return actions.move_posting(
            self.subject, area=area, role=role, since=since, acting_user=self.request.user, on=self.today
        )


class EndPosting(OfPosting):
    """The last day of a post."""

    form_class, act, button, done, tone = EndForm, Verb.END_POSTING, "免去这个岗位", "已免去。", "danger"
    template_name, live = "office/posting.html", ("until",)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"免去{self.person.name}：{self.subject.line()}"

    @property
    def until(self) -> date:
        """The day that is typed so far; at first tomorrow, so that today is the last day."""
        return self.day("until") if self.given("until") else self.today + timedelta(days=1)

    @cached_property
    def lost(self) -> list[str]:
        """What would be left undone."""
        return losses(self.subject, from_day=self.until)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"until": self.until}, "risky": bool(self.lost)}

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        last = day_label(self.until - timedelta(days=1))
        told = "立即生效：下一次点击起就" if self.until <= self.today else f"最后一天办理是{last}，次日起"
        return [f"{self.person.name}{told}没有这个岗位", "以前办过的事仍记在本人名下"]

    def perform(self, form: forms.Form) -> Posting:
        until = form.cleaned_data["until"]
        return actions.end_posting(self.subject, until=until, acting_user=self.request.user, on=self.today)


class Deputise(OfPosting):
    """Somebody sits there while the holder is away."""

    form_class, act, button, done = DeputyForm, Verb.DEPUTISE, "安排代理", "已安排代理。"
    template_name, live = "office/deputise.html", ("since", "until")

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"代理{self.person.name}：{self.subject.line()}"

    @cached_property
    def people(self) -> list[User]:
        """Who could be asked: everybody with an account but the holder and whoever asks."""
        others = User.objects.visible_to(self.request.user).filter(is_active=True).order_by("pk")
        return list(others.exclude(pk__in=(self.person.pk, self.request.user.pk)))

    @cached_property
    def unfit(self) -> dict[int, str]:
        """Whom nobody is offered, and why, for the days typed so far."""
        until = max(self.day("until"), self.day("since")) + timedelta(days=1)
        return unfit_to_sit_in(self.subject, self.people, since=self.day("since"), until=until)

    def form_arguments(self) -> dict[str, Any]:
        initial = {"since": self.day("since"), "until": self.given("until")}
        return {"people": self.people, "unfit": self.unfit, "on_day": self.today, "initial": initial}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who is not offered, by name."""
        missing = [
            (person.name, person.posting_line(self.today), self.unfit[person.pk])
            for person in self.people
            if person.pk in self.unfit
        ]
        return super().get_context_data(**({"missing": missing} | kwargs))

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        until = self.day("until") + timedelta(days=1) if self.given("until") else None
        return [
            lends(self.subject, since=self.day("since"), until=until),
            f"代理人以自己的名义办理；自己办过前面环节的，不能接着审核。{self.person.name}的岗位不变",
            "到期自动收回，不必再办免去",
            *([] if self.subject.role != Role.CASEWORKER else [f"在办申请由{self.subject.area.name}负责人另行移交"]),
        ]

    def perform(self, form: forms.Form) -> Posting:
        typed = form.cleaned_data
        deputy = next(person for person in self.people if person.pk == typed["deputy"])
        days = {"since": typed["since"], "until": typed["until"] + timedelta(days=1)}
        return actions.deputise(self.subject, deputy=deputy, **days, acting_user=self.request.user, on=self.today)
