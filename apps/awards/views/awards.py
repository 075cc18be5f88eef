"""Who receives what: the roll, and one award month by month."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.facts import due_of, falling_of, names_of
from apps.awards.forms import AwardFilter
from apps.awards.models import Award
from apps.awards.wording import amount_text, part_text
from apps.core.month import Month
from apps.core.pages import DetailPage, ListPage
from apps.eligibility.law import law_in_force


class AwardList(ListPage):
    """The roll of awards the user may see."""

    model, template_name = Award, "awards/list.html"
    title, act = "待遇名册", Verb.VIEW_AWARDS

    def filter_form(self) -> AwardFilter:
        return AwardFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Award]:
        rows = super().rows().ever_due().select_related("household__head", "township", "person")
        return rows.annotate(people=Count("members")).order_by("-first_month", "-pk")

    def narrow(self, rows: QuerySet[Award], chosen: dict[str, Any]) -> QuerySet[Award]:
        if stage := chosen.get("stage"):
            rows = rows.at_stage(stage, Month.of(self.today).first())
        if text := chosen.get("q"):
            rows = rows.filter(Q(household__head__name__contains=text) | Q(household__number__contains=text))
        equal = {name: chosen[name] for name in ("scheme", "township") if chosen.get(name)}
        return rows.filter(**equal)


class AwardPage(DetailPage):
    """One award: what it pays, since when, why, and how it ends."""

    model, template_name = Award, "awards/detail.html"
    nav, act = "award-list", Verb.VIEW_AWARDS

    @property
    def title(self) -> str:  # type: ignore[override]
        who = self.subject.person or self.subject.household.head
        return f"{who.name} · {self.subject.get_scheme_display()}"

    def rows(self) -> QuerySet[Award]:
        # A family that moved here brings its earlier awards along.
        rows = Award.objects.readable_by(self.request.user).select_related("household__head", "township", "person")
        return rows.select_related("decision__assessment", "decision__decided_by", "ended_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        award = self.subject
        members = list(award.members.select_related("person").order_by("pk"))
        shown_month = max(Month.of(self.today), Month.of(award.first_month))
        law = law_in_force()
        due = due_of(award, shown_month, law)
        context = {
            "award": award,
            "members": members,
            "month": shown_month,
            "due": due,
            "lines": _with_parts(award),
            "falling": falling_of(award, Month.of(self.today), law),
        }
        return super().get_context_data(**(context | kwargs))


def _with_parts(award: Award) -> list[dict[str, Any]]:
    """The award's lines, newest first, with their parts in words."""
    lines = list(award.lines.exclude(run__state=RunState.VOID).select_related("run").order_by("-month")[:36])
    ids = {int(part["member"]) for line in lines for part in line.parts if part.get("member")}
    names = names_of(ids)
    return [
        {"line": line, "parts": [(part_text(part, names), amount_text(part)) for part in line.parts]} for line in lines
    ]
