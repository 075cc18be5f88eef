"""A wrong confirmation: proposed to be taken back, and decided by another."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.applications import actions
from apps.applications.forms.after import RejectionForm, RevocationForm
from apps.applications.models import Application, Revocation, RevocationGround
from apps.applications.transitions import MOVES, REVOCATION_MOVES, RevocationState
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.pages import ActPage, BelowSubject, DetailPage, ListPage
from apps.payments.facts import paid_through


class RevocationFilter(forms.Form):
    """Revocations that wait for a decision, or all."""

    show = forms.ChoiceField(label="范围", choices=[("", "待决定"), ("all", "全部")], required=False)


class RevocationList(ListPage):
    """What waits for a decision."""

    model, filters, template_name = Revocation, RevocationFilter, "applications/after/revocations.html"
    title, act = "撤销确认", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Revocation]:
        return super().rows().select_related("application__township", "proposed_by").order_by("proposed_on", "pk")

    def narrow(self, rows: QuerySet[Revocation], chosen: dict[str, Any]) -> QuerySet[Revocation]:
        return rows if chosen.get("show") else rows.filter(state=RevocationState.PROPOSED)


class RevocationNew(BelowSubject, ActPage):
    """Put down why a confirmation is wrong."""

    model, form_class, act, nav = Application, RevocationForm, Verb.PROPOSE_REVOCATION, "worklist"
    title, button, done = "提出撤销确认", "提出撤销", "已提出，由民政局另一位同事决定。"
    consequences = ("由提出人和原确认人以外的同事决定", "决定之前待遇照常")

    def rows(self) -> QuerySet[Application]:
        return super().rows().select_related("township")

    def precheck(self) -> None:
        MOVES.target(Verb.REVOKE, self.subject.state)

    def perform(self, form: forms.Form) -> Revocation:
        given = form.cleaned_data
        return actions.propose_revocation(
            self.subject,
            ground=RevocationGround(given["ground"]),
            text=given["text"],
            acting_user=self.request.user,
            on=self.today,
        )

    def done_url(self, result: Revocation) -> str:
        return result.get_absolute_url()


class AboutRevocation:
    """What pages about one revocation share."""

    model, nav = Revocation, "revocation-list"
    subject: Any

    def rows(self) -> QuerySet[Revocation]:
        """With the case and its decision."""
        return (
            super()
            .rows()
            .select_related(  # type: ignore[misc]
                "application__township",
                "application__decision",
                "proposed_by",
                "decided_by",
                "confirmed_by",
                "decision",
            )
        )

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The case."""
        case = self.subject.application
        return [(str(case), case.get_absolute_url())]


class RevocationPage(AboutRevocation, DetailPage):
    """Why, by whom, what was paid already, and how it was decided."""

    template_name, act = "applications/after/revocation.html", Verb.VIEW_CASES

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"撤销确认：{self.subject.application.applicant_name}一家"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        paper, user = self.subject, self.request.user
        case = paper.application
        paid = paid_through(case.decision)
        decides = (
            paper.state == RevocationState.PROPOSED
            and user.may(Verb.REVOKE, on=self.today, area=case.township)
            and user.pk not in (paper.proposed_by_id, paper.confirmed_by_id)
        )
        given = {"case": case, "paid": paid, "paid_fen": sum(fen for _, fen in paid), "decides": decides}
        return super().get_context_data(**(given | kwargs))


class RevokePage(AboutRevocation, ActPage):
    """Take the confirmation back."""

    act, title, tone, done = Verb.REVOKE, "撤销确认", "danger", "已撤销，请在 3 个工作日内送达通知书。"

    def precheck(self) -> None:
        REVOCATION_MOVES.target(Verb.REVOKE, self.subject.state)

    @property
    def button(self) -> str:  # type: ignore[override]
        return f"撤销，{Month.of(self.today).next().month}月起停发"

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        paper, first = self.subject, Month.of(self.today).next()
        paid = paid_through(paper.application.decision)
        told = [
            f"{paper.get_ground_display()}：{paper.text}",
            f"由这项确认起发的待遇自{first.label()}起停发，认定同时终止",
            "这项确认之前的待遇不自动恢复，需要时请家庭重新申请",
        ]
        if paid:
            told.append(f"已到账 {len(paid)} 个月不变动；要追回的，须另行作出追回决定")
        return told

    def perform(self, form: forms.Form) -> Revocation:
        return actions.revoke(self.subject, acting_user=self.request.user, on=self.today)


class RejectPage(AboutRevocation, ActPage):
    """Let the confirmation stand."""

    form_class, act, title = RejectionForm, Verb.REJECT_REVOCATION, "不予撤销"
    button, done = "不予撤销", "原确认继续有效。"

    def precheck(self) -> None:
        REVOCATION_MOVES.target(Verb.REJECT_REVOCATION, self.subject.state)

    def perform(self, form: forms.Form) -> Revocation:
        return actions.reject_revocation(
            self.subject, answer=form.cleaned_data["answer"], acting_user=self.request.user, on=self.today
        )
