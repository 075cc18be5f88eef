"""One case: everything a decision rests on, and the steps that may follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from apps.applications.actions.assessing import advice_on, content_digest, preview_case
from apps.applications.deadlines import deadline
from apps.applications.differences import Difference, differences
from apps.applications.models import Application, Cause, Kind
from apps.applications.timeline import happened, of_case
from apps.applications.transitions import MOVES, OPEN, State
from apps.audit.verbs import Verb
from apps.awards.facts import Touched, months_already_paid
from apps.awards.models.recognition import RECOGNISED
from apps.core.money import fen, format_yuan
from apps.core.month import Month, day_label
from apps.core.pages import DetailPage
from apps.eligibility.policy.enums import Category, Relation
from apps.eligibility.policy.review import months_later

# The order of the buttons: what the case waits for first.
STEPS = (
    (Verb.SUBMIT, "application-draft", "继续填写", "primary"),
    (Verb.ACCEPT, "application-accept", "受理", "primary"),
    (Verb.INVESTIGATE, "application-investigate", "登记入户调查", "primary"),
    (Verb.PROPOSE, "application-propose", "签署初审意见", "primary"),
    (Verb.POST_NOTICE, "application-notice", "张贴公示", "primary"),
    (Verb.CONFIRM, "application-confirm", "确认", "primary"),
    (Verb.RETURN_FOR_SURVEY, "application-survey", "退回补查", "quiet"),
    (Verb.REFUSE, "application-refuse", "不予确认…", "quiet"),
    (Verb.RETURN_FOR_CORRECTION, "application-return", "退回补正", "quiet"),
    (Verb.WITHDRAW, "application-withdraw", "撤回…", "quiet"),
)


@dataclass(frozen=True)
class Button:
    """A step this user may take now."""

    label: str
    url: str
    tone: str


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
        rows = rows.select_related("township", "village", "household__head", "household__township", "merges")
        return rows.select_related("declaration", "assessment", "decision", "corrects")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case = self.subject
        answer = shown_answer(case, self.today)
        # The township a family left keeps its closed cases, not what became of the family since.
        sees_family = case.household is None or self.request.user.scope().covers(case.household.township)
        context = {
            "case": case,
            "due": deadline(case, today=self.today),
            "answer": answer,
            "total": total_of(answer),
            "category": category_of(answer),
            "index": advice_on(case, on=self.today) if case.state in OPEN else None,
            "from_month": Month.of(self.today).next() if case.state in OPEN else None,
            "buttons": self.buttons(answer),
            "happened": happened(of_case(case, self.request.user)),
            "moved_away": not sees_family,
            "changes": changes_of(case),
            "touched": touched_by(case),
            "investigations": case.investigations.select_related("by").order_by("-pk"),
            "opinions": case.opinions.select_related("by").order_by("-pk"),
            "notices": case.notices.order_by("-pk"),
            "flags": flags(case),
            "waits": waits(case, self.today),
        }
        return super().get_context_data(**(context | facts_context(case, with_accounts=sees_family) | kwargs))

    def buttons(self, answer: dict[str, Any] | None) -> list[Button]:
        """The steps that may follow and that this user may take; the action asks again."""
        case, user = self.subject, self.request.user
        return [
            Button(
                confirm_label(case, answer, self.today) if verb == Verb.CONFIRM else label,
                reverse(url, args=[case.uuid]),
                tone,
            )
            for verb, url, label, tone in STEPS
            if MOVES.allows(verb, case.state)
            and user.may(verb, on=self.today, area=case.township)
            and not (verb == Verb.REFUSE and case.kind == Kind.REVIEW)
            and not (verb == Verb.CONFIRM and case.notice_ends_on and self.today <= case.notice_ends_on)
        ]


def shown_answer(case: Application, today: Any) -> dict[str, Any] | None:
    """The answer the page shows: today's rules while the case is open, what was decided on once it is closed."""
    if case.state in OPEN:
        outcome = preview_case(case, on=today)
        return outcome.to_json() if outcome else None
    return case.assessment.answer if case.assessment else None


def category_of(answer: dict[str, Any] | None) -> str:
    """The category in words."""
    return Category(answer["category"]).label if answer else ""


def total_of(answer: dict[str, Any] | None) -> int | None:
    """Fen a month of all awards of the answer; None where nothing is due."""
    return sum(fen(award["monthly"]) for award in answer["awards"]) if answer and answer["awards"] else None


def brief_of(case: Application, answer: dict[str, Any] | None, today: date) -> dict[str, Any]:
    """What somebody about to take a step decides on: who they are, and what the rules say today."""
    declared = case.declaration.members.select_related("person") if case.declaration else []
    members = [(member, member.person.age_on(today)) for member in head_first(declared)]
    return {"members": members, "answer": answer, "category": category_of(answer), "total": total_of(answer)}


def head_first(members: Iterable[Any]) -> list[Any]:
    """Members in their order, but the head before all."""
    return sorted(members, key=lambda member: member.relation != Relation.HEAD)


def confirm_label(case: Application, answer: dict[str, Any] | None, today: Any) -> str:
    """The button that says exactly what it will do."""
    month = Month.of(today).next()
    total = total_of(answer)
    if total is None:
        recognised = f"认定为{category_of(answer)}家庭" if answer and answer["category"] in RECOGNISED else ""
        stopped = f"{month.month}月起停发" if case.kind == Kind.REVIEW else ""
        return "，".join(filter(None, ("确认", recognised, stopped)))
    return f"确认，{month.month}月起发 {format_yuan(total)} 元"


def seen(case: Application, today: Any) -> str:
    """The digest a confirmation is bound to."""
    return bound_to(shown_answer(case, today))


def bound_to(answer: dict[str, Any] | None) -> str:
    """The digest of an answer that is on the screen."""
    return content_digest(answer) if answer else ""


def facts_context(case: Application, *, with_accounts: bool) -> dict[str, Any]:
    """What the family declared, ready for the template."""
    declaration = case.declaration
    if declaration is None:
        return {"members": [], "incomes": [], "assets": [], "others": []}
    return {
        "members": head_first(declaration.members.select_related("person")),
        "incomes": declaration.incomes.select_related("person").order_by("pk"),
        "deductions": declaration.deductions.order_by("pk"),
        "expenses": declaration.expenses.order_by("pk"),
        "assets": declaration.financialassets.select_related("person").order_by("pk"),
        "others": declaration.otherassets.order_by("pk"),
        "accounts": case.household.accounts.filter(state__in=("PROPOSED", "APPROVED")).select_related("holder")
        if with_accounts
        else [],
    }


def changes_of(case: Application) -> list[Difference]:
    """What a review tells otherwise than the facts on file before it."""
    if case.kind != Kind.REVIEW or case.declaration is None:
        return []
    declared = case.household.declarations.filter(pk__lt=case.declaration_id)
    return differences(declared.order_by("-effective_on", "-pk").first(), case.declaration)


def touched_by(case: Application) -> list[Touched]:
    """The months already calculated on facts that a late change or a correction shows to have been otherwise."""
    since = case.corrects.effective_on if case.corrects else case.changed_on
    if case.household is None or since is None or case.cause not in (Cause.CHANGE, Cause.CORRECTION):
        return []
    return months_already_paid(case.household, Month.of(since).next())


def waits(case: Application, today: date) -> str:
    """Until when the notice keeps the decision waiting."""
    ends = case.notice_ends_on
    if case.state != State.PUBLICISED or ends is None or today > ends:
        return ""
    return f"公示到 {day_label(ends)} 期满，{day_label(ends + timedelta(days=1))}起可确认。"


def flags(case: Application) -> list[tuple[str, str]]:
    """What a reviewer should not overlook: (words, tone)."""
    found = []
    if case.kind == Kind.REVIEW:
        found.append((f"在享家庭复核：{case.get_cause_display()}", "info"))
    found += life_flags(case)
    if case.investigations.filter(agrees=False).exists():
        found.append(("入户情况与申报不一致", "warn"))
    if case.state in (State.PROPOSED, State.PUBLICISED) and case.opinions.order_by("-pk").first().agrees is False:
        found.append(("乡镇意见：拟不同意", "bad"))
    if case.return_reason and case.state in OPEN:
        found.append((f"退回：{case.return_reason}", "warn"))
    return found


LATE_AFTER = 3


def life_flags(case: Application) -> list[tuple[str, str]]:
    """What the life of the family adds: a settlement's deadline, a late report, a death since it was declared."""
    found = []
    if case.settle_by is not None and case.state in OPEN:
        found.append((f"成员去世，{case.settle_by.year}年{day_label(case.settle_by)}前办结", "warn"))
    if case.changed_on is not None and months_later(case.changed_on, LATE_AFTER) < case.opened_on:
        found.append((f"变化发生逾 {LATE_AFTER} 个月才登记，请批评教育并记录", "warn"))
    if case.declaration is not None and case.state in OPEN:
        dead = case.declaration.members.filter(person__died_on__isnull=False).select_related("person")
        found += [(f"{one.person.name}已登记死亡，须退回重新登记", "bad") for one in dead]
    return found
