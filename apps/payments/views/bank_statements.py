"""The bank's statement of the paying account, day by day: entered by one, read a second time by another."""

from typing import Any

from django import forms
from django.urls import reverse, reverse_lazy

from apps.audit.verbs import Verb
from apps.core.money import format_yuan
from apps.core.pages import ActPage, Page
from apps.payments import actions
from apps.payments.ledger_forms import AmountsForm, BankStatementForm
from apps.payments.ledgerbook import days
from apps.payments.models import BankStatement, LedgerTransaction

CRUMBS = (("银行对账", reverse_lazy("bank-statement-list")),)


class BankStatementList(Page):
    """Each day of the paying account: ledger, bank, and whether they agree."""

    template_name, title, act = "payments/bank_statements.html", "银行对账", Verb.VIEW_PAYMENTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rows = days(BankStatement.objects.visible_to(user), LedgerTransaction.objects.visible_to(user))
        return super().get_context_data(**({"rows": rows} | kwargs))


class BankStatementNew(ActPage):
    """Enter what the bank says of a day."""

    form_class, act, nav, crumbs = BankStatementForm, Verb.ENTER_STATEMENT, "bank-statement-list", CRUMBS
    title, button, done = "登记银行对账单", "登记，交复核", "已登记，请另一位同事对照对账单复核。"
    consequences = ("金额照银行对账单填写，不要照系统里的数字填。", "同一天已登记过的，以这次为准，须重新复核。")

    def form_arguments(self) -> dict[str, Any]:
        """The day that was clicked on."""
        return {"initial": {"day": self.request.GET.get("day", "")}}

    def perform(self, form: forms.Form) -> BankStatement:
        """One action."""
        given = dict(form.cleaned_data)
        return actions.enter_statement(given.pop("day"), acting_user=self.request.user, on=self.today, **given)

    def done_url(self, result: Any) -> str:
        """The list of days."""
        return reverse("bank-statement-list")


class BankStatementCheck(ActPage):
    """Read a day's statement a second time."""

    model, form_class, act, nav, crumbs = (
        BankStatement,
        AmountsForm,
        Verb.CHECK_STATEMENT,
        "bank-statement-list",
        CRUMBS,
    )
    button = "复核"
    consequences = ("请拿着银行对账单再读一遍；两次一致才算复核，登记的金额不在这里显示。",)

    @property
    def title(self) -> str:
        """The day."""
        return f"复核 {self.subject}"

    def perform(self, form: forms.Form) -> BankStatement:
        """One action."""
        return actions.check_statement(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)

    def done_url(self, result: Any) -> str:
        """The list of days."""
        return reverse("bank-statement-list")

    def done_message(self, result: BankStatement) -> str:
        """What was confirmed."""
        return f"已复核：支出 {format_yuan(result.paid_out_fen)} 元，退回 {format_yuan(result.paid_in_fen)} 元。"
