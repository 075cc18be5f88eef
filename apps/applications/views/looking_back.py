"""The family's file as of a day, with the knowledge of a day; and what differs between two declarations."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from apps.applications.differences import differences
from apps.applications.forms.life import AsOfForm
from apps.applications.models import Application
from apps.applications.views.case import head_first
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.pages import BelowSubject, DetailPage
from apps.households.facts import file_on, members_on
from apps.households.models import Declaration, Household


class FamilyPage(BelowSubject, DetailPage):
    """A page about one family beside its file."""

    model, nav, act = Household, "household-list", Verb.VIEW_HOUSEHOLDS

    def rows(self) -> QuerySet[Household]:
        return super().rows().select_related("head", "township", "village")


class AsOfPage(FamilyPage):
    """Members, facts, awards and township of a day, as known now or as known on another day."""

    template_name, title = "applications/life/as_of.html", "历史时点"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = AsOfForm(self.request.GET or None, today=self.today, initial={"day": self.today})
        given = form.cleaned_data if form.is_bound and form.is_valid() else {}
        day, known = given.get("day") or self.today, given.get("known")
        household = self.subject
        declared = Declaration.objects.visible_to(self.request.user)
        then, now = declared.in_force(household, day, known), declared.in_force(household, self.today)
        context = {
            "form": form,
            "day": day,
            "known": known,
            "file": file_on(household, min(day, known or day)),
            "members": head_first(members_on(household, day, known)),
            "declaration": then,
            "awards": awards_on(household.awards.all(), day, known),
            "differences": differences(then, now) if then and now and then.pk != now.pk else [],
            "now": now,
        }
        return super().get_context_data(**(context | kwargs))


def awards_on(awards: QuerySet[Award], day: Any, known: Any) -> QuerySet[Award]:
    """What ran in the month of a day; with an earlier knowledge whatever was decided later is left out."""
    month = day.replace(day=1)
    rows = awards.filter(first_month__lte=month).select_related("decision", "person")
    running = Q(last_month=None) | Q(last_month__gte=month)
    if known is not None:
        rows = rows.filter(decision__decided_on__lte=known)
        running |= Q(ended_by__decided_on__gt=known)
    return rows.filter(running).order_by("pk")


class ChangesPage(BelowSubject, DetailPage):
    """What a case tells otherwise than the facts on file before it; its page fetches the sheet by itself."""

    model, template_name, title = Application, "applications/life/changes.html", "与上次申报的差异"
    nav, act = "worklist", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Application]:
        rows = Application.objects.readable_by(self.request.user)
        return rows.select_related("township", "village", "declaration__household__village")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = self.subject.declaration
        earlier = now.household.declarations.filter(pk__lt=now.pk).order_by("-effective_on", "-pk") if now else None
        found = differences(earlier.first(), now) if earlier else []
        return super().get_context_data(**({"differences": found} | kwargs))


class PairForm(forms.Form):
    """Which two declarations are compared."""

    before = forms.ModelChoiceField(label="从", queryset=Declaration.objects.none(), empty_label=None)
    after = forms.ModelChoiceField(label="到", queryset=Declaration.objects.none(), empty_label=None)

    def __init__(self, *args: Any, declarations: QuerySet[Declaration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = declarations  # type: ignore[attr-defined]
            field.label_from_instance = _named  # type: ignore[attr-defined]


def _named(declaration: Declaration) -> str:
    recorded = declaration.recorded_on or declaration.effective_on
    corrects = "（更正）" if declaration.corrects_id else ""
    return f"{declaration.effective_on:%Y-%m-%d} 的情况，{recorded:%Y-%m-%d} 登记{corrects}"


class DifferencesPage(FamilyPage):
    """Any two declarations of the family side by side."""

    template_name, title = "applications/life/differences.html", "两次申报的差异"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        declared = Declaration.objects.visible_to(self.request.user).filter(household=self.subject).order_by("-pk")
        newest = list(declared[:2])
        initial = {"before": newest[-1].pk, "after": newest[0].pk} if newest else {}
        form = PairForm(self.request.GET if "before" in self.request.GET else initial, declarations=declared)
        pair = (form.cleaned_data["before"], form.cleaned_data["after"]) if newest and form.is_valid() else ()
        context = {"form": form, "count": declared.count(), "differences": differences(*pair) if pair else []}
        return super().get_context_data(**(context | kwargs))
