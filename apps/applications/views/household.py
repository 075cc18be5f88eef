"""The family's file: all families, and one with everything that was decided and paid."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, QuerySet

from apps.applications.timeline import happened, of_family
from apps.applications.views.answer import head_first
from apps.applications.worklist import decided_with_a_case
from apps.audit.verbs import Verb
from apps.awards.enums import DecisionKind
from apps.awards.facts import falling_of, months_after_death
from apps.awards.models import Award, Decision
from apps.core.money import format_yuan
from apps.core.month import Month
from apps.core.pages import DetailPage, ListPage
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.enums import Scheme
from apps.households.facts import last_of
from apps.households.forms import HouseholdFilter
from apps.households.models import AccountState, BankAccount, Household
from apps.households.models.work import REFUSALS_THAT_COUNT
from apps.households.search import headed
from apps.payments.facts import still_owed
from apps.payments.models import Instruction

IN_SIGHT = (AccountState.PROPOSED, AccountState.APPROVED)


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
            "accounts": household.accounts.filter(state__in=IN_SIGHT).select_related(
                "holder", "heir_of", "proposed_by", "decided_by"
            ),
            "awards": household.awards.select_related("decision", "person").order_by("-first_month", "-pk"),
            "applications": household.applications.order_by("-pk"),
            "instructions": Instruction.objects.readable_by(user)
            .filter(entitlement__household=household)
            .select_related("entitlement", "batch", "account")
            .order_by("-entitlement__month", "-pk")[:24],
            "happened": happened(of_family(household, user)),
        }
        return super().get_context_data(**(context | life_context(household, self.today) | kwargs))


def life_context(household: Household, today: date) -> dict[str, Any]:
    """What becomes of the family: flags, 渐退, refusals of work, interruptions, moves, months paid after a death."""
    law, month = law_in_force(), Month.of(today)
    falling = household.awards.due_in(month.first()).filter(scheme=Scheme.DIBAO_PHASE_OUT).first()
    lost = household.memberships.filter(person__died_on__isnull=False).select_related("person")
    dead = dict.fromkeys(membership.person for membership in lost)
    last = household.decisions.order_by("-pk").first()
    dead_alone = last_of(household)
    owed = sum(fen for _, fen in still_owed(household, dead_alone.died_on)) if dead_alone and dead_alone.died_on else 0
    return {
        "died_out": dead_alone is not None,
        "owed_to_the_dead": owed,
        "heir_known": household.accounts.filter(state__in=IN_SIGHT).exclude(heir_of=None).exists(),
        "family_flags": family_flags(household, last, owed=owed),
        "falling": falling and falling_of(falling, month, law),
        "falling_month": month,
        "refusals": household.work_refusals.select_related("person").order_by("-offered_on", "-pk"),
        "refusals_that_count": REFUSALS_THAT_COUNT,
        "often_refused": household.work_refusals.values("person__name")
        .annotate(times=Count("pk"))
        .filter(times__gte=REFUSALS_THAT_COUNT)
        .order_by("person__name"),
        "interruptions": household.interruptions.select_related("decision").order_by("-pk"),
        "relocations": household.relocations.select_related("from_township", "to_township").order_by("-pk"),
        "overpaid": [(person, touched) for person in dead if (touched := months_after_death(household, person, law))],
    }


def family_flags(household: Household, last: Decision | None, *, owed: int = 0) -> list[tuple[str, str]]:
    """What somebody who opens the file must not overlook: (words, tone); ``owed`` to the dead of an empty one."""
    found = []
    members = household.memberships.filter(until=None)
    empty = not members.exists()
    if empty:
        found.append(("本户已没有成员", "warn"))
    elif household.head.died_on or not members.filter(person=household.head_id).exists():
        found.append((f"户主{household.head.name}已不在本户，须在复核中另定户主", "bad"))
    account = household.accounts.filter(state=AccountState.APPROVED).select_related("holder").first()
    if owed and (account is None or account.heir_of_id is None):
        found.append((f"还有 {format_yuan(owed)} 元待发，家中已无人，须登记遗属代领", "bad"))
    elif not empty and account is not None and account.holder.died_on:
        found.append((f"收款人{account.holder.name}已去世，须更换收款账户", "bad"))
    if last is not None and last.kind == DecisionKind.SUSPEND:
        found.append(("待遇已暂停", "warn"))
    return found


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
