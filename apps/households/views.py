"""What is masked in a family's file, and payee accounts."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse

from apps.audit.verbs import Verb
from apps.core.pages import ActPage
from apps.core.refusal import Refused
from apps.households import actions
from apps.households.facts import last_of
from apps.households.family import AccountEntry
from apps.households.forms import AccountForm, RejectAccountForm, RevealForm
from apps.households.models import BankAccount, Household, PayeeKind, Person


class RevealPage(ActPage):
    """Shows one masked value in full, once, with a reason; a POST whose answer is the page."""

    form_class, act, title, button = RevealForm, Verb.REVEAL, "查看完整信息", "查看并记录"
    template_name = "households/reveal.html"
    nav = "household-list"
    field = ""
    back: Any = None

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(data=request.POST)
        if not form.is_valid():
            return self.shown(form, status=422)
        value = actions.reveal(
            self.subject, self.field, acting_user=request.user, on=self.today, reason=form.cleaned_data["reason"]
        )
        return self.shown(form, value=value)


class RevealIdNumber(RevealPage):
    """A person's identity number."""

    model, field, title = Person, "id_number", "查看完整身份证号"


class RevealAccount(RevealPage):
    """An account number."""

    model, field, title = BankAccount, "number", "查看完整账号"


class RevealHolder(RevealPage):
    """The identity number of an account's holder."""

    model, field, title = BankAccount, "holder", "查看户名的身份证号"


class RevealAddress(RevealPage):
    """A family's address."""

    model, field, title = Household, "address", "查看详细住址"


class AccountNew(ActPage):
    """Propose another payee account."""

    model, form_class, act = Household, AccountForm, Verb.PROPOSE_ACCOUNT
    button, done, nav = "提出更换", "已提出，等另一位同事核准。", "household-list"
    consequences = ("由另一位同事核准后生效", "核准前仍按原账户发放")

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"更换{self.subject.head.name}一家的收款账户"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        return ((self.subject.number, self.subject.get_absolute_url()),)

    def precheck(self) -> None:
        if last_of(self.subject) is not None:
            raise Refused("nobody_left", "家里已经没有人可以收款，请回到家庭页面，登记遗属代领。")

    def form_arguments(self) -> dict[str, Any]:
        return {"household": self.subject, "user": self.request.user}

    def perform(self, form: forms.Form) -> BankAccount:
        given = form.cleaned_data
        entry = AccountEntry(
            payee_kind=PayeeKind(given["payee_kind"]),
            holder=0,
            bank_name=given["bank_name"],
            number=given["number"],
            guardian_ground=given["guardian_ground"],
        )
        return actions.propose_account(
            self.subject, entry=entry, holder=given["holder"], acting_user=self.request.user, on=self.today
        )


class AccountDecision(ActPage):
    """What approving and sending back an account share."""

    model, nav, what = BankAccount, "household-list", ""
    template_name = "households/account_act.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.what}：{self.subject.household.head.name}一家"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        return ((self.subject.household.number, self.subject.get_absolute_url()),)

    def rows(self) -> QuerySet[BankAccount]:
        return (
            super().rows().select_related("household__head", "household__township", "holder", "heir_of", "proposed_by")
        )

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        account = self.subject
        dead = account.heir_of and f"{account.heir_of.name}待发的救助金由遗属代领，只领到去世当月"
        return [
            *([dead] if dead else []),
            f"{account.household.head.name} 一家改由 {account.holder.name} 收款",
            f"{account.bank_name} {account.number_mask}",
            f"由 {account.proposed_by.name} 于 {account.proposed_on:%Y年%-m月%-d日} 提出",
        ]


class AccountApprove(AccountDecision):
    """Approve a proposed account."""

    act, what, button, done = Verb.APPROVE_ACCOUNT, "核准收款账户", "核准这个账户", "已核准，下一批起按新账户发放。"

    def perform(self, form: forms.Form) -> BankAccount:
        return actions.approve_account(self.subject, acting_user=self.request.user, on=self.today)


class AccountReject(AccountDecision):
    """Send a proposed account back."""

    act, what, button, done = Verb.REJECT_ACCOUNT, "退回收款账户", "退回", "已退回。"
    form_class = RejectAccountForm

    def perform(self, form: forms.Form) -> BankAccount:
        return actions.reject_account(
            self.subject, acting_user=self.request.user, on=self.today, reason=form.cleaned_data["reason"]
        )
