"""One case: everything a decision rests on, and the steps that may follow."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from apps.applications.actions.assessing import advice_on
from apps.applications.actions.checking import CHECKABLE
from apps.applications.actions.fieldwork import AT_THE_TOWNSHIP
from apps.applications.counting import countings
from apps.applications.deadlines import RUNNING, deadline, spans_of
from apps.applications.facts.checks import Report, report_of
from apps.applications.facts.deciding import Place, decides_at
from apps.applications.models import Application, Cause, DecidedLevel, Kind
from apps.applications.payday import first_money
from apps.applications.timeline import happened, of_case
from apps.applications.traces import traced
from apps.applications.transitions import FILED, MOVES, OPEN, State
from apps.applications.views.after import afterwards
from apps.applications.views.answer import category_of, confirm_label, head_first, shown_answer, total_of
from apps.applications.views.attention import flags, of_earlier_cases, of_the_past, waits
from apps.applications.views.papers import Papers, papers_of
from apps.audit.verbs import Verb
from apps.awards.facts import Touched, months_already_paid
from apps.core.month import Month
from apps.core.pages import DetailPage
from apps.eligibility.law import law_in_force

# The order of the buttons: what the case waits for first.
STEPS = (
    (Verb.SUBMIT, "application-draft", "继续填写", "primary"),
    (Verb.ACCEPT, "application-accept", "受理", "primary"),
    (Verb.INVESTIGATE, "application-investigate", "登记入户调查", "primary"),
    (Verb.PROPOSE, "application-propose", "签署初审意见", "primary"),
    (Verb.POST_NOTICE, "application-notice", "张贴公示", "primary"),
    (Verb.CONFIRM, "application-confirm", "确认", "primary"),
    (Verb.CONFIRM_DELEGATED, "application-confirm-delegated", "确认", "primary"),
    (Verb.SKIP_VISIT, "application-skip-visit", "免予入户…", "quiet"),
    (Verb.RETURN_FOR_SURVEY, "application-survey", "退回补查", "quiet"),
    (Verb.REFUSE, "application-refuse", "不予确认…", "quiet"),
    (Verb.REFUSE_DELEGATED, "application-refuse-delegated", "不予确认…", "quiet"),
    (Verb.RETURN_FOR_CORRECTION, "application-return", "退回补正", "quiet"),
    (Verb.WITHDRAW, "application-withdraw", "撤回…", "quiet"),
)
# Acts beside the moves, each at the sheet it belongs to: act, address, label, the states in which it may be done.
TASKS = (
    (Verb.REQUEST_CHECK, "application-check", "发起核对", CHECKABLE),
    (Verb.ANSWER_CHECK, "application-check-answer", "登记核对结果", CHECKABLE),
    (Verb.EXPLAIN_DIFFERENCE, "application-difference", "说明差异", CHECKABLE),
    (Verb.HOLD_APPRAISAL, "application-appraisal", "登记民主评议", AT_THE_TOWNSHIP),
    (Verb.SKIP_APPRAISAL, "application-skip-appraisal", "免予民主评议…", AT_THE_TOWNSHIP),
    (Verb.ASK_COLLECTIVE, "application-ask-collective", "提请集体研究…", AT_THE_TOWNSHIP),
    (Verb.DECIDE_TOGETHER, "application-collective", "登记集体研究", AT_THE_TOWNSHIP),
    (Verb.RAISE_OBJECTION, "application-objection", "登记异议", (State.PUBLICISED,)),
    (Verb.EXTEND, "application-extend", "延长办理期限…", FILED),
)
DECIDING = {
    Verb.CONFIRM: DecidedLevel.COUNTY,
    Verb.CONFIRM_DELEGATED: DecidedLevel.TOWNSHIP,
    Verb.REFUSE: DecidedLevel.COUNTY,
    Verb.REFUSE_DELEGATED: DecidedLevel.TOWNSHIP,
}
CONFIRMING = {Verb.CONFIRM, Verb.CONFIRM_DELEGATED}


@dataclass(frozen=True)
class Button:
    """A step this user may take now."""

    label: str
    url: str
    tone: str = "quiet"


class CasePage(DetailPage):
    """Facts, reasons, papers and steps on one page (journey 4)."""

    model, template_name = Application, "applications/case.html"
    nav, act = "worklist", Verb.VIEW_CASES

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.subject.applicant_name or '未填申请人'} 一家"

    def rows(self) -> QuerySet[Application]:
        # A family that moved here brings its earlier cases along.
        rows = Application.objects.readable_by(self.request.user)
        rows = rows.select_related("township", "village", "handler", "household__head", "household__township")
        rows = rows.select_related("assessment", "decision", "merges", "corrects", "declaration__household__village")
        return traced(rows).prefetch_related("pauses")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, today = self.subject, self.today
        law = law_in_force()
        answer, filed = shown_answer(case, today, law), case.state != State.DRAFT
        report = report_of(case, on=today, law=law) if filed else None
        place = decides_at(case, today) if case.state in FILED else None
        papers, records = papers_of(case), list(of_case(case, self.request.user))
        tasks = self.tasks(report, papers)
        waiting = waits(case, report, papers, place, today)
        # The township a family left keeps its closed cases, not what became of the family since.
        sees_family = case.household is None or self.request.user.scope().covers(case.household.township)
        context = {
            "case": case,
            "due": deadline(case, today=today),
            "countings": [*countings(case, spans_of(case)), *first_money(case)],
            "answer": answer,
            "total": total_of(answer),
            "category": category_of(answer),
            "index": advice_on(case, on=today, law=law) if case.state in OPEN else None,
            "from_month": Month.of(today).next() if case.state in OPEN else None,
            "buttons": [*wanted_first(case, tasks, report, papers), *self.buttons(answer, place, papers, waiting)],
            "tasks": tasks,
            "report": report,
            "place": place,
            "papers": papers,
            "happened": happened(records),
            "flags": [
                *flags(case, report, papers),
                *of_the_past(case, records),
                *of_earlier_cases(case, self.request.user, today),
            ],
            "waits": waiting,
            "moved_away": not sees_family,
            "touched": touched_by(case),
        }
        context |= facts_context(case, with_accounts=sees_family)
        context |= afterwards(case, self.request.user, today)
        if context["undelivered"] and self.request.user.may(Verb.DELIVER, on=today, area=case.township):
            context["buttons"].append(Button("登记送达", reverse("application-deliver", args=[case.uuid]), "primary"))
        return super().get_context_data(**(context | kwargs))

    def buttons(
        self, answer: dict[str, Any] | None, place: Place | None, papers: Papers, waiting: str
    ) -> Iterator[Button]:
        """The steps that may follow and that this user may take; the action asks again."""
        case, user = self.subject, self.request.user
        for verb, url, label, tone in STEPS:
            if not MOVES.allows(verb, case.state) or not user.may(verb, on=self.today, area=case.township):
                continue
            if verb in DECIDING and not self._decides(verb, place, papers, waiting):
                continue
            said = confirm_label(case, answer, self.today) if verb in CONFIRMING else label
            yield Button(said, reverse(url, args=[case.uuid]), tone)
        yield from self.clock_buttons()

    def _decides(self, verb: Verb, place: Place | None, papers: Papers, waiting: str) -> bool:
        """Whether this decision may be taken today, here, on this kind of case."""
        case = self.subject
        if place is None or DECIDING[verb] != place.level or papers.open_objections:
            return False
        if self.request.user.pk in {*case.handlers(), case.barred_id}:
            return False
        if verb in CONFIRMING:
            return not waiting
        return case.kind != Kind.REVIEW

    def clock_buttons(self) -> list[Button]:
        """Stop the clock or let it run again."""
        case, user = self.subject, self.request.user
        verb, url, label = (
            (Verb.RESUME_CLOCK, "application-resume", "恢复计时")
            if case.pause
            else (Verb.PAUSE_CLOCK, "application-pause", "暂停计时")
        )
        allowed = case.state in RUNNING and user.may(verb, on=self.today, area=case.township)
        return [Button(label, reverse(url, args=[case.uuid]), "quiet")] if allowed else []

    def tasks(self, report: Report | None, papers: Papers) -> dict[str, Button]:
        """The acts beside the moves, by verb; each stands at its sheet."""
        case, user = self.subject, self.request.user
        found = {
            str(verb): Button(label, reverse(url, args=[case.uuid]))
            for verb, url, label, states in TASKS
            if case.state in states and user.may(verb, on=self.today, area=case.township)
        }
        pointless = {
            Verb.ANSWER_CHECK: not (report and report.requests),
            Verb.EXPLAIN_DIFFERENCE: not (report and report.unexplained),
            Verb.SKIP_APPRAISAL: papers.appraised,
            Verb.DECIDE_TOGETHER: not case.collective_ground,
            Verb.ASK_COLLECTIVE: bool(case.collective_ground),
            Verb.EXTEND: bool(case.special_ground),
        }
        return {verb: button for verb, button in found.items() if not pointless.get(Verb(verb))}


def wanted_first(
    case: Application, tasks: dict[str, Button], report: Report | None, papers: Papers
) -> Iterator[Button]:
    """What the opinion still waits for, offered at the head of the page besides at its sheet."""
    if report is None or case.state not in AT_THE_TOWNSHIP:
        return
    wanted = {
        Verb.REQUEST_CHECK: not report.requests or report.expired,
        Verb.ANSWER_CHECK: bool(report.open_items),
        Verb.EXPLAIN_DIFFERENCE: bool(report.unexplained),
        Verb.HOLD_APPRAISAL: case.state == State.INVESTIGATED and case.kind == Kind.NEW and not papers.appraised,
        Verb.DECIDE_TOGETHER: bool(case.collective_ground) and not papers.studies,
    }
    for verb, needed in wanted.items():
        if needed and (button := tasks.get(verb)):
            yield replace(button, tone="primary")


def facts_context(case: Application, *, with_accounts: bool) -> dict[str, Any]:
    """What the family declared, ready for the template."""
    declaration = case.declaration
    if declaration is None:
        return {"members": [], "incomes": [], "assets": [], "others": []}
    declaration.whole()
    return {
        "members": head_first(declaration.members.all()),
        "incomes": declaration.incomes.all(),
        "deductions": declaration.deductions.all(),
        "expenses": declaration.expenses.all(),
        "assets": declaration.financialassets.all(),
        "others": declaration.otherassets.all(),
        "accounts": case.household.accounts.filter(state__in=("PROPOSED", "APPROVED")).select_related("holder")
        if with_accounts
        else [],
    }


def touched_by(case: Application) -> list[Touched]:
    """The months already calculated on facts that a late change or a correction shows to have been otherwise."""
    since = case.corrects.effective_on if case.corrects else case.changed_on
    if case.household is None or since is None or case.cause not in (Cause.CHANGE, Cause.CORRECTION):
        return []
    return months_already_paid(case.household, Month.of(since).next())
