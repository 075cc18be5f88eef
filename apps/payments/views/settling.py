"""Payments without a result: what the bank said when asked, put down by one and confirmed by another."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy

from apps.audit.verbs import Verb
from apps.core.pages import ActPage, ListPage
from apps.payments import actions
from apps.payments.enums import InstructionState, ProposalState
from apps.payments.forms import ReasonForm, SettlementForm
from apps.payments.models import Instruction, Settlement
from apps.payments.views.acts import BatchAct
from apps.payments.views.batch import CRUMBS
from apps.payments.views.proposals import Decide, SendBack

UNKNOWN = (*CRUMBS, ("结果未定", reverse_lazy("unknown-list")))


class UnknownList(ListPage):
    """Payments of which nobody knows whether they arrived; none of them is sent again."""

    model, template_name, title = Instruction, "payments/unknown.html", "结果未定"
    act, nav, crumbs = Verb.VIEW_PAYMENTS, "batch-list", CRUMBS

    def rows(self) -> QuerySet[Instruction]:
        """Oldest first: they wait longest."""
        rows = super().rows().filter(state=InstructionState.UNKNOWN)
        return rows.select_related("batch", "township", "entitlement__household").order_by("batch", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what is put down about each."""
        context = super().get_context_data(**kwargs)
        found = Settlement.objects.visible_to(self.request.user).filter(instruction__in=[r.pk for r in context["rows"]])
        waiting = found.filter(state=ProposalState.PROPOSED).select_related("proposed_by")
        put_down = {one.instruction_id: one for one in waiting}
        return context | {"lines": [(row, put_down.get(row.pk)) for row in context["rows"]]}


class MarkUnknownPage(BatchAct):
    """The bank did not answer."""

    act, what, form_class, tone = Verb.MARK_UNKNOWN, "登记银行未答复", ReasonForm, "danger"
    button, done = "登记银行未答复", "已登记。查明前这些支付不会重发。"
    consequences = (
        "还在等结果的支付全部记为“结果未定”，查明之前不能重新发放。",
        "以后银行补来回盘，照常导入；一直没有的，凭银行书面答复由两人查明登记。",
    )

    def precheck(self) -> None:
        """Asked of the action itself."""

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.mark_unknown(self.subject, **self.arguments(form))


class SettlePage(ActPage):
    """Put down what became of one payment."""

    model, act, form_class, nav, crumbs = Instruction, Verb.PROPOSE_SETTLEMENT, SettlementForm, "batch-list", UNKNOWN
    button, done = "提出查明结果", "已提出，等另一位同事对照凭据确认。"
    consequences = ("确认之前这一笔仍是“结果未定”，不能重发。", "提出人自己不能确认。")

    @property
    def title(self) -> str:  # type: ignore[override]
        """Whose payment."""
        return f"查明结果：{self.subject}"

    def perform(self, form: forms.Form) -> Settlement:
        """One action."""
        given = form.cleaned_data
        return actions.propose_settlement(self.subject, acting_user=self.request.user, on=self.today, **given)

    def done_url(self, result: Any) -> str:
        """Back to the list."""
        return str(reverse_lazy("unknown-list"))


class _Settlement(ActPage):
    model, nav, crumbs = Settlement, "batch-list", UNKNOWN

    def rows(self) -> Any:
        """With the payment."""
        return super().rows().select_related("instruction__batch", "instruction__township", "proposed_by")

    def done_url(self, result: Any) -> str:
        """Back to the list."""
        return str(reverse_lazy("unknown-list"))


class ApproveSettlement(_Settlement, Decide):
    """Confirm it."""

    act, what, button, done = Verb.APPROVE_SETTLEMENT, "确认查明结果", "确认", "已确认并入账。"
    consequences = ("确认后入账：已到账的不再发；未到账的可以更正账户后重新发放。",)

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.approve_settlement(self.subject, acting_user=self.request.user, on=self.today)


class RejectSettlement(_Settlement, SendBack):
    """Do not confirm it."""

    act, what, button = Verb.REJECT_SETTLEMENT, "不予确认", "不予确认"

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        given = form.cleaned_data
        return actions.reject_settlement(self.subject, acting_user=self.request.user, on=self.today, **given)
