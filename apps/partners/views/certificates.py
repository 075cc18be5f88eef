"""The certificates of a program: proposed, approved, rejected and taken back by the hands that give its grants."""

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from apps.audit.verbs import Verb
from apps.core.pages import ActPage, BelowSubject
from apps.partners import actions
from apps.partners.forms.access import ReasonForm
from apps.partners.forms.certificates import CertificateForm
from apps.partners.models import Certificate, Client


class CertificateNew(BelowSubject, ActPage):
    """Propose which certificate a program shows."""

    model, form_class, act, nav = Client, CertificateForm, Verb.PROPOSE_GRANT, "partner-list"
    title, button, done = "登记客户端证书", "提出", "已提出，等民政局主管批准。"
    consequences = (
        "由民政局主管批准后，这个账号每次请求都要出示登记的证书",
        "更换时先登记新证书，批准后新旧都能用；对方换好了，再收回旧的",
        "证书到期后自动失效，到期前三十天在首页提醒",
    )

    def perform(self, form: forms.Form) -> Certificate:
        given = form.cleaned_data
        return actions.propose_certificate(self.subject, **given, acting_user=self.request.user, on=self.today)


class _OnCertificate(BelowSubject, ActPage):
    """What the acts on a certificate share: the whole of it before the eyes."""

    model, nav = Certificate, "partner-list"

    def rows(self) -> QuerySet[Certificate]:
        return super().rows().select_related("client__partner", "proposed_by")

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        one = self.subject
        since, until = (timezone.localtime(day) for day in (one.valid_from, one.valid_until))
        return [
            f"{one.client} 用这张证书：{one.subject}",
            f"SHA-256 指纹：{one.spaced}",
            f"有效期 {since:%Y年%-m月%-d日} 至 {until:%Y年%-m月%-d日}",
            f"指纹核对方式：{one.basis}",
            f"由 {one.proposed_by.name} 于 {one.proposed_on:%Y年%-m月%-d日} 提出",
        ]


class CertificateApprove(_OnCertificate):
    """Approve what another proposed."""

    act, title, button = Verb.APPROVE_GRANT, "批准客户端证书", "批准这张证书"
    done = "已批准，从现在起这个账号须出示登记的证书。"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        return [*super().consequences, "批准后，这个账号没有登记的证书就取不到令牌，也不能查询"]

    def perform(self, form: forms.Form) -> Certificate:
        return actions.approve_grant(self.subject, acting_user=self.request.user, on=self.today)


class CertificateReject(_OnCertificate):
    """Send a proposal back."""

    form_class = ReasonForm
    act, title, button, done = Verb.REJECT_GRANT, "不批准客户端证书", "不批准", "已退回。"

    def perform(self, form: forms.Form) -> Certificate:
        reason = form.cleaned_data["reason"]
        return actions.reject_grant(self.subject, reason=reason, acting_user=self.request.user, on=self.today)


class CertificateRevoke(_OnCertificate):
    """Take one back at once and for good."""

    form_class = ReasonForm
    act, title, button, tone = Verb.REVOKE_GRANT, "收回客户端证书", "立即收回", "danger"
    done = "已收回，下一次请求起拒绝。"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        others = self.subject.client.certificates.opening().exclude(pk=self.subject.pk).count()
        after = f"还有 {others} 张证书可用" if others else "没有别的证书可用，收回后这个账号什么也办不了"
        return [*super().consequences, "收回以后不能再登记", after]

    def perform(self, form: forms.Form) -> Certificate:
        reason = form.cleaned_data["reason"]
        return actions.revoke_grant(self.subject, reason=reason, acting_user=self.request.user, on=self.today)
