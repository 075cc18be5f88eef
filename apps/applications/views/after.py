"""After the decision: the letter handed over, and what the case page shows of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from apps.applications import actions
from apps.applications.deadlines import Deadline, counted
from apps.applications.delivery import decided_on, delivery_due
from apps.applications.forms.after import DeliveryForm
from apps.applications.letters import decision_title
from apps.applications.models import Application, Delivery, Letter, Revocation, Way
from apps.applications.traces import rows_of
from apps.applications.transitions import RevocationState, State
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.core.pages import ActPage, BelowSubject, ListPage
from apps.core.refusal import Refused

FILED_OR_DECIDED = frozenset(State) - {State.DRAFT, State.WITHDRAWN}


def due_of(case: Application, today: date) -> Deadline | None:
    """By when the letter has to be handed over; None where the law sets no day."""
    found = delivery_due(case)
    return counted(*found, today) if found else None


@dataclass(frozen=True)
class Link:
    """Something this user may do, or print."""

    label: str
    url: str
    icon: str = ""


def afterwards(case: Application, user: Any, today: date) -> dict[str, Any]:
    """What followed the decision of a case, and what may follow."""
    waiting = actions.letter_to_deliver(case)
    revocations = list(
        rows_of(case, "revocations").visible_to(user).select_related("proposed_by", "decided_by")  # type: ignore[attr-defined]
    )
    return {
        "undelivered": waiting is not None,
        "deliver_by": due_of(case, today) if waiting else None,
        "deliveries": rows_of(case, "deliveries").select_related("by").order_by("pk"),
        "complaints": rows_of(case, "complaints").visible_to(user).order_by("-pk"),
        "revocations": revocations,
        "followed_by": rows_of(case, "followed_by").order_by("pk"),
        "letters": letters(case, revocations),
        "further": list(further(case, user, today, revocations)),
    }


def letters(case: Application, revocations: list[Revocation]) -> list[Link]:
    """The letters and forms of a case to print."""
    found = []
    if case.accepted_on:
        found.append(Link("受理通知书", reverse("application-acceptance", args=[case.uuid])))
    if case.state in (State.CONFIRMED, State.REFUSED, State.REVOKED):
        found.append(Link(decision_title(case), reverse("application-letter", args=[case.uuid])))
        found += [
            Link("撤销确认通知书", reverse("revocation-letter", args=[one.uuid]))
            for one in revocations
            if one.state == RevocationState.APPROVED
        ]
        found.append(Link("送达回证", reverse("application-receipt", args=[case.uuid])))
    return found


def further(case: Application, user: Any, today: date, revocations: list[Revocation]) -> Any:
    """The acts that may follow and that this user may do; each asks again."""

    def mine(verb: Verb) -> bool:
        return bool(user.may(verb, on=today, area=case.township))

    if case.state in FILED_OR_DECIDED and mine(Verb.FILE_COMPLAINT):
        yield Link("登记投诉、复议…", reverse("complaint-new", args=[case.uuid]), "chat-left-text")
    waits = any(one.state == RevocationState.PROPOSED for one in revocations)
    if case.state == State.CONFIRMED and not waits and mine(Verb.PROPOSE_REVOCATION):
        yield Link("提出撤销确认…", reverse("revocation-new", args=[case.uuid]), "arrow-counterclockwise")


class DeliveryList(ListPage):
    """Letters of decided cases that have not reached the family yet, the oldest decision first."""

    model, template_name = Application, "applications/after/deliveries.html"
    title, act = "待送达的通知书", Verb.VIEW_CASES

    def rows(self) -> QuerySet[Application]:
        rows = super().rows().awaiting_delivery().select_related("township", "village", "decision")
        return rows.order_by("decided_on", "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["listed"] = [
            (case, self.named(case), decided_on(case), due_of(case, self.today)) for case in context["rows"]
        ]
        return context

    @staticmethod
    def named(case: Application) -> str:
        """The letter that waits."""
        return str(Letter.REVOCATION.label) if case.state == State.REVOKED else decision_title(case)


class HandingOver(ActPage):
    """A letter handed over."""

    form_class, act, title, button = DeliveryForm, Verb.DELIVER, "登记送达", "登记已送达"
    done, nav = "已登记送达。", "worklist"
    consequences = ("登记后不能更改", "当事人可自送达之日起六十日内申请行政复议、六个月内提起行政诉讼")

    def handover(self, form: forms.Form) -> actions.Handover:
        """What was typed."""
        given = form.cleaned_data
        return actions.Handover(**{**given, "way": Way(given["way"])})


class DeliverPage(BelowSubject, HandingOver):
    """The letter of a case."""

    model = Application

    @property
    def consequences(self) -> list[str]:  # type: ignore[override]
        """Which letter it is: a case can have had two."""
        waiting = actions.letter_to_deliver(self.subject)
        if waiting is None:
            return list(super().consequences)
        letter, since = waiting
        name = letter.label if letter == Letter.REVOCATION else decision_title(self.subject)
        return [f"送达的是 {day_label(since)} 作出的《{name}》", *super().consequences]

    def rows(self) -> QuerySet[Application]:
        return super().rows().select_related("township", "village", "decision")

    def precheck(self) -> None:
        if actions.letter_to_deliver(self.subject) is None:
            raise Refused("nothing_to_deliver", "没有待送达的通知书。")

    def form_arguments(self) -> dict[str, Any]:
        return {
            "initial": {
                "delivered_on": self.today,
                "way": Way.IN_PERSON,
                "receiver": self.subject.applicant_name,
                "relation": "本人",
            }
        }

    def perform(self, form: forms.Form) -> Delivery:
        return actions.deliver(self.subject, handover=self.handover(form), acting_user=self.request.user, on=self.today)
