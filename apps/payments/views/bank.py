"""The doors to the bank: file out, delivery noted, return file in."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from apps.audit.verbs import Verb
from apps.core.pages import DetailPage
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.bankfile import parse
from apps.payments.enums import BatchState, ReturnOutcome
from apps.payments.facts import downloads_of, is_at_the_bank
from apps.payments.forms import PurposeForm, ReturnForm, SimulationForm
from apps.payments.models import ReturnFile
from apps.payments.simulator import reply
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

    def given(self, form: forms.Form) -> HttpResponse:
        """Do the act and answer with the file."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What to do when the file has come."""
        return super().get_context_data(**({"afterwards": self.afterwards} | kwargs))

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

    def precheck(self) -> None:
        """Refused when there is no file to take."""
        if self.subject.state not in (BatchState.SEALED, BatchState.SUBMITTED):
            raise Refused("no_file", "现在没有可下载的银行文件：须在放行之后、银行回盘之前下载。")

    @property
    def consequences(self) -> list[str]:
        """Who had it before."""
        had = [f"{one.user.name} 已于 {one.on:%Y-%m-%d} 下载：{one.reason}" for one in downloads_of(self.subject)]
        return ["文件含完整账号和户名，只可送银行；下载人、时间、用途都会记录。", *had]

    def given(self, form: forms.Form) -> HttpResponse:
        """The sealed bytes."""
        handout = actions.download(self.subject, **self.arguments(form))
        return attachment(handout.name, handout.content)


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


class ReturnPage(BatchAct):
    """Bring a return file in."""

    act, what, form_class, button = Verb.IMPORT_RETURN, "导入回盘", ReturnForm, "导入回盘"
    consequences = (
        "先逐行核对：批次号、笔数、金额、每一笔是否由本批送出。",
        "全部相符才入账；有一处不符，整份退回并指出是哪一行。",
        "文件里没有的支付记为“结果未定”，查明前不能重发。",
    )

    def perform(self, form: forms.Form) -> ReturnFile:
        """One action."""
        content = form.cleaned_data["file"].read()
        return actions.import_return(self.subject, content=content, acting_user=self.request.user, on=self.today)

    def done_url(self, result: ReturnFile) -> str:
        """The errors, or the batch."""
        if result.outcome == ReturnOutcome.REJECTED:
            return reverse("return-file", args=[result.pk])
        return self.subject.get_absolute_url()

    def done_message(self, result: ReturnFile) -> str:
        """What the bank said; the errors speak for themselves."""
        if result.outcome == ReturnOutcome.REJECTED:
            return ""
        said = f"已导入：到账 {result.paid_count} 笔，未成功 {result.failed_count} 笔"
        return f"{said}，结果未定 {result.unknown_count} 笔。" if result.unknown_count else f"{said}。"


class ReturnFilePage(DetailPage):
    """A return file and everything wrong with it."""

    model, template_name, act, nav = ReturnFile, "payments/return_file.html", Verb.VIEW_PAYMENTS, "batch-list"
    title = "银行回盘文件"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the batch."""
        return (*CRUMBS, (f"批次 {self.subject.batch}", self.subject.batch.get_absolute_url()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        alarm = [error for error in self.subject.errors if error["code"] == "unknown_id"]
        again = is_at_the_bank(self.subject.batch)
        return super().get_context_data(**({"file": self.subject, "alarm": alarm, "again": again} | kwargs))


class SimulatePage(FilePage):
    """Demo offices only: what a bank would answer, as a file to bring in."""

    act, what, form_class, button = Verb.IMPORT_RETURN, "演示：生成银行回盘", SimulationForm, "生成并下载回盘文件"
    consequences = ("没有真正的银行：按您的设定生成一份回盘文件，保存后再“导入银行回盘”。",)
    afterwards = "下载开始后，请返回批次导入这份回盘。"

    def permitted(self) -> bool:
        """Absent where the office lives on the real calendar."""
        if not settings.OFFICE_DATE:
            raise Http404
        return super().permitted()

    def form_arguments(self) -> dict[str, Any]:
        """Who is in the file, in its order."""
        self.precheck()
        return {"names": [line.name for line in parse(self.subject.bank_file.content()).lines]}

    def given(self, form: forms.Form) -> HttpResponse:
        """The answer's bytes."""
        failing = dict.fromkeys(form.cleaned_data["failing"], form.cleaned_data["code"])
        content = reply(self.subject.bank_file.content(), on=self.today, failing=failing)
        return attachment(f"{self.subject.number}-回盘.txt", content)
