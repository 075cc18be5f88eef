"""变更推送: receivers, how each lane stands, and letters that did not arrive."""

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.partners import actions
from apps.partners.enums import Dataset
from apps.partners.forms.referrals import ReasonForm
from apps.partners.forms.webhooks import STATUSES, StopForm, WebhookFilter, WebhookForm
from apps.partners.models import Delivery, Webhook
from apps.partners.transitions import DeliveryState
from apps.partners.views.showing import ShowsOnce

LISTED = 200


class WebhookList(ListPage):
    """Who is told of changes, and whether it arrives."""

    model, filters, template_name = Webhook, WebhookFilter, "partners/webhooks.html"
    title, act = "变更推送", Verb.VIEW_SYSTEM

    def rows(self) -> QuerySet[Webhook]:
        count = {
            "waiting": Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING)),
            "dead": Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
        }
        return super().rows().select_related("client__partner").annotate(**count).order_by("stopped_on", "pk")

    def narrow(self, rows: QuerySet[Webhook], chosen: dict[str, Any]) -> QuerySet[Webhook]:
        return rows.waiting_for(self.request.user) if chosen.get("show") == "waiting" else rows


class WebhookNew(ActPage):
    """Propose a receiver."""

    form_class, act, nav = WebhookForm, Verb.PROPOSE_WEBHOOK, "webhook-list"
    title, button, done = "登记推送地址", "提出", "已提出，等安全管理员核准。"
    consequences = (
        "由安全管理员核准后才开始推送",
        "推送只含编号、身份、起止日期；姓名和身份证号由对方凭授权另行查询",
        "提出后在推送地址的页面上交付签名密钥，对方凭它核验",
    )

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [("变更推送", reverse("webhook-list"))]

    def form_arguments(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def perform(self, form: forms.Form) -> Webhook:
        given = dict(form.cleaned_data)
        return actions.propose_webhook(given.pop("client"), acting_user=self.request.user, on=self.today, **given)


class WebhookPage(DetailPage):
    """One receiver with its dead letters."""

    model, template_name = Webhook, "partners/webhook.html"
    nav, act = "webhook-list", Verb.VIEW_SYSTEM

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [("变更推送", reverse("webhook-list"))]

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, user = self.subject, self.request.user
        counts = dict(one.deliveries.values_list("state").annotate(n=Count("pk")).order_by())
        open_ = one.stopped_on is None
        given = {
            "counts": [(label, counts.get(state, 0)) for state, label in DeliveryState.choices],
            "letters": one.deliveries.filter(state=DeliveryState.DEAD)
            .select_related("change")
            .order_by("position")[:LISTED],
            "statuses": [label for value, label in STATUSES if value in one.statuses],
            "grants": one.client.grants.in_force(self.today).filter(dataset=Dataset.CHANGES).select_related("area"),
            "approves": open_ and one.approved_on is None and user.may(Verb.APPROVE_WEBHOOK, on=self.today),
            "hands_over": open_ and user.may(Verb.HAND_OVER_KEY, on=self.today),
            "tries": open_ and one.approved_on is not None and user.may(Verb.TRY_WEBHOOK, on=self.today),
            "stops": open_ and user.may(Verb.STOP_WEBHOOK, on=self.today),
            "resends": user.may(Verb.RESEND_DELIVERY, on=self.today),
            "records": Record.objects.visible_to(user).about(one).select_related("user"),
        }
        return super().get_context_data(**(given | kwargs))


class ApproveWebhook(BelowSubject, ActPage):
    """Let it begin."""

    model, act, nav = Webhook, Verb.APPROVE_WEBHOOK, "webhook-list"
    title, button, done = "核准推送地址", "核准，开始推送", "已核准，今后的变化会推送过去。"
    template_name = "partners/webhook_approve.html"
    consequences = ("从现在起的变化推送到这个地址", "提出的人不能自己核准")

    def perform(self, form: forms.Form) -> Webhook:
        return actions.approve_webhook(self.subject, acting_user=self.request.user, on=self.today)


class HandOverKey(ShowsOnce):
    """Give the receiver the key by which it knows that it is this office who tells it."""

    model, act, nav = Webhook, Verb.HAND_OVER_KEY, "webhook-list"
    template_name, title, button = "partners/webhook_key.html", "交付推送密钥", "生成并显示密钥"
    consequences = (
        "密钥只显示这一次，请当面或用密封方式交给对方",
        "以前交付的密钥立即失效：之后的推送都用新密钥签名",
    )

    def perform(self, form: forms.Form) -> dict[str, Any]:
        _, key = actions.hand_over_key(self.subject, acting_user=self.request.user, on=self.today)
        return {"key": key}


class TryWebhook(BelowSubject, ActPage):
    """Send one event about nobody."""

    model, act, nav = Webhook, Verb.TRY_WEBHOOK, "webhook-list"
    title, button, done = "试推送", "发出一次试推送", "已发出，几秒内显示对方的回答。"
    template_name = "partners/webhook_approve.html"
    consequences = (
        "向对方的地址发出一条带签名的试推送，只有编号，没有任何家庭的信息",
        "不占变化的次序，不影响正在排队的推送",
    )

    def perform(self, form: forms.Form) -> Webhook:
        return actions.try_webhook(self.subject, acting_user=self.request.user, on=self.today)

    def rings(self, result: Webhook) -> list[tuple[Any, ...]]:
        return [("partners.try_out", result.pk)]


class StopWebhook(BelowSubject, ActPage):
    """Send nothing more."""

    model, form_class, act, nav = Webhook, StopForm, Verb.STOP_WEBHOOK, "webhook-list"
    title, button, tone, done = "停用推送", "停用", "danger", "已停用。"
    consequences = ("不再推送任何变化；没有送达的不再送",)

    def perform(self, form: forms.Form) -> Webhook:
        return actions.stop_webhook(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)


class LetterAct(ActPage):
    """What becomes of a letter that did not arrive."""

    model, nav = Delivery, "webhook-list"

    def rows(self) -> QuerySet[Delivery]:
        return super().rows().select_related("webhook__client__partner", "change")

    @property
    def crumbs(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [(str(self.subject.webhook), self.subject.webhook.get_absolute_url())]

    def done_url(self, result: Any) -> str:
        return str(self.subject.webhook.get_absolute_url())


class ResendPage(LetterAct):
    """Try again."""

    act, form_class, title, button = Verb.RESEND_DELIVERY, ReasonForm, "重新推送", "重新推送"
    done = "已重新排队，几秒内推送。"
    consequences = ("重新开始计次；同一家庭排在后面的随后推送", "对方按编号去重，重复收到不会办两次")

    def perform(self, form: forms.Form) -> Delivery:
        return actions.resend_delivery(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)

    def rings(self, result: Any) -> list[tuple[Any, ...]]:
        return [("partners.relay",)]


class DropPage(LetterAct):
    """The receiver was told otherwise."""

    act, form_class, title, button = Verb.DROP_DELIVERY, ReasonForm, "不再推送", "不再推送"
    tone, done = "danger", "已了结。"
    consequences = ("这条变化不再推送；同一家庭排在后面的继续推送",)

    def perform(self, form: forms.Form) -> Delivery:
        return actions.drop_delivery(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)
