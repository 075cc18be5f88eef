"""Lists: batches, the payments in one, what waits to be mended, and a family's payments."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.audit.verbs import Verb
from apps.awards.enums import RunState
from apps.awards.models import MonthRun
from apps.core.pages import PAGE_SIZE, ActPage, DetailPage, ListPage
from apps.households.models import Household
from apps.payments import actions
from apps.payments.actions.late import RECONCILED
from apps.payments.enums import HandoutState, ProposalState
from apps.payments.facts import drawable, without_account
from apps.payments.forms import BatchFilter, LineFilter, ReissueForm
from apps.payments.mending import failed_payments, waiting
from apps.payments.models import Batch, Entitlement, Handout, Instruction, LateReturn
from apps.payments.views.batch import CRUMBS

RECENT_MONTHS = 12


def _waiting_for_an_account(user: Any) -> dict[str, Any]:
    """What was left out of its month's batch for want of a good account: how many, and the newest of them."""
    rows = Entitlement.objects.visible_to(user).filter(pk__in=without_account().values("pk"))
    newest = rows.select_related("household__head", "township").order_by("-month", "township__code", "pk")
    return {"left_out": rows.count(), "waiting_lines": waiting(newest[:PAGE_SIZE])}


def _for_a_second_person(user: Any) -> dict[str, Any]:
    """What a colleague asked for or entered about bank files, batch by batch."""
    wanted = Handout.objects.visible_to(user).filter(state=HandoutState.ASKED).select_related("batch", "asked_by")
    entered = LateReturn.objects.visible_to(user).filter(state=ProposalState.PROPOSED)
    return {"wanted": wanted, "entered": entered.select_related("batch", "instruction", "entered_by")}


class BatchList(ListPage):
    """All batches, newest first, and the months that wait for one."""

    model, filters, template_name, title = Batch, BatchFilter, "payments/batches.html", "发放批次"
    act = Verb.VIEW_PAYMENTS

    def rows(self) -> QuerySet[Batch]:
        """With the people who signed."""
        return super().rows().select_related("drawn_by", "approved_by", "released_by").order_by("-month", "-pk")

    def narrow(self, rows: QuerySet[Batch], chosen: dict[str, Any]) -> QuerySet[Batch]:
        """By state."""
        return rows.filter(state=chosen["state"]) if chosen.get("state") else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = MonthRun.objects.visible_to(self.request.user)
        sealed = runs.filter(state=RunState.SEALED).order_by("-month")[:RECENT_MONTHS]
        rest = [(run, drawable(run.month).count(), without_account(run.month).count()) for run in sealed]
        shown = {
            "waiting": runs.filter(state=RunState.CONFIRMED).order_by("month"),
            "rest": [row for row in rest if row[1] or row[2]],
            **_waiting_for_an_account(self.request.user),
            **_for_a_second_person(self.request.user),
            "failed": Entitlement.objects.visible_to(self.request.user).failed().count(),
        }
        return super().get_context_data(**(shown | kwargs))


class BatchLines(ListPage):
    """The payments of one batch."""

    model, template_name, act, nav = Instruction, "payments/lines.html", Verb.VIEW_PAYMENTS, "batch-list"

    @property
    def batch(self) -> Batch:
        """The batch of the address."""
        if not hasattr(self, "_batch"):
            self._batch = get_object_or_404(Batch.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        return self._batch

    @property
    def title(self) -> str:
        """The batch's number."""
        return f"批次 {self.batch} 的支付"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the batch."""
        return (*CRUMBS, (f"批次 {self.batch}", self.batch.get_absolute_url()))

    def filter_form(self) -> LineFilter:
        """With the user's townships."""
        return LineFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Instruction]:
        """In the order of the file."""
        rows = super().rows().filter(batch=self.batch)
        return rows.select_related("township", "entitlement__household").order_by("township__code", "entitlement_id")

    def narrow(self, rows: QuerySet[Instruction], chosen: dict[str, Any]) -> QuerySet[Instruction]:
        """By payee or head of the family, state and township."""
        if said := chosen.get("q", "").strip():
            household = "entitlement__household"
            named = Q(payee_name__icontains=said) | Q(**{f"{household}__head__name__icontains": said})
            rows = rows.filter(named | Q(**{f"{household}__number": said}))
        return rows.filter(**{key: chosen[key] for key in ("state", "township") if chosen.get(key)})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = self.request.user.may(Verb.PROPOSE_LATE_RETURN, on=self.today) and self.batch.state in RECONCILED
        return super().get_context_data(**({"batch": self.batch, "may_come_back": may} | kwargs))


class FailedList(ListPage):
    """What a bank refused or sent back and nobody has sent again: to be mended by the townships."""

    model, template_name, title = Entitlement, "payments/failed.html", "待更正"
    act = Verb.VIEW_AWARDS

    def rows(self) -> QuerySet[Entitlement]:
        """Newest month first."""
        return super().rows().failed().order_by("-month", "township__code", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found = {one.instruction.entitlement_id: one for one in failed_payments(list(context["rows"]))}
        lines = [found[row.pk] for row in context["rows"]]
        shown = {"lines": lines, "ready": sum(one.ready for one in lines)}
        return context | shown | _waiting_for_an_account(self.request.user)


class ReissuePage(ActPage):
    """Send the corrected ones again."""

    model, form_class, act, nav = None, ReissueForm, Verb.REISSUE, "failed-list"
    title, button, done = "重新发放", "编制重新发放批次", "已编制重新发放批次，核对后送审。"
    consequences = ("所选的支付编成一个新批次，同样要送审、复核、放行。", "原批次里的失败记录不变。")

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the list."""
        return (("待更正", reverse("failed-list")),)

    def form_arguments(self) -> dict[str, Any]:
        """Only what can be sent again now."""
        failed = Entitlement.objects.visible_to(self.request.user).failed()
        return {"ready": [one for one in failed_payments(failed) if one.ready]}

    def perform(self, form: forms.Form) -> Batch:
        """One action."""
        return actions.reissue(form.chosen(), acting_user=self.request.user, on=self.today)


class HouseholdPayments(DetailPage):
    """A family's statement: every payment, month by month."""

    model, template_name, act, nav = Household, "payments/household.html", Verb.VIEW_AWARDS, "household-list"

    @property
    def title(self) -> str:
        """The head's name."""
        return f"{self.subject.head.name}家庭的发放记录"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the family's file."""
        return ((f"{self.subject.number}", self.subject.get_absolute_url()),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        payments = Instruction.objects.readable_by(self.request.user).of_household(self.subject)
        owed = Entitlement.objects.visible_to(self.request.user).filter(household=self.subject)
        unsent = owed.never_sent().order_by("-month")
        return super().get_context_data(
            **({"household": self.subject, "instructions": payments, "unsent": unsent} | kwargs)
        )
