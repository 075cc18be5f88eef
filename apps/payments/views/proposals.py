"""What one puts forward and another decides: limits, shared accounts, funds."""

from typing import Any

from django import forms
from django.urls import reverse_lazy

from apps.audit.verbs import Verb
from apps.core.pages import ActPage, Page
from apps.payments import actions
from apps.payments.enums import LimitKind, ProposalState
from apps.payments.forms import AppropriationForm, LimitForm, ReasonForm, SharedAccountForm
from apps.payments.funds import Balance, balances, repaid
from apps.payments.limits import limit
from apps.payments.models import Appropriation, FundEntry, Limit, SharedAccount
from apps.payments.transitions import PROPOSAL_MOVES

FUNDS = (("资金指标", reverse_lazy("fund-list")),)
SETTINGS = (("发放设置", reverse_lazy("payment-settings")),)
LATEST = 50
SUMMED = ("given", "helped", "reserved", "spent")


class FundsPage(Page):
    """What there is to spend, and the documents that say so."""

    template_name, title, act, nav = "payments/funds.html", "资金指标", Verb.VIEW_PAYMENTS, "fund-list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Balances, documents, and the latest movements."""
        user = self.request.user
        documents = Appropriation.objects.visible_to(user).select_related("proposed_by", "decided_by").order_by("-pk")
        moved = FundEntry.objects.visible_to(user).select_related("batch").order_by("-pk")[:LATEST]
        rows = balances()
        whole = Balance("", "合计", *(sum(getattr(row, key) for row in rows) for key in SUMMED))
        came_back = repaid()
        told = [(row, came_back.get(row.scheme, 0)) for row in rows]
        shown = {"balances": told, "whole": whole, "repaid": sum(came_back.values())}
        shown |= {"documents": documents, "moved": moved}
        return super().get_context_data(**(shown | kwargs))


class SettingsPage(Page):
    """The office's limits and the register of shared accounts."""

    template_name, title, act, nav = "payments/settings.html", "发放设置", Verb.VIEW_PAYMENTS, "payment-settings"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What counts today, what was adopted before, what waits."""
        user = self.request.user
        limits = Limit.objects.visible_to(user).select_related("proposed_by", "decided_by").order_by("-since", "-pk")
        shared = SharedAccount.objects.visible_to(user).select_related("proposed_by", "decided_by").order_by("-pk")
        now = [(kind.label, limit(kind, self.today)) for kind in LimitKind]
        return super().get_context_data(**({"now": now, "limits": limits, "shared": shared} | kwargs))


class NewPage(ActPage):
    """Put something forward; another person decides."""

    button, done = "提出", "已提出，等另一位同事核准。"
    consequences: Any = ("核准之前不起作用；提出人自己不能核准。",)


class NewFunds(NewPage):
    """Enter an appropriation from its document."""

    form_class, act, nav, crumbs, title = AppropriationForm, Verb.PROPOSE_FUNDS, "fund-list", FUNDS, "登记指标"
    consequences = (
        "照指标文件填写；由另一位同事对照原件核准后才能使用。",
        "不分待遇的指标作统筹：某项待遇自己的指标用完后，用统筹补。",
        "追减的，金额前写负号，文号填追减文件。",
    )

    def perform(self, form: forms.Form) -> Appropriation:
        """One action."""
        return actions.propose_appropriation(acting_user=self.request.user, on=self.today, **form.cleaned_data)


class NewLimit(NewPage):
    """Propose a limit."""

    form_class, act, nav, crumbs = LimitForm, Verb.PROPOSE_LIMIT, "payment-settings", SETTINGS
    title = "提出限额"

    def form_arguments(self) -> dict[str, Any]:
        """From today on."""
        return {"initial": {"since": self.today}}

    def perform(self, form: forms.Form) -> Limit:
        """One action."""
        return actions.propose_limit(acting_user=self.request.user, on=self.today, **form.cleaned_data)


class NewSharedAccount(NewPage):
    """Propose that an account may receive for several families."""

    form_class, act, nav, crumbs = SharedAccountForm, Verb.PROPOSE_SHARED_ACCOUNT, "payment-settings", SETTINGS
    title = "登记共用账户"

    def perform(self, form: forms.Form) -> SharedAccount:
        """One action."""
        return actions.propose_shared_account(acting_user=self.request.user, on=self.today, **form.cleaned_data)


class Decide(ActPage):
    """Approve what another one put forward."""

    template_name = "payments/act_on_proposal.html"
    what, button, done = "核准", "核准", "已核准。"

    @property
    def title(self) -> str:  # type: ignore[override]
        """What is decided."""
        return f"{self.what}：{self.subject}"

    def precheck(self) -> None:
        """Refused when it was decided already."""
        PROPOSAL_MOVES.target(ProposalState.APPROVED, self.subject.state)

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.approve_proposal(self.subject, acting_user=self.request.user, on=self.today)


class SendBack(Decide):
    """Send it back."""

    what, button, done, tone, form_class = "退回", "退回", "已退回。", "danger", ReasonForm

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        given = form.cleaned_data
        return actions.reject_proposal(self.subject, acting_user=self.request.user, on=self.today, **given)


class ApproveFunds(Decide):
    """The document was looked at."""

    model, act, nav, crumbs = Appropriation, Verb.APPROVE_FUNDS, "fund-list", FUNDS
    consequences = ("核准后立即可以用于批准批次。",)


class RejectFunds(SendBack):
    """The document says otherwise."""

    model, act, nav, crumbs = Appropriation, Verb.REJECT_FUNDS, "fund-list", FUNDS


class ApproveLimit(Decide):
    """The limit counts from its day on."""

    model, act, nav, crumbs = Limit, Verb.APPROVE_LIMIT, "payment-settings", SETTINGS
    consequences = ("已送审的批次不受影响：送审时须几人复核，就是几人。",)


class RejectLimit(SendBack):
    """The limit stays as it was."""

    model, act, nav, crumbs = Limit, Verb.REJECT_LIMIT, "payment-settings", SETTINGS


class ApproveSharedAccount(Decide):
    """The account may receive for several families."""

    model, act, nav, crumbs = SharedAccount, Verb.APPROVE_SHARED_ACCOUNT, "payment-settings", SETTINGS
    consequences = ("有效期内，这个账号不再列为“账户共用”疑点。",)


class RejectSharedAccount(SendBack):
    """It may not."""

    model, act, nav, crumbs = SharedAccount, Verb.REJECT_SHARED_ACCOUNT, "payment-settings", SETTINGS
