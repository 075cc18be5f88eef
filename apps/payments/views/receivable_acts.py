"""The acts on what is owed back: told, heard, agreed, repaid, offset, written off by two."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.audit.verbs import Verb
from apps.core.money import format_yuan
from apps.core.pages import ActPage, BelowSubject
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.actions.receivables import refuse_offset_of_nobody
from apps.payments.correction_forms import (
    AnswerForm,
    HearingForm,
    NotifyForm,
    OffsetForm,
    PlanForm,
    RepaymentForm,
    WriteOffForm,
)
from apps.payments.facts_corrections import claims_to_offset, hearing_days
from apps.payments.models import Receivable
from apps.payments.transitions import RECEIVABLE_MOVES


class _Act(BelowSubject, ActPage):
    """An act on one matter."""

    model, nav, what = Receivable, "receivable-list", ""
    template_name = "payments/receivable_act.html"

    def rows(self) -> QuerySet[Receivable]:
        """With the family and what it came from."""
        return super().rows().select_related("household__head", "township", "correction", "write_off_proposed_by")

    @property
    def title(self) -> str:
        """The act and whom it concerns."""
        return f"{self.what}：{self.subject.household.head.name}，尚欠 {format_yuan(self.subject.balance)} 元"

    def precheck(self) -> None:
        """Refused where the matter stands otherwise."""
        RECEIVABLE_MOVES.target(self.act, self.subject.state)

    def doing(self) -> dict[str, Any]:
        """What every action takes."""
        return {"acting_user": self.request.user, "on": self.today}


class NotifyPage(_Act):
    """The notice was delivered."""

    act, form_class, what, button = Verb.NOTIFY_RECEIVABLE, NotifyForm, "登记送达", "登记送达"
    done = "已登记送达；期满或听取陈述申辩之后，再商定退还办法。"

    @property
    def consequences(self) -> tuple[str, ...]:  # type: ignore[override]
        """How long the family may speak."""
        return (
            f"送达次日起 {hearing_days(self.today)} 个工作日内，家庭可以陈述申辩（期限见“政策与标准”，待民政局确认）。",
        )

    def form_arguments(self) -> dict[str, Any]:
        """Today, as a rule."""
        return {"initial": {"delivered_on": self.today}}

    def perform(self, form: forms.Form) -> Receivable:
        """One action."""
        return actions.notify(self.subject, **form.cleaned_data, **self.doing())


class HearPage(_Act):
    """What the family said."""

    act, form_class, what, button = Verb.HEAR_FAMILY, HearingForm, "登记陈述申辩", "登记意见"
    done = "已登记家庭的意见，可以商定退还办法。"
    consequences = ("意见成立的，由民政局按查明的情况另提重算或核销；不成立的，商定退还办法。",)

    def form_arguments(self) -> dict[str, Any]:
        """Today, as a rule."""
        return {"initial": {"heard_on": self.today}}

    def perform(self, form: forms.Form) -> Receivable:
        """One action."""
        return actions.hear(self.subject, **form.cleaned_data, **self.doing())


class PlanPage(_Act):
    """How it is given back."""

    act, form_class, what, button = Verb.AGREE_REPAYMENT, PlanForm, "登记退还计划", "登记计划"
    done = "已登记退还计划。"
    consequences = ("按家庭同意的期数退还；系统不会从以后的待遇里扣款。", "重新商定的计划代替原来的计划。")

    def form_arguments(self) -> dict[str, Any]:
        """What is left."""
        return {"balance": self.subject.balance, "initial": {"first_on": self.today, "count": 1}}

    def perform(self, form: Any) -> Receivable:
        """One action."""
        return actions.agree_plan(self.subject, plan=form.plan(), **self.doing())


class RepayPage(_Act):
    """Money came in."""

    act, form_class, what, button = Verb.RECORD_REPAYMENT, RepaymentForm, "登记退款", "登记退款"
    done = "已登记退款并入账。"

    @property
    def consequences(self) -> list[str]:
        """What the plan asks for next, and what becomes of it."""
        due = self.subject.next_instalment
        told = [f"下一期：{due.due_on:%Y年%-m月%-d日}，{format_yuan(due.amount_fen)} 元。"] if due else []
        return [*told, "记入总账；结清时自动关闭。"]

    def form_arguments(self) -> dict[str, Any]:
        """Today, as a rule."""
        return {"initial": {"paid_on": self.today}}

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        given = form.cleaned_data
        told = {key: given[key] for key in ("kind", "paid_on", "receipt")}
        return actions.record_repayment(self.subject, amount_fen=given["amount"], **told, **self.doing())


class OffsetPage(_Act):
    """The family asked in writing."""

    act, form_class, what, button = Verb.RECORD_OFFSET, OffsetForm, "书面同意抵扣", "登记抵扣"
    done = "已登记抵扣，余下部分照发。"
    consequences = ("所选待发款减去抵扣金额，余下部分照发。", "只凭家庭签字的书面同意办理，逐笔登记，不会自动进行。")

    def precheck(self) -> None:
        """Refused also when nothing is still to be paid of which a part could be kept."""
        super().precheck()
        refuse_offset_of_nobody(self.subject)
        if not claims_to_offset(self.subject, self.request.user).exists():
            raise Refused("nothing_open", "这一户现在没有还未编入批次的待发款，没有可以抵扣的；请登记退款。")

    def form_arguments(self) -> dict[str, Any]:
        """The family's own open claims."""
        return {"user": self.request.user, "receivable": self.subject, "initial": {"signed_on": self.today}}

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        given = form.cleaned_data
        told = {key: given[key] for key in ("entitlement", "signed_on", "consent")}
        return actions.record_offset(self.subject, amount_fen=given["amount"], **told, **self.doing())


class WriteOffPage(_Act):
    """Propose to ask for no more."""

    act, form_class, what, button = Verb.PROPOSE_WRITE_OFF, WriteOffForm, "提出核销", "提出核销"
    done = "已提出核销，等民政局主管决定。"
    consequences = ("由民政局主管另行决定；决定之前照常催收、退还。",)

    def precheck(self) -> None:
        """Refused when it is over."""
        RECEIVABLE_MOVES.target(Verb.APPROVE_WRITE_OFF, self.subject.state)

    def perform(self, form: forms.Form) -> Receivable:
        """One action."""
        return actions.propose_write_off(self.subject, **form.cleaned_data, **self.doing())


class ApproveWriteOffPage(_Act):
    """Ask for no more."""

    act, what, button, tone = Verb.APPROVE_WRITE_OFF, "批准核销", "批准核销", "danger"
    done = "已核销，不再追回。"
    consequences = ("尚欠部分记为核销损失，不再追回。",)

    def perform(self, form: forms.Form) -> Receivable:
        """One action."""
        return actions.approve_write_off(self.subject, **self.doing())


class RejectWriteOffPage(_Act):
    """Go on asking."""

    act, form_class, what, button = Verb.REJECT_WRITE_OFF, AnswerForm, "退回核销", "退回核销"
    done = "已退回，继续按计划退还。"

    def precheck(self) -> None:
        """Refused when it is over."""
        RECEIVABLE_MOVES.target(Verb.APPROVE_WRITE_OFF, self.subject.state)

    def perform(self, form: forms.Form) -> Receivable:
        """One action."""
        return actions.reject_write_off(self.subject, **form.cleaned_data, **self.doing())
