"""What is owed back: the list by township, one matter from notice to the last instalment, and its letter."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet, Sum
from django.urls import reverse, reverse_lazy

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.money import format_yuan
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.payments import actions
from apps.payments.actions.receivables import HEARING_DAYS
from apps.payments.correction_forms import (
    AnswerForm,
    HearingForm,
    NotifyForm,
    OffsetForm,
    PlanForm,
    ReceivableFilter,
    RepaymentForm,
    WriteOffForm,
)
from apps.payments.models import Receivable
from apps.payments.transitions import RECEIVABLE_MOVES

CRUMBS = (("应收", reverse_lazy("receivable-list")),)
# What may be done about one, in the order of the work: act, page, button.
STEPS = (
    (Verb.NOTIFY_RECEIVABLE, "receivable-notify", "登记告知书送达"),
    (Verb.HEAR_FAMILY, "receivable-hear", "登记陈述申辩"),
    (Verb.AGREE_REPAYMENT, "receivable-plan", "登记退还计划"),
    (Verb.RECORD_REPAYMENT, "receivable-repay", "登记退款"),
    (Verb.RECORD_OFFSET, "receivable-offset", "登记书面同意抵扣"),
)


class ReceivableList(ListPage):
    """All of it with what is left, and the sums by township."""

    model, filters, template_name, title = Receivable, ReceivableFilter, "payments/receivables.html", "应收"
    act = Verb.VIEW_AWARDS

    def filter_form(self) -> ReceivableFilter:
        """With the user's townships."""
        return ReceivableFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Receivable]:
        """Newest first."""
        rows = super().rows().with_balance().select_related("household__head", "person", "township")
        return rows.order_by("-pk")

    def narrow(self, rows: QuerySet[Receivable], chosen: dict[str, Any]) -> QuerySet[Receivable]:
        """By state and township."""
        return rows.filter(**{key: chosen[key] for key in ("state", "township") if chosen.get(key)})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Receivable.objects.visible_to(self.request.user).with_balance()
        sums = {
            "count": Count("pk"),
            "amount": Sum("amount_fen"),
            "repaid": Sum("repaid_fen"),
            "written_off": Sum("written_off_fen"),
            "balance": Sum("balance_fen"),
        }
        totals = rows.values("township__name").annotate(**sums).order_by("township__code")
        return super().get_context_data(**({"totals": totals, "sums": rows.aggregate(**sums)} | kwargs))


class ReceivableDetail(DetailPage):
    """One matter: months, notice, hearing, plan, repayments, what can be done next."""

    model, template_name, act, nav = Receivable, "payments/receivable.html", Verb.VIEW_AWARDS, "receivable-list"
    crumbs = CRUMBS

    def rows(self) -> QuerySet[Receivable]:
        """With the family."""
        rows = super().rows().with_balance()
        return rows.select_related("household__head", "person", "township", "correction", "notified_by")

    @property
    def title(self) -> str:
        """Its number."""
        return f"应收 {self.subject}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**(self._shown() | kwargs))

    def _shown(self) -> dict[str, Any]:
        row, user = self.subject, self.request.user
        plan = list(row.instalments.order_by("plan", "due_on"))
        return {
            "receivable": row,
            "buttons": [*self._buttons(), *self._write_off()],
            "lines": row.lines.select_related("line").order_by("line__month"),
            "plan": [one for one in plan if one.plan == plan[-1].plan],
            "repayments": row.repayments.select_related("recorded_by"),
            "records": Record.objects.visible_to(user).about(row).select_related("user"),
        }

    def _buttons(self) -> list[dict[str, str]]:
        allowed = RECEIVABLE_MOVES.acts_from(self.subject.state)
        mine = [step for step in STEPS if step[0] in allowed and self.request.user.may(step[0], on=self.today)]
        return [
            {"label": label, "tone": "quiet" if n else "primary", "url": reverse(page, args=[self.subject.pk])}
            for n, (_, page, label) in enumerate(mine)
        ]

    def _write_off(self) -> list[dict[str, str]]:
        row, may = self.subject, self.request.user.may
        if Verb.APPROVE_WRITE_OFF not in RECEIVABLE_MOVES.acts_from(row.state):
            return []
        pages = (
            [(Verb.PROPOSE_WRITE_OFF, "receivable-write-off", "提出核销…", "quiet")]
            if row.write_off_proposed_by_id is None
            else [
                (Verb.APPROVE_WRITE_OFF, "receivable-write-off-approve", "批准核销", "primary"),
                (Verb.REJECT_WRITE_OFF, "receivable-write-off-reject", "退回核销…", "quiet"),
            ]
        )
        return [
            {"label": label, "tone": tone, "url": reverse(page, args=[row.pk])}
            for verb, page, label, tone in pages
            if may(verb, on=self.today)
        ]


class NoticeLetter(DetailPage):
    """The notice as a page to print: which months, how much, why, and the right to be heard."""

    model, template_name = Receivable, "payments/notice_of_overpayment.html"
    act, nav = Verb.VIEW_AWARDS, "receivable-list"
    title = "多发救助金告知书"

    def rows(self) -> QuerySet[Receivable]:
        """With the family."""
        return super().rows().select_related("household__head", "person", "township", "correction")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = self.subject.lines.select_related("line").order_by("line__month")
        return super().get_context_data(
            **({"lines": lines, "days": HEARING_DAYS, "number": str(self.subject)} | kwargs)
        )


class _Act(BelowSubject, ActPage):
    """An act on one matter."""

    model, nav, what = Receivable, "receivable-list", ""
    template_name = "payments/receivable_act.html"

    def rows(self) -> QuerySet[Receivable]:
        """With the family."""
        return super().rows().select_related("household__head", "township")

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
    consequences = (f"送达之日起 {HEARING_DAYS} 个工作日内，家庭可以陈述申辩（期限待民政局确认）。",)

    def form_arguments(self) -> dict[str, Any]:
        """Today, as a rule."""
        return {"initial": {"delivered_on": self.today}}

    def perform(self, form: forms.Form) -> Receivable:
        """One action."""
        return actions.notify(self.subject, **form.cleaned_data, **self.doing())


class HearPage(_Act):
    """What the family said."""

    act, form_class, what, button = Verb.HEAR_FAMILY, HearingForm, "登记陈述申辩", "登记意见"
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
    consequences = ("所选待发款减去抵扣金额，余下部分照发。", "只凭家庭签字的书面同意办理，逐笔登记，不会自动进行。")

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
    consequences = ("尚欠部分记为核销损失，不再追回。",)

    def perform(self, form: forms.Form) -> Receivable:
        """One action."""
        return actions.approve_write_off(self.subject, **self.doing())


class RejectWriteOffPage(_Act):
    """Go on asking."""

    act, form_class, what, button = Verb.REJECT_WRITE_OFF, AnswerForm, "退回核销", "退回核销"

    def precheck(self) -> None:
        """Refused when it is over."""
        RECEIVABLE_MOVES.target(Verb.APPROVE_WRITE_OFF, self.subject.state)

    def perform(self, form: forms.Form) -> Receivable:
        """One action."""
        return actions.reject_write_off(self.subject, **form.cleaned_data, **self.doing())
