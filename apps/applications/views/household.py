"""The family's file: all families, and one with everything that was decided and paid."""

from typing import Any

from django import forms
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet

from apps.applications.timeline import happened, of_family
from apps.applications.views.answer import head_first
from apps.applications.worklist import decided_with_a_case
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.core.pages import DetailPage, ListPage
from apps.households.forms import HouseholdFilter
from apps.households.models import AccountState, BankAccount, Household
from apps.households.search import headed
from apps.payments.models import Instruction


class HouseholdList(ListPage):
    """All families the user may see."""

    model, filters, template_name = Household, HouseholdFilter, "households/list.html"
    title, act = "家庭档案", Verb.VIEW_HOUSEHOLDS

    def rows(self) -> QuerySet[Household]:
        return super().rows().select_related("head", "township", "village").order_by("-pk")

    @property
    def due(self) -> QuerySet[Award]:
        """What is paid this month."""
        return Award.objects.visible_to(self.request.user).due_in(self.today.replace(day=1))

    def narrow(self, rows: QuerySet[Household], chosen: dict[str, Any]) -> QuerySet[Household]:
        if standing := chosen.get("standing"):
            paid = Exists(self.due.filter(household=OuterRef("pk")))
            rows = rows.filter(paid) if standing == "on" else rows.filter(~paid)
        if text := chosen.get("q"):
            rows = headed(rows, text)
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # Asked for the fifty shown only: as a column of the list it would be worked out for the whole register.
        shown = [household.pk for household in context["rows"]]
        paid = set(self.due.filter(household__in=shown).values_list("household", flat=True))
        return context | {"paid": paid}


class HouseholdPage(DetailPage):
    """One family: who, where, what it receives, what was decided and paid."""

    model, template_name = Household, "households/detail.html"
    nav, act = "household-list", Verb.VIEW_HOUSEHOLDS

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.head.name} 一家"

    def rows(self) -> QuerySet[Household]:
        return super().rows().select_related("head", "township", "village")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        household, user = self.subject, self.request.user
        month = self.today.replace(day=1)
        context = {
            "on_benefit": household.awards.due_in(month).exists(),
            "open_case": household.applications.open().exists(),
            "household": household,
            "members": head_first(household.memberships.filter(until=None).select_related("person").order_by("pk")),
            "left": household.memberships.exclude(until=None).select_related("person").order_by("-until"),
            "accounts": household.accounts.filter(
                state__in=(AccountState.PROPOSED, AccountState.APPROVED)
            ).select_related("holder", "proposed_by", "decided_by"),
            "awards": household.awards.select_related("decision", "person").order_by("-first_month", "-pk"),
            "applications": household.applications.order_by("-pk"),
            "instructions": Instruction.objects.visible_to(user)
            .filter(entitlement__household=household)
            .select_related("entitlement", "batch", "account")
            .order_by("-entitlement__month", "-pk")[:24],
            "happened": happened(of_family(household, user)),
        }
        return super().get_context_data(**(context | kwargs))


class AccountFilter(forms.Form):
    """Accounts that wait by themselves, or all that are proposed."""

    show = forms.ChoiceField(label="范围", choices=[("", "待核准"), ("all", "含随申请一并核准的")], required=False)


class AccountList(ListPage):
    """Proposed payee accounts waiting for a second person."""

    model, filters, template_name = BankAccount, AccountFilter, "households/accounts.html"
    title, nav, act = "收款账户待核准", "household-list", Verb.APPROVE_ACCOUNT

    def rows(self) -> QuerySet[BankAccount]:
        rows = (
            super()
            .rows()
            .filter(state=AccountState.PROPOSED)
            .annotate(with_case=ExpressionWrapper(decided_with_a_case(), output_field=BooleanField()))
        )
        return rows.select_related("household__head", "household__township", "holder", "proposed_by").order_by("pk")

    def narrow(self, rows: QuerySet[BankAccount], chosen: dict[str, Any]) -> QuerySet[BankAccount]:
        return rows if chosen.get("show") else rows.filter(with_case=False)
