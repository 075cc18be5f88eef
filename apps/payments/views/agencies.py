"""Which bank pays out, from which day, in which format."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy

from apps.audit.verbs import Verb
from apps.core.pages import ActPage, ListPage
from apps.payments import actions
from apps.payments.bankformat import formats
from apps.payments.forms import AgencyForm, ReasonForm
from apps.payments.models import AgencyBank

CRUMBS = (("代发银行", reverse_lazy("agency-list")),)


class AgencyList(ListPage):
    """The paying banks, newest first, and the formats that are described."""

    model, template_name, title, act = AgencyBank, "payments/agencies.html", "代发银行", Verb.VIEW_PAYMENTS

    def rows(self) -> QuerySet[AgencyBank]:
        """With the people behind them."""
        return super().rows().select_related("proposed_by", "decided_by").order_by("-since", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = AgencyBank.objects.visible_to(self.request.user).on(self.today)
        return super().get_context_data(**({"now": now, "formats": formats().values()} | kwargs))


class AgencyNew(ActPage):
    """Propose another bank, or another format of the same."""

    model, form_class, act, nav, crumbs = None, AgencyForm, Verb.PROPOSE_AGENCY, "agency-list", CRUMBS
    title, button, done = "提出代发银行", "提出，等发放复核岗核准", "已提出，等发放复核岗核准。"
    consequences = (
        "核准后，从启用日期起放行的批次按新的银行和格式生成文件。",
        "已经封存的文件不变，回盘仍按它的格式读取。",
    )

    def perform(self, form: forms.Form) -> AgencyBank:
        """One action."""
        return actions.propose_agency(acting_user=self.request.user, on=self.today, **form.cleaned_data)

    def done_url(self, result: AgencyBank) -> str:
        """The list."""
        return reverse("agency-list")


class AgencyAct(ActPage):
    """Decide on a colleague's proposal."""

    model, nav, crumbs = AgencyBank, "agency-list", CRUMBS

    @property
    def title(self) -> str:
        """The act and the bank."""
        return f"{Verb(self.act).label}：{self.subject.name}"

    @property
    def consequences(self) -> list[str]:
        """What is proposed."""
        one = self.subject
        return [
            f"{one.proposed_by.name}提出：自 {one.since:%Y-%m-%d} 起由{one.name}（{one.bank}）代发。",
            f"文件格式 {one.layout}：{one.format.label}。依据：{one.ground}",
        ]

    def done_url(self, result: AgencyBank) -> str:
        """The list."""
        return reverse("agency-list")


class AgencyApprove(AgencyAct):
    """Take it over."""

    act, button, done = Verb.APPROVE_AGENCY, "核准代发银行", "已核准。"

    def perform(self, form: forms.Form) -> AgencyBank:
        """One action."""
        return actions.approve_proposal(self.subject, acting_user=self.request.user, on=self.today)


class AgencyReject(AgencyAct):
    """Leave everything as it is."""

    act, form_class, button, done = Verb.REJECT_AGENCY, ReasonForm, "退回代发银行", "已退回。"

    def perform(self, form: forms.Form) -> AgencyBank:
        """One action."""
        given = form.cleaned_data
        return actions.reject_proposal(self.subject, acting_user=self.request.user, on=self.today, **given)
