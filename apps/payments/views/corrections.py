"""Months that turn out otherwise: what was found, what is proposed, what was decided."""

from typing import Any

from django import forms
from django.db.models import Case, Count, F, Max, Min, QuerySet, Sum, When
from django.urls import reverse_lazy

from apps.audit.facts import course_of
from apps.audit.verbs import Verb
from apps.awards.enums import SCHEMES
from apps.core.money import format_yuan
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.households.models import Household
from apps.payments import actions
from apps.payments.correction_forms import AnswerForm, ManyForm, ProposalForm, RecalculationFilter
from apps.payments.enums import CorrectionState, RecalculationGround
from apps.payments.explaining import explained
from apps.payments.models import Correction, CorrectionLine, Difference
from apps.payments.transitions import CORRECTION_MOVES

CRUMBS = (("重算", reverse_lazy("recalculation-list")),)
UP = Sum(Case(When(now_fen__gt=F("was_fen"), then=F("now_fen") - F("was_fen")), default=0))
DOWN = Sum(Case(When(now_fen__lt=F("was_fen"), then=F("was_fen") - F("now_fen")), default=0))
SHOWN = 20
LABELS = dict(RecalculationGround.choices)


class RecalculationList(ListPage):
    """Families whose sealed months differ from what is due now, and the proposals that wait."""

    model, filters, template_name, title = Difference, RecalculationFilter, "payments/recalculations.html", "重算"
    act = Verb.VIEW_AWARDS

    def filter_form(self) -> RecalculationFilter:
        """With the user's townships."""
        return RecalculationFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Any]:
        """One row a family and ground."""
        keys = {"uuid": F("household__uuid"), "number": F("household__number"), "head": F("household__head__name")}
        told = {"months": Count("month", distinct=True), "first": Min("month"), "last": Max("month")}
        rows = super().rows().waiting().values("ground", "township__name", "township__code", **keys)
        return rows.annotate(up=UP, down=DOWN, **told).order_by("ground", "township__code", "number")

    def narrow(self, rows: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """By ground and township."""
        return rows.filter(**{key: chosen[key] for key in ("ground", "township") if chosen.get(key)})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        found = Difference.objects.visible_to(user).waiting()
        grounds = found.values("ground").annotate(up=UP, down=DOWN, households=Count("household", distinct=True))
        corrections = Correction.objects.visible_to(user).select_related("proposed_by", "decided_by", "township")
        shown = {
            "grounds": [row | {"label": LABELS[row["ground"]]} for row in grounds.order_by("ground")],
            "labels": LABELS,
            "proposed": corrections.filter(state=CorrectionState.PROPOSED).order_by("pk"),
            "decided": corrections.exclude(state=CorrectionState.PROPOSED).order_by("-decided_on", "-pk")[:SHOWN],
        }
        return super().get_context_data(**(shown | kwargs))


class ProposePage(ActPage):
    """One family's months as they were and as they are due now; which of them are put right."""

    model, form_class, act, nav = Household, ProposalForm, Verb.PROPOSE_RECALCULATION, "recalculation-list"
    template_name, button, done = "payments/recalculate.html", "提出重算", "已提出，等民政局主管确认。"
    crumbs = CRUMBS
    consequences = (
        "民政局主管确认之前，什么也不变。",
        "少发的部分确认后随下一批补发；还没发出的多算部分撤销；已经发出的多发部分转为应收，先告知、听取陈述申辩，再商定退还。",
        "封存的月份不改，也不会自动从以后的待遇里扣。",
    )

    @property
    def title(self) -> str:
        """The head's name."""
        return f"重算 {self.subject.head.name} 家庭"

    def rows(self) -> QuerySet[Household]:
        """With the head."""
        return super().rows().select_related("head", "township")

    def differences(self) -> QuerySet[Difference]:
        """What was found of this family and nobody has proposed."""
        rows = Difference.objects.visible_to(self.request.user).waiting().filter(household=self.subject)
        return rows.select_related("person", "township").order_by("ground", "month", "pk")

    def form_arguments(self) -> dict[str, Any]:
        """Only what differs."""
        return {"differences": self.differences()}

    def perform(self, form: forms.Form) -> Correction:
        """One action."""
        chosen = self.differences().filter(pk__in=form.cleaned_data["months"])
        told = {"text": form.cleaned_data["text"], "leaves": form.cleaned_data["leaves"]}
        return actions.propose_correction(chosen, **told, acting_user=self.request.user, on=self.today)

    def done_url(self, result: Correction) -> str:
        """To the proposal."""
        return result.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {"household": self.subject, "lines": explained(self.differences()), "schemes": dict(SCHEMES)}
        return super().get_context_data(**(shown | kwargs))


class ProposeManyPage(ActPage):
    """One ground for all families it touches."""

    model, form_class, act, nav = None, ManyForm, Verb.PROPOSE_RECALCULATION, "recalculation-list"
    title, button, done, crumbs = "整批提出重算", "整批提出", "已整批提出，等民政局主管确认。", CRUMBS

    @property
    def consequences(self) -> list[str]:
        """What the ground asked about comes to in all, and what follows."""
        ground = self.request.POST.get("ground") or self.request.GET.get("ground", RecalculationGround.STANDARD)
        found = Difference.objects.visible_to(self.request.user).waiting().filter(ground=ground)
        told = found.aggregate(up=UP, down=DOWN, households=Count("household", distinct=True))
        up, down = format_yuan(told["up"] or 0), format_yuan(told["down"] or 0)
        return [
            f"{LABELS.get(ground, ground)}现有 {told['households']} 户，应补 {up} 元，多发 {down} 元。",
            "选定事由（和乡镇）下的全部差额编成一件重算，由民政局主管确认。",
            "不合适整批办的，可以先逐户提出。",
        ]

    def form_arguments(self) -> dict[str, Any]:
        """With the user's townships, and the ground of the list."""
        given = {"user": self.request.user}
        return given | {"initial": {"ground": self.request.GET.get("ground", RecalculationGround.STANDARD)}}

    def perform(self, form: forms.Form) -> Correction:
        """One action."""
        given = form.cleaned_data
        rows = Difference.objects.visible_to(self.request.user).filter(ground=given["ground"])
        if given["township"]:
            rows = rows.filter(township=given["township"])
        told = {"text": given["text"], "leaves": given["leaves"]}
        return actions.propose_correction(rows, **told, acting_user=self.request.user, on=self.today)


class CorrectionPage(DetailPage):
    """One proposal month by month: was, now, difference, and why."""

    model, template_name, act, nav = Correction, "payments/correction.html", Verb.VIEW_AWARDS, "recalculation-list"
    crumbs = CRUMBS

    def rows(self) -> QuerySet[Correction]:
        """With the people who signed."""
        return super().rows().select_related("proposed_by", "decided_by", "township")

    @property
    def title(self) -> str:
        """Its number."""
        return f"重算 {self.subject}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**(told_of(self.subject, self.request.user) | kwargs))


def told_of(correction: Correction, user: Any) -> dict[str, Any]:
    """What a page about a correction shows: sums by township, the first lines explained, what followed."""
    lines = CorrectionLine.objects.visible_to(user).filter(correction=correction)
    by_township = lines.values("township__name").annotate(
        up=UP, down=DOWN, households=Count("household", distinct=True)
    )
    ordered = lines.select_related("household__head", "person", "township").order_by("household", "month", "pk")
    return {
        "correction": correction,
        "townships": by_township.order_by("township__code"),
        "lines": explained(ordered[:200]),
        "count": lines.count(),
        "open": bool(CORRECTION_MOVES.acts_from(correction.state)),
        "ground": LABELS[correction.ground],
        "receivables": correction.receivables.select_related("household__head").order_by("pk")[:50],
        "records": course_of(
            correction,
            user,
            made=Verb.PROPOSE_RECALCULATION,
            by=correction.proposed_by,
            on=correction.proposed_on,
            note=correction.text,
        ),
    }


class _Decision(BelowSubject, ActPage):
    model, nav, template_name = Correction, "recalculation-list", "payments/correction_act.html"

    def precheck(self) -> None:
        """Refused once it is decided."""
        CORRECTION_MOVES.target(self.act, self.subject.state)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**(told_of(self.subject, self.request.user) | kwargs))


class ConfirmPage(_Decision):
    """Let it have effect."""

    act, done = Verb.CONFIRM_RECALCULATION, "已确认。"

    @property
    def title(self) -> str:
        """What is confirmed."""
        return f"确认重算 {self.subject}"

    @property
    def button(self) -> str:
        """What follows."""
        one = self.subject
        if one.leaves:
            return f"确认 {one.households} 户维持不变"
        return f"确认：应补 {format_yuan(one.up_fen)} 元，多发 {format_yuan(one.down_fen)} 元"

    @property
    def consequences(self) -> list[str]:
        """What follows, in words."""
        if self.subject.leaves:
            return ["差额不补发也不追回，从待重算中去掉；以后情况又有变化会重新列出。"]
        return [
            "少发的记为补发，随下一次编制的批次发出。",
            "还没有发出的多算部分整笔撤销，余额另记补发。",
            "已经发出的多发部分记入应收，由乡镇（街道）送达告知书并听取陈述申辩。",
        ]

    def perform(self, form: forms.Form) -> Correction:
        """One action."""
        return actions.confirm_correction(self.subject, acting_user=self.request.user, on=self.today)


class RejectPage(_Decision):
    """Send it back."""

    act, form_class, done = Verb.REJECT_RECALCULATION, AnswerForm, "已退回，差额仍列在待重算里。"
    button, tone = "退回", "danger"

    @property
    def title(self) -> str:
        """What is sent back."""
        return f"退回重算 {self.subject}"

    def perform(self, form: forms.Form) -> Correction:
        """One action."""
        given = form.cleaned_data
        return actions.reject_correction(self.subject, **given, acting_user=self.request.user, on=self.today)
