"""The door to the bank: the sealed file out, again with consent, its delivery noted."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from apps.audit.verbs import Verb
from apps.core.pages import ActPage, DetailPage
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.actions.handouts import CONSENT_NEEDED, may_take, refuse_no_file
from apps.payments.facts import downloads_of, totals
from apps.payments.forms import PurposeForm, ReasonForm
from apps.payments.models import AgencyBank, BankFile, Batch, Handout
from apps.payments.views.acts import BatchAct
from apps.payments.views.batch import CRUMBS


def attachment(name: str, content: bytes) -> HttpResponse:
    """Bytes to be saved under a name; the bank's text is no text of ours, so nobody may guess at it."""
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


class FilePage(BatchAct):
    """An act whose answer is a file: the page itself stays, so it says how to go on."""

    template_name = "payments/act_with_file.html"
    afterwards = ""
    following: tuple[str, str]

    def given(self, form: forms.Form) -> HttpResponse:
        """Do the act and answer with the file."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What to do when the file has come, and the page for it."""
        label, page = self.following
        shown = {"afterwards": self.afterwards, "following": (label, reverse(page, args=[self.subject.pk]))}
        return super().get_context_data(**(shown | kwargs))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file, or the form again."""
        _ = self.subject
        form = self.form_class(data=request.POST, **self.form_arguments())
        if not form.is_valid():
            return self.shown(form, status=422)
        try:
            return self.given(form)
        except Refused as refused:
            return self.refused(form, refused)


class DownloadPage(FilePage):
    """Take the sealed file out, with a reason."""

    act, what, form_class, button = Verb.DOWNLOAD_FILE, "下载银行文件", PurposeForm, "下载银行文件"
    afterwards = "下载开始后，请送交银行，再返回批次登记送交。"
    following = ("送交银行后，登记已送银行", "batch-submit")

    def precheck(self) -> None:
        """Refused when there is no file to take, or it was taken and nobody consented to another time."""
        refuse_no_file(self.subject)
        if not may_take(self.subject, self.request.user):
            raise Refused("consent_needed", CONSENT_NEEDED)

    @property
    def consequences(self) -> list[str]:
        """Whose digest it must have, and who had it before."""
        file = getattr(self.subject, "bank_file", None)
        had = [f"{one.user.name} 已于 {one.on:%Y-%m-%d} 下载：{one.reason}" for one in downloads_of(self.subject)]
        return [
            "文件含完整账号和户名，只可送银行；下载人、时间、用途都会记录。",
            "只能下载一次：再次下载须申请，由另一位同事同意。",
            f"送银行前核对文件摘要（SHA-256）：{file.sha256 if file else '—'}",
            *had,
        ]

    def given(self, form: forms.Form) -> HttpResponse:
        """The sealed bytes."""
        handout = actions.download(self.subject, **self.arguments(form))
        return attachment(handout.name, handout.content)


class DownloadAgainPage(BatchAct):
    """Ask to take the file once more."""

    act, what, form_class = Verb.ASK_DOWNLOAD, "申请再次下载", PurposeForm
    button, done = "申请再次下载", "已申请，等发放复核岗或民政局主管同意。"

    def precheck(self) -> None:
        """Refused when there is no file to take."""
        refuse_no_file(self.subject)

    @property
    def consequences(self) -> list[str]:
        """Who had it before, and what follows."""
        had = [f"{one.user.name} 已于 {one.on:%Y-%m-%d} 下载：{one.reason}" for one in downloads_of(self.subject)]
        return [*had, "由另一位同事同意后才能取出；同一份文件送两次可能付两次，请先向银行问清。"]

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.ask_again(self.subject, **self.arguments(form))


class HandoutAct(ActPage):
    """Decide whether a colleague may take the file once more."""

    model, nav = Handout, "batch-list"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the batch."""
        return (*CRUMBS, (f"批次 {self.subject.batch}", self.subject.get_absolute_url()))

    @property
    def title(self) -> str:
        """The act and the batch."""
        return f"{Verb(self.act).label}：批次 {self.subject.batch}"

    @property
    def consequences(self) -> list[str]:
        """Who asks, and who had it before."""
        one = self.subject
        had = [f"{had.user.name} 已于 {had.on:%Y-%m-%d} 下载：{had.reason}" for had in downloads_of(one.batch)]
        follows = f"同意后，{one.asked_by.name}可以再下载一次；同一份文件送两次可能付两次，请先向银行问清。"
        return [f"{one.asked_by.name} 于 {one.asked_on:%Y-%m-%d} 申请：{one.reason}", *had, follows]


class HandoutGrant(HandoutAct):
    """Let it be taken."""

    act, button, done = Verb.GRANT_DOWNLOAD, "同意再次下载", "已同意，申请人可以下载一次。"

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.grant_download(self.subject, acting_user=self.request.user, on=self.today)


class HandoutRefuse(HandoutAct):
    """Do not."""

    act, form_class, button, done = Verb.REFUSE_DOWNLOAD, ReasonForm, "不同意再次下载", "已记下不同意。"

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        given = form.cleaned_data
        return actions.refuse_download(self.subject, acting_user=self.request.user, on=self.today, **given)


class SlipPage(DetailPage):
    """The slip that goes to the bank with the file (拨付单): what it amounts to, and its digest."""

    model, template_name, act, nav = Batch, "payments/slip.html", Verb.VIEW_PAYMENTS, "batch-list"

    @property
    def title(self) -> str:
        """The batch's number."""
        return f"拨付单 {self.subject}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = BankFile.objects.visible_to(self.request.user).filter(batch=self.subject).first()
        if file is None:
            raise Refused("no_file", "放行之后才有银行文件和拨付单。")
        bank = AgencyBank.objects.visible_to(self.request.user).on(file.made_on)
        shown = {"batch": self.subject, "file": file, "bank": bank, "totals": totals(self.subject)}
        return super().get_context_data(**(shown | kwargs))


class SubmitPage(BatchAct):
    """Note that the file went to the bank."""

    act, what, done = Verb.SUBMIT_BATCH, "登记送交银行", "已登记送交银行，等银行回盘。"

    @property
    def button(self) -> str:
        """What was delivered."""
        return f"已送银行 {self.subject.size}"

    @property
    def consequences(self) -> list[str]:
        """What follows."""
        return ["登记后批次不能撤销，只能按银行回盘处理。"]

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.submit(self.subject, **self.arguments(form))
