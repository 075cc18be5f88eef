"""The acts on a batch inside the office: each page says what will happen, then does one action."""

from typing import Any

from django import forms

from apps.audit.verbs import Verb
from apps.awards.models import MonthRun
from apps.awards.transitions import RUN_MOVES
from apps.core.money import format_yuan
from apps.core.pages import ActPage
from apps.payments import actions
from apps.payments.actions.batches import refuse_open_findings, refuse_own_accounts
from apps.payments.comparison import compared
from apps.payments.facts import (
    closing_of,
    content_of,
    drawable,
    outdated,
    recently_changed,
    totals,
    whole,
    without_account,
)
from apps.payments.forms import ContentForm, ReasonForm, RosterForm
from apps.payments.models import Batch, Finding
from apps.payments.transitions import BATCH_MOVES
from apps.payments.views.batch import CRUMBS, SHORT
from apps.payments.wording import by_ground


class BatchAct(ActPage):
    """An act that moves a batch; a batch that cannot make the move says so at once."""

    model, nav = Batch, "batch-list"
    what = ""

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the batch."""
        return (*CRUMBS, (f"批次 {self.subject}", self.subject.get_absolute_url()))

    @property
    def title(self) -> str:
        """The act and the batch."""
        return f"{self.what} {self.subject}"

    def precheck(self) -> None:
        """Refused when the batch's state does not allow this act."""
        BATCH_MOVES.target(self.act, self.subject.state)

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        """What every action takes."""
        return {"acting_user": self.request.user, "on": self.today, **form.cleaned_data}


class ContentAct(BatchAct):
    """An act that stands for the whole content: what it amounts to is on the page."""

    template_name = "payments/act_on_content.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Sums by township and scheme, and the accounts that changed lately."""
        batch = self.subject
        changed = list(recently_changed(batch, self.today))
        rows = totals(batch)
        shown: dict[str, Any] = {"compared": compared(batch)}
        shown |= {"totals": rows, "sums": whole(rows), "content": content_of(batch), "changed": changed}
        shown["let_through"] = by_ground(Finding.objects.visible_to(self.request.user).of(batch))
        return super().get_context_data(**(shown | kwargs))


class FreezePage(ContentAct):
    """Hand the draft to the checker."""

    act, what, form_class, done = Verb.FREEZE_BATCH, "送审", RosterForm, "已送审，等发放复核岗复核。"

    @property
    def button(self) -> str:
        """What exactly is handed over."""
        content = content_of(self.subject)
        return f"送审 {content.count} 笔、{format_yuan(content.total_fen)} 元"

    @property
    def consequences(self) -> list[str]:
        """What follows."""
        return [
            "先打印花名册，由财政等签字；照签字的花名册填笔数和合计，与批次不一致不能送审。",
            "送审时逐笔核查死亡、停发、账户等疑点；有疑点的须由他人核销，或退回移出。",
            "批次内容从此固定，谁也不能增减或改动账户、金额；由另外的同事复核，再一位同事放行。",
        ]

    def precheck(self) -> None:
        """Refused also for a maker who let one of its accounts in."""
        super().precheck()
        refuse_own_accounts(self.subject, self.subject.drawn_by)

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.freeze(self.subject, **self.arguments(form))


class ApprovePage(ContentAct):
    """Approve the content seen."""

    act, what, form_class, done = Verb.APPROVE_BATCH, "批准", ContentForm, "已批准。"

    def precheck(self) -> None:
        """Refused also while something the gate found stands open."""
        super().precheck()
        refuse_open_findings(self.subject)

    @property
    def button(self) -> str:
        """What exactly is approved."""
        return f"批准 {self.subject.size}"

    @property
    def consequences(self) -> list[str]:
        """What the approval is bound to."""
        digest = self.subject.content_sha256[:SHORT]
        told = [f"批准的正是这份内容（摘要 {digest}）；内容变动，批准即失效。", "放行须由没有经手过的另一位同事办理。"]
        needed = self.subject.approvals_needed
        return told if needed == 1 else [f"这一批金额较大，须 {needed} 位同事先后批准。", *told]

    def form_arguments(self) -> dict[str, Any]:
        """The content now on the page."""
        return {"initial": {"content_sha256": self.subject.content_sha256}}

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.approve(self.subject, **self.arguments(form))


class ReleasePage(ContentAct):
    """Release: the file is made and sealed."""

    act, what, done = Verb.RELEASE_BATCH, "放行", "已放行，银行文件已生成并封存。"

    @property
    def button(self) -> str:
        """What exactly is released."""
        return f"放行 {self.subject.size}"

    @property
    def consequences(self) -> list[str]:
        """What follows."""
        return ["生成银行文件并封存，只生成一次。", "由发放制单岗下载送银行，每次下载都要写明用途。"]

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.release(self.subject, **self.arguments(form))


class SendBackPage(BatchAct):
    """Return to the maker."""

    act, what, form_class, tone = Verb.SEND_BACK_BATCH, "退回", ReasonForm, "danger"
    button, done = "退回编制", "已退回编制。"

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.send_back(self.subject, **self.arguments(form))


class CancelPage(BatchAct):
    """Give the batch up."""

    act, what, form_class, tone = Verb.CANCEL_BATCH, "撤销", ReasonForm, "danger"
    button, done = "撤销批次", "已撤销。批次里的应发可以重新编制。"
    consequences = ("批次里的支付全部撤销，应发仍在，可以“补编批次”重新编制。",)

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.cancel(self.subject, **self.arguments(form))


class RefreshPage(BatchAct):
    """Point a draft to the accounts in use."""

    act, what, done = Verb.REFRESH_BATCH, "更新账户", "已按现用账户更新。"

    def precheck(self) -> None:
        """Asked of the action itself."""

    @property
    def button(self) -> str:
        """How many payments change."""
        return f"更新 {outdated(self.subject).count()} 笔"

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.refresh_accounts(self.subject, **self.arguments(form))


class ClosePage(BatchAct):
    """Close to the fen."""

    act, what, done = Verb.CLOSE_BATCH, "关闭", "批次已关闭。"

    @property
    def button(self) -> str:
        """What is closed."""
        return f"关闭 {self.subject.size}"

    @property
    def consequences(self) -> list[str]:
        """Where the money is."""
        told = closing_of(self.subject)
        sides = (("已到账", told.paid), ("已另批发放", told.elsewhere), ("待更正，关闭后仍列在待更正中", told.open))
        return [f"{label}：{count} 笔、{format_yuan(fen)} 元" for label, (count, fen) in sides]

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.close(self.subject, **self.arguments(form))


class DrawPage(ActPage):
    """Turn a confirmed month into what is owed and its batch."""

    model, act, nav, crumbs = MonthRun, Verb.DRAW_BATCH, "batch-list", CRUMBS
    done = "已编制。核对后送审。"

    def precheck(self) -> None:
        """Refused unless the month is confirmed and not yet drawn."""
        RUN_MOVES.target(Verb.ENTITLE, self.subject.state)

    @property
    def title(self) -> str:
        """The month."""
        return f"编制{self.subject.label}批次"

    @property
    def button(self) -> str:
        """What is drawn."""
        return f"编制{self.subject.label}批次，{format_yuan(self.subject.total_fen or 0)} 元"

    @property
    def consequences(self) -> list[str]:
        """What follows."""
        return [
            f"{self.subject.label}的核定就此封存，生成应发明细。",
            "没有核准账户、或现用账户被银行退回过的家庭不进批次，列在“待补账户”。",
        ]

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.draw_up(self.subject, acting_user=self.request.user, on=self.today)

    def done_url(self, result: Batch | None) -> str:
        """The batch, or the month when nobody has an account."""
        return (result or self.subject).get_absolute_url()

    def done_message(self, result: Batch | None) -> str:
        """Say so when no batch came of it."""
        return self.done if result else "应发明细已生成；还没有一户有核准的账户，批次待补账户后编制。"


class DrawRestPage(DrawPage):
    """Another batch for those left out."""

    def precheck(self) -> None:
        """Asked of the action itself."""

    @property
    def title(self) -> str:
        """The month."""
        return f"补编{self.subject.label}批次"

    @property
    def button(self) -> str:
        """How many are drawn."""
        return f"补编 {drawable(self.subject.month).count()} 笔"

    @property
    def consequences(self) -> list[str]:
        """Who is still missing."""
        waiting = without_account(self.subject.month).count()
        return ["只含此前没有可用账户、或所在批次已撤销的应发。"] + (
            [f"仍有 {waiting} 笔待补账户。"] if waiting else []
        )

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.draw_up_rest(self.subject, acting_user=self.request.user, on=self.today)
