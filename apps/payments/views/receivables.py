"""What is owed back: the list by township, one matter from notice to the last instalment, and its letter."""

from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse, reverse_lazy

from apps.audit.facts import course_of
from apps.audit.verbs import Verb
from apps.core.pages import DetailPage, ListPage
from apps.payments.correction_forms import ReceivableFilter
from apps.payments.enums import OVERDUE, ReceivableState
from apps.payments.facts_corrections import claims_to_offset, hearing_days, nobody_left
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
# What was agreed already can be agreed anew.
PLANNED = (ReceivableState.AGREED, ReceivableState.REPAYING)
AGAIN = {"receivable-plan": "重新商定退还计划"}


class ReceivableList(ListPage):
    """All of it with what is left, and the sums by township."""

    model, filters, template_name, title = Receivable, ReceivableFilter, "payments/receivables.html", "应收"
    act = Verb.VIEW_AWARDS

    def filter_form(self) -> ReceivableFilter:
        """With the user's townships."""
        return ReceivableFilter(self.request.GET, user=self.request.user)

    def rows(self) -> QuerySet[Receivable]:
        """Newest first."""
        rows = super().rows().with_arrears(self.today).select_related("household__head", "person", "township")
        return rows.order_by("-pk")

    def narrow(self, rows: QuerySet[Receivable], chosen: dict[str, Any]) -> QuerySet[Receivable]:
        """By state (or being behind the plan) and township."""
        if chosen.get("state") == OVERDUE:
            rows, chosen = rows.filter(arrears_fen__gt=0), chosen | {"state": ""}
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
        return rows.select_related("household__head", "person", "township", "correction__decided_by", "notified_by")

    @property
    def title(self) -> str:
        """Its number."""
        return f"应收 {self.subject}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**(self._shown() | kwargs))

    def _shown(self) -> dict[str, Any]:
        row, user = self.subject, self.request.user
        return {
            "receivable": row,
            "buttons": [*self._buttons(), *self._write_off()],
            "lines": row.lines.select_related("line").order_by("line__month"),
            "plan": _plan(row, self.today),
            "repayments": row.repayments.select_related("recorded_by"),
            "records": course_of(
                row, user, made=Verb.CONFIRM_RECALCULATION, by=row.correction.decided_by, on=row.opened_on
            ),
        }

    def _buttons(self) -> list[dict[str, str]]:
        allowed = RECEIVABLE_MOVES.acts_from(self.subject.state)
        mine = [step for step in STEPS if step[0] in allowed and self.request.user.may(step[0], on=self.today)]
        if nobody_left(self.subject) or not claims_to_offset(self.subject, self.request.user).exists():
            mine = [step for step in mine if step[0] != Verb.RECORD_OFFSET]
        again = self.subject.state in PLANNED
        return [
            {
                "label": AGAIN.get(page, label) if again else label,
                "tone": "quiet" if n or (again and page in AGAIN) else "primary",
                "url": reverse(page, args=[self.subject.pk]),
            }
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


def _plan(row: Receivable, today: date) -> list[tuple[Any, str, str]]:
    """The dates of the plan that stands, each with how it stands: what came in covers the earliest ones first."""
    plan = list(row.instalments.order_by("plan", "due_on"))
    standing = [one for one in plan if one.plan == plan[-1].plan]
    covered, told = sum(one.amount_fen for one in standing) - row.balance, []
    for one in standing:
        covered -= one.amount_fen
        late = "逾期" if one.due_on < today else "待退"
        told.append((one, "已退", "good") if covered >= 0 else (one, late, "bad" if late == "逾期" else "plain"))
    return told


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
            **({"lines": lines, "days": hearing_days(self.today), "number": str(self.subject)} | kwargs)
        )
