"""The bank's answers: brought in, read beside their errors, cleared up, and come back late."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse, reverse_lazy

from apps.audit.verbs import Verb
from apps.core.pages import ActPage, DetailPage, ListPage
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.actions.late import RECONCILED
from apps.payments.bankfile import parse
from apps.payments.enums import InstructionState, ReturnOutcome
from apps.payments.facts import faulty_lines, is_at_the_bank
from apps.payments.forms import GroundForm, LateReturnForm, LateSimulationForm, ReasonForm, ReturnForm, SimulationForm
from apps.payments.models import Instruction, LateReturn, ReturnAlarm, ReturnFile
from apps.payments.simulator import late_reply, reply
from apps.payments.views.acts import BatchAct
from apps.payments.views.bank import FilePage, attachment
from apps.payments.views.batch import CRUMBS


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


class LateReturnPage(ReturnPage):
    """Bring in the bank's file of payments that came back after the batch was reconciled."""

    act, what, button = Verb.IMPORT_LATE_RETURN, "导入退票", "导入退票"
    consequences = (
        "只收到账以后又退回的支付：逐行核对，有一处不符，整份退回。",
        "退回的支付记为“已退票”，另记一笔账；这一笔应发重新待发，列入待更正。",
        "批次关闭时的数字不变，退票列在下面。",
    )

    def precheck(self) -> None:
        """Refused while the batch still waits for answers."""
        if self.subject.state not in RECONCILED:
            raise Refused("not_late", "这个批次还没有对完账，请从“导入银行回盘”导入。")

    def perform(self, form: forms.Form) -> ReturnFile:
        """One action."""
        content = form.cleaned_data["file"].read()
        return actions.import_late_return(self.subject, content=content, acting_user=self.request.user, on=self.today)

    def done_message(self, result: ReturnFile) -> str:
        """How many came back."""
        told = f"已登记退票 {result.failed_count} 笔，请通知乡镇更正账户后重新发放。"
        return told if result.outcome == ReturnOutcome.APPLIED else ""


class ReturnFilePage(DetailPage):
    """A return file and everything wrong with it, beside the lines as they stand in it (masked)."""

    model, template_name, act, nav = ReturnFile, "payments/return_file.html", Verb.VIEW_PAYMENTS, "batch-list"
    title = "银行回盘文件"

    def rows(self) -> Any:
        """With the alarm it raised."""
        return super().rows().select_related("batch", "imported_by")

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the batch."""
        return (*CRUMBS, (f"批次 {self.subject.batch}", self.subject.batch.get_absolute_url()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = self.subject
        alarm = [error for error in file.errors if error["code"] == "unknown_id"]
        raised = ReturnAlarm.objects.visible_to(self.request.user).filter(batch=file.batch, sha256=file.sha256).first()
        bring = "batch-late-return" if file.late else "batch-return"
        again = file.late or is_at_the_bank(file.batch)
        shown = {"file": file, "alarm": alarm, "raised": raised, "again": reverse(bring, args=[file.batch_id]) * again}
        return super().get_context_data(**(shown | {"faulty": faulty_lines(file)} | kwargs))


class AlarmList(ListPage):
    """Payments in return files that nobody here sent, until it is known where they came from."""

    model, template_name, title, act = ReturnAlarm, "payments/alarms.html", "回盘警报", Verb.VIEW_ALARMS

    def rows(self) -> QuerySet[ReturnAlarm]:
        """The open ones first."""
        return super().rows().select_related("batch", "raised_by", "resolved_by").order_by("state", "-raised_on", "-pk")


class AlarmPage(DetailPage):
    """One alarm."""

    model, template_name, act, nav = ReturnAlarm, "payments/alarm.html", Verb.VIEW_ALARMS, "alarm-list"
    crumbs = (("回盘警报", reverse_lazy("alarm-list")),)

    @property
    def title(self) -> str:
        """Which batch, how many."""
        return str(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        alarm = self.subject
        lines = [one for one in faulty_lines(alarm.return_file) if one.number in set(alarm.lines)]
        return super().get_context_data(**({"alarm": alarm, "faulty": lines} | kwargs))


class AlarmResolve(ActPage):
    """Say what was found out."""

    model, form_class, act, nav = ReturnAlarm, GroundForm, Verb.RESOLVE_ALARM, "alarm-list"
    title, button, done = "登记查明情况", "登记查明情况", "已登记查明情况。"
    consequences = (
        "先与银行核对：这几笔是谁要求付的，钱付出去没有。",
        "登记后这条警报办结，记录留存；多出的支付不会入账。",
        "须由导入人以外的同事登记。",
    )

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.resolve_alarm(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)


class LateReturnNew(ActPage):
    """Enter one payment that came back, from the bank's paper."""

    model, form_class, act, nav = Instruction, LateReturnForm, Verb.PROPOSE_LATE_RETURN, "batch-list"
    button, done = "登记退票", "已登记，等发放复核岗确认。"
    consequences = ("须由另一位同事按银行单据确认，确认后这一笔记为“已退票”，重新待发。", "批次关闭时的数字不变。")

    @property
    def title(self) -> str:
        """Whose payment."""
        return f"登记退票：{self.subject.payee_name}"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the batch."""
        return (*CRUMBS, (f"批次 {self.subject.batch}", self.subject.batch.get_absolute_url()))

    def precheck(self) -> None:
        """Refused unless it arrived and its batch is reconciled."""
        if self.subject.state != InstructionState.PAID or self.subject.batch.state not in RECONCILED:
            raise Refused("not_paid", "只有已到账、批次已对完账的支付才能登记退票。")

    def perform(self, form: forms.Form) -> LateReturn:
        """One action."""
        given = form.cleaned_data
        return actions.propose_late_return(self.subject, acting_user=self.request.user, on=self.today, **given)

    def done_url(self, result: LateReturn) -> str:
        """The batch."""
        return result.get_absolute_url()


class LateReturnAct(ActPage):
    """Decide on a colleague's entry."""

    model, nav = LateReturn, "batch-list"

    @property
    def title(self) -> str:
        """Whose payment."""
        return f"{Verb(self.act).label}：{self.subject.instruction.payee_name}"

    @property
    def consequences(self) -> list[str]:
        """What was entered, and what follows."""
        late = self.subject
        told = f"{late.entered_by.name}登记：{late.returned_on:%Y-%m-%d} 退回，{late.text}，凭据“{late.ground}”。"
        return [told, "确认后这一笔记为“已退票”并重新待发；退回登记则保持“已到账”。"]


class LateReturnApprove(LateReturnAct):
    """It did come back."""

    act, button, done = Verb.APPROVE_LATE_RETURN, "确认退票", "已确认退票，这一笔已列入待更正。"

    def perform(self, form: forms.Form) -> LateReturn:
        """One action."""
        return actions.approve_late_return(self.subject, acting_user=self.request.user, on=self.today)


class LateReturnReject(LateReturnAct):
    """It did not."""

    act, form_class, button, done = Verb.REJECT_LATE_RETURN, ReasonForm, "退回登记", "已退回登记。"

    def perform(self, form: forms.Form) -> LateReturn:
        """One action."""
        given = form.cleaned_data
        return actions.reject_late_return(self.subject, acting_user=self.request.user, on=self.today, **given)


class SimulatePage(FilePage):
    """Demo offices only: what a bank would answer, as a file to bring in."""

    act, what, form_class, button = Verb.IMPORT_RETURN, "演示：生成银行回盘", SimulationForm, "生成并下载回盘文件"
    consequences = ("没有真正的银行：按您的设定生成一份回盘文件，保存后再“导入银行回盘”。",)
    afterwards = "下载开始后，请返回批次导入这份回盘。"
    following = ("导入银行回盘", "batch-return")

    def permitted(self) -> bool:
        """Absent where the office lives on the real calendar."""
        if not settings.OFFICE_DATE:
            raise Http404
        return super().permitted()

    def form_arguments(self) -> dict[str, Any]:
        """Who is in the file, in its order."""
        self.precheck()
        sealed = self.subject.bank_file
        return {"names": [line.name for line in parse(sealed.content(), sealed.format).lines]}

    def given(self, form: forms.Form) -> HttpResponse:
        """The answer's bytes."""
        told, sealed = form.cleaned_data, self.subject.bank_file
        failing = dict.fromkeys(told["failing"], told["code"])
        given = {"missing": told["missing"], "extra": told["extra"], "layout": sealed.format}
        content = reply(sealed.content(), on=self.today, failing=failing, **given)
        return attachment(f"{self.subject.number}-回盘.{sealed.format.suffix}", content)


class SimulateLatePage(SimulatePage):
    """Demo offices only: payments that come back after they had arrived."""

    act, what, form_class = Verb.IMPORT_LATE_RETURN, "演示：生成退票文件", LateSimulationForm
    button = "生成并下载退票文件"
    consequences = ("没有真正的银行：生成一份到账以后又退回的文件，保存后再“导入退票”。",)
    afterwards = "下载开始后，请返回批次导入这份退票文件。"
    following = ("导入退票", "batch-late-return")

    precheck = LateReturnPage.precheck

    def given(self, form: forms.Form) -> HttpResponse:
        """The file's bytes."""
        sealed = self.subject.bank_file
        returned = dict.fromkeys(form.cleaned_data["failing"], form.cleaned_data["code"])
        content = late_reply(sealed.content(), on=self.today, returned=returned, layout=sealed.format)
        return attachment(f"{self.subject.number}-退票.{sealed.format.suffix}", content)
