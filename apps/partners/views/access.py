"""Partners, their programs and their grants: opened by one, proposed by another, approved by a third."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse_lazy

from apps.accounts.facts import grantable_areas
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.partners import actions
from apps.partners.actions.grants import Wanted
from apps.partners.enums import Dataset, GrantState
from apps.partners.forms.access import ClientForm, GrantForm, PartnerForm, ReasonForm
from apps.partners.models import Certificate, Client, Grant, Partner
from apps.partners.views.showing import ShowsOnce

PARTNERS = (("部门接口", reverse_lazy("partner-list")),)


class PartnerList(ListPage):
    """All partners, with what they have and what waits."""

    model, template_name = Partner, "partners/list.html"
    title, act = "部门接口", Verb.VIEW_PARTNERS

    def rows(self) -> QuerySet[Partner]:
        standing = Q(clients__grants__state=GrantState.APPROVED, clients__grants__until__gt=self.today)
        waiting = Q(clients__grants__state=GrantState.PROPOSED)
        certificate = Q(clients__certificates__state=GrantState.PROPOSED)
        ending = Certificate.objects.visible_to(self.request.user).running_out()
        counted = (
            super()
            .rows()
            .annotate(
                standing=Count("clients__grants", filter=standing, distinct=True),
                waiting=Count("clients__grants", filter=waiting, distinct=True)
                + Count("clients__certificates", filter=certificate, distinct=True),
                ending=Exists(ending.filter(client__partner=OuterRef("pk"))),
            )
        )
        return counted.order_by("-waiting", "name", "pk")


class PartnerPage(DetailPage):
    """One partner: its programs and their grants."""

    model, template_name = Partner, "partners/detail.html"
    act, nav, crumbs = Verb.VIEW_PARTNERS, "partner-list", PARTNERS

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        clients = self.subject.clients.select_related("application").order_by("closed_on", "pk")
        grants = Grant.objects.visible_to(self.request.user).filter(client__in=clients)
        grants = grants.select_related("area", "proposed_by", "decided_by").order_by("-pk")
        of_client: dict[int, list[Grant]] = {}
        for grant in grants:
            of_client.setdefault(grant.client_id, []).append(grant)
        certificates = Certificate.objects.visible_to(self.request.user).select_related("proposed_by", "decided_by")
        shown: dict[int, list[Certificate]] = {}
        for one in certificates.filter(client__in=clients).order_by("-pk"):
            shown.setdefault(one.client_id, []).append(one)
        programs = [(client, of_client.get(client.pk, []), shown.get(client.pk, [])) for client in clients]
        return super().get_context_data(
            **({"programs": programs, "datasets": Dataset, "required": settings.PARTNER_CERTIFICATE_REQUIRED} | kwargs)
        )


class PartnerNew(ActPage):
    """Write another bureau down."""

    form_class, act, nav, crumbs = PartnerForm, Verb.REGISTER_PARTNER, "partner-list", PARTNERS
    title, button, done = "登记兄弟部门", "登记", "已登记，可以为它开设接口账号。"

    def perform(self, form: forms.Form) -> Partner:
        given = form.cleaned_data
        return actions.register_partner(given.pop("name"), **given, acting_user=self.request.user, on=self.today)


class ClientNew(ShowsOnce):
    """Open an interface account."""

    model, form_class, act, nav = Partner, ClientForm, Verb.OPEN_CLIENT, "partner-list"
    template_name = "partners/credentials.html"
    title, button = "开设接口账号", "开设并显示凭证"
    consequences = (
        "凭证只显示这一次，请当面或用密封方式交给对方",
        "开设后还不能查询：由安全管理员提出授权，民政局主管批准",
    )

    def perform(self, form: forms.Form) -> dict[str, Any]:
        given = form.cleaned_data
        client, credentials = actions.open_client(self.subject, **given, acting_user=self.request.user, on=self.today)
        return {"client": client, "credentials": credentials}


class ClientRenew(ShowsOnce):
    """Give a program new credentials."""

    model, form_class, act, nav = Client, ReasonForm, Verb.RENEW_CREDENTIALS, "partner-list"
    template_name = "partners/credentials.html"
    title, button = "更换接口凭证", "更换并显示新凭证"
    consequences = ("旧的密钥、签名密钥和全部令牌立即失效", "授权不变")

    def perform(self, form: forms.Form) -> dict[str, Any]:
        client, credentials = actions.renew_credentials(
            self.subject, reason=form.cleaned_data["reason"], acting_user=self.request.user, on=self.today
        )
        return {"client": client, "credentials": credentials}


class ClientClose(BelowSubject, ActPage):
    """Close a program's account for good."""

    model, form_class, act, nav = Client, ReasonForm, Verb.CLOSE_CLIENT, "partner-list"
    title, button, tone, done = "停用接口账号", "停用", "danger", "已停用，令牌立即失效。"
    consequences = ("立即生效，不能恢复；以后需要时另开账号",)

    def perform(self, form: forms.Form) -> Client:
        return actions.close_client(
            self.subject, reason=form.cleaned_data["reason"], acting_user=self.request.user, on=self.today
        )


class GrantNew(BelowSubject, ActPage):
    """Propose what a program may ask; the dataset is in the address."""

    model, form_class, act, nav = Client, GrantForm, Verb.PROPOSE_GRANT, "partner-list"
    template_name = "partners/grant_new.html"
    button, done = "提出授权", "已提出，等民政局主管批准。"
    consequences = ("由民政局主管批准后，自起始日期生效", "只给办理这项用途必需的字段")

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"提出授权：{self.dataset.label}"

    @property
    def dataset(self) -> Dataset:
        """What the grant is to open."""
        return next((one for one in Dataset if one == self.request.GET.get("dataset")), Dataset.STATUS)

    def form_arguments(self) -> dict[str, Any]:
        initial = {"since": self.today, "until": self.today.replace(year=self.today.year + 1, day=1)}
        return {"dataset": self.dataset, "areas": grantable_areas(), "initial": initial}

    def perform(self, form: forms.Form) -> Grant:
        given = form.cleaned_data
        wanted = Wanted(
            dataset=self.dataset,
            fields=given.pop("fields_told", []),
            purposes=given.pop("purposes", []),
            **given,
        )
        return actions.propose_grant(self.subject, wanted=wanted, acting_user=self.request.user, on=self.today)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"datasets": Dataset, "dataset": self.dataset} | kwargs))


class _OnGrant(BelowSubject, ActPage):
    """What the acts on a grant share: the whole of it before the eyes."""

    model, nav = Grant, "partner-list"

    def rows(self) -> QuerySet[Grant]:
        return super().rows().select_related("client__partner", "area", "proposed_by")

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        grant = self.subject
        return [
            f"{grant.client} 可以使用“{grant.get_dataset_display()}”",
            f"字段：{grant.field_labels}",
            f"用途：{grant.purpose_labels}",
            f"区域：{grant.area}；来源地址：{'、'.join(grant.networks)}",
            f"自 {grant.since:%Y年%-m月%-d日} 至 {grant.until:%Y年%-m月%-d日}（不含）；依据：{grant.basis}",
            f"由 {grant.proposed_by.name} 于 {grant.proposed_on:%Y年%-m月%-d日} 提出",
        ]


class GrantsWaiting(ListPage):
    """The grants and certificates that wait for who approves them, the oldest first."""

    model, template_name = Grant, "partners/grants.html"
    title, act, nav, crumbs = "接口授权待批准", Verb.APPROVE_GRANT, "partner-list", PARTNERS

    def rows(self) -> QuerySet[Grant]:
        rows = super().rows().waiting_for(self.request.user)
        return rows.select_related("client__partner", "area", "proposed_by").order_by("pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = Certificate.objects.visible_to(self.request.user).waiting_for(self.request.user)
        waiting = waiting.select_related("client__partner", "proposed_by").order_by("pk")
        return super().get_context_data(**({"certificates": waiting} | kwargs))


class GrantApprove(_OnGrant):
    """Approve what another proposed."""

    act, title, button, done = Verb.APPROVE_GRANT, "批准授权", "批准这项授权", "已批准，自起始日期生效。"

    def perform(self, form: forms.Form) -> Grant:
        return actions.approve_grant(self.subject, acting_user=self.request.user, on=self.today)


class GrantReject(_OnGrant):
    """Send a proposal back."""

    form_class = ReasonForm
    act, title, button, done = Verb.REJECT_GRANT, "不批准授权", "不批准", "已退回。"

    def perform(self, form: forms.Form) -> Grant:
        return actions.reject_grant(
            self.subject, reason=form.cleaned_data["reason"], acting_user=self.request.user, on=self.today
        )


class GrantRevoke(_OnGrant):
    """Take a grant back at once."""

    form_class = ReasonForm
    act, title, button, tone = Verb.REVOKE_GRANT, "收回授权", "立即收回", "danger"
    done = "已收回，下一次请求起拒绝。"

    def perform(self, form: forms.Form) -> Grant:
        return actions.revoke_grant(
            self.subject, reason=form.cleaned_data["reason"], acting_user=self.request.user, on=self.today
        )
