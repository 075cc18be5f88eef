"""The gate's findings: looked at before sending, let through by one or two, or taken out of the draft."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse

from apps.audit.verbs import Verb
from apps.core.pages import DetailPage
from apps.core.refusal import Refused
from apps.payments import actions
from apps.payments.enums import BatchState, FindingKind, FindingState
from apps.payments.finding_forms import ClearForm, DeclineForm, PickForm, TakeOutForm
from apps.payments.gate import look
from apps.payments.models import Batch, Finding, Instruction
from apps.payments.views.acts import BatchAct
from apps.payments.views.batch import CRUMBS
from apps.payments.wording import Line, lines

AT_ONCE = 500


def standing(batch: Batch, user: Any) -> Any:
    """The kept findings of the batch's round, the open ones first."""
    rows = Finding.objects.visible_to(user).of(batch).select_related("cleared_by", "second_by")
    order = [FindingState.OPEN, FindingState.SECOND, FindingState.CLEARED]
    return sorted(rows[: AT_ONCE * 4], key=lambda one: (order.index(FindingState(one.state)), one.kind, one.pk))


class FindingsPage(DetailPage):
    """What was found on a batch; of a draft what would be found today."""

    model, template_name, act, nav = Batch, "payments/findings.html", Verb.VIEW_PAYMENTS, "batch-list"

    @property
    def crumbs(self) -> tuple[tuple[str, str], ...]:
        """By way of the batch."""
        return (*CRUMBS, (f"批次 {self.subject}", self.subject.get_absolute_url()))

    @property
    def title(self) -> str:
        """Of which batch."""
        return f"批次 {self.subject} 的发放前核查"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The findings, and how many of each kind."""
        batch, user = self.subject, self.request.user
        draft = batch.state == BatchState.DRAFT
        found = look(batch, on=self.today) if draft else standing(batch, user)
        kinds: dict[str, int] = {}
        for one in found:
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
        asked = [(kind.label, kinds.get(kind, 0)) for kind in FindingKind]
        shown = {"batch": batch, "draft": draft, "lines": lines(found[:AT_ONCE]), "asked": asked, "count": len(found)}
        return super().get_context_data(**(shown | _waiting(batch, user) | kwargs))


def _waiting(batch: Batch, user: Any) -> dict[str, int]:
    """How many wait for the first person, and how many for the second."""
    rows = Finding.objects.visible_to(user).of(batch).values_list("state").annotate(n=Count("pk"))
    counted = dict(rows) if batch.state == BatchState.FROZEN else {}
    return {"open": counted.get(FindingState.OPEN, 0), "second": counted.get(FindingState.SECOND, 0)}


class FindingsAct(BatchAct):
    """An act on some findings of a batch under review, ticked one by one."""

    template_name, state = "payments/act_on_findings.html", FindingState.OPEN
    none_left = "没有等待办理的疑点。"

    def waiting(self) -> list[Line]:
        """What can be ticked."""
        rows = Finding.objects.visible_to(self.request.user).of(self.subject).filter(state=self.state)
        if (kind := self.request.GET.get("kind", "")) in FindingKind.values:
            rows = rows.filter(kind=kind)
        return lines(rows.select_related("cleared_by").order_by("kind", "pk")[:AT_ONCE])

    def precheck(self) -> None:
        """Refused when nothing waits."""
        if self.subject.state != BatchState.FROZEN or not self.waiting():
            raise Refused("illegal_move", self.none_left)

    def form_arguments(self) -> dict[str, Any]:
        """The choices."""
        return {"choices": [(line.pick, line.text) for line in self.waiting()]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The table to tick in."""
        rows = Finding.objects.visible_to(self.request.user).of(self.subject).filter(state=self.state)
        kinds = [(kind, FindingKind(kind).label) for kind in sorted(set(rows.values_list("kind", flat=True)))]
        asked = {"kind": self.request.GET.get("kind", ""), "tick_all": "all" in self.request.GET}
        shown = {"lines": self.waiting(), "ticked": self._ticked(), "kinds": kinds, **asked}
        return super().get_context_data(**(shown | kwargs))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The act; or, asked for other rows or for all of them ticked, the page again with what was typed."""
        if "again" not in request.POST:
            return super().post(request, *args, **kwargs)
        return self.shown(self.form_class(**self.form_arguments(), initial=request.POST.dict()))

    def _ticked(self) -> list[str] | None:
        posted = self.request.POST
        all_of_them = "again" in posted and "all" in self.request.GET
        return posted.getlist("picked") if self.request.method == "POST" and not all_of_them else None

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        """What is ticked, by its name in the actions."""
        told = super().arguments(form)
        return told | {"findings": told.pop("picked")}

    def done_url(self, result: Any) -> str:
        """Back to the batch."""
        return self.subject.get_absolute_url()


class ClearPage(FindingsAct):
    """Let findings through on a ground."""

    act, what, form_class, button = Verb.CLEAR_FINDING, "核销疑点", ClearForm, "核销所选疑点"
    done = "已核销。"
    consequences = (
        "核销表示已经查过、可以发放；理由随批次留存。",
        "死亡、已停发或迁出、与近期批次雷同的，还须另一位同事确认。",
        "不该发的，请退回编制，由编制人移出批次；应发仍在，以后可以补编。",
    )

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.clear_findings(self.subject, **self.arguments(form))

    def done_message(self, result: Any) -> str:
        """What waits for a second person is named only when something does."""
        grave = sum(one.grave for one in result)
        return f"已核销；其中 {grave} 个须两人同意，等另一位同事确认。" if grave else self.done


class OverridePage(FindingsAct):
    """Confirm as the second person."""

    act, what, form_class, button = Verb.CONFIRM_OVERRIDE, "第二人确认", PickForm, "同意放行所选疑点"
    state, tone, done = FindingState.SECOND, "primary", "已确认。"
    consequences = ("您是第二人：同意后这些支付可以发放。", "第一人的理由列在各行；不同意请选“不同意放行”。")

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.confirm_overrides(self.subject, **self.arguments(form))


class DeclinePage(FindingsAct):
    """Do not agree as the second person."""

    act, what, form_class, button = Verb.DECLINE_OVERRIDE, "不同意放行", DeclineForm, "不同意放行所选疑点"
    state, tone, done = FindingState.SECOND, "danger", "已退回，疑点重新待核销。"

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.decline_overrides(self.subject, **self.arguments(form))


class TakeOutPage(FindingsAct):
    """Take payments out of the draft."""

    act, what, form_class, button = Verb.TAKE_OUT, "移出支付", TakeOutForm, "移出所选支付"
    tone, done = "danger", "已移出。应发仍在，可在“发放批次”里补编。"
    consequences = ("移出的支付撤销，应发不变，列在“没进批次”里，查清后可以补编。", "移出后须重新打印花名册。")

    def waiting(self) -> list[Line]:
        """What the gate would find, one line a payment, and the payment named in the address."""
        seen: dict[int, Finding] = {}
        for one in look(self.subject, on=self.today):
            if one.instruction_id is not None:
                seen.setdefault(one.instruction_id, one)
        found = lines(list(seen.values())[:AT_ONCE])
        asked = self.request.GET.get("line", "")
        if asked.isdecimal() and int(asked) not in seen:
            rows = Instruction.objects.visible_to(self.request.user).standing()
            row = rows.filter(batch=self.subject, pk=int(asked)).first()
            found = [Line(Finding(instruction=row, kind=""), "未见疑点"), *found] if row else found
        return found

    def precheck(self) -> None:
        """Refused unless it is a draft."""
        if self.subject.state != BatchState.DRAFT:
            raise Refused("not_a_draft", "批次已送审，不能移出支付；请先退回编制。")

    def arguments(self, form: forms.Form) -> dict[str, Any]:
        """Payments, not findings."""
        told = super().arguments(form)
        return told | {"instructions": told.pop("findings")}

    def perform(self, form: forms.Form) -> Any:
        """One action."""
        return actions.take_out(self.subject, **self.arguments(form))
