"""The dated parameters: read by everybody, proposed by one, approved by another."""

from typing import Any

from django.http import Http404
from django.urls import reverse, reverse_lazy

from apps.audit.facts import course_of
from apps.audit.verbs import Verb
from apps.core.month import Month
from apps.core.pages import ActPage, DetailPage, Page
from apps.eligibility import actions
from apps.eligibility.forms import ProposalForm, RejectForm, shown
from apps.eligibility.law import law_in_force, law_until
from apps.eligibility.models import ParameterChange, ParameterValue
from apps.eligibility.parameters import applies_to, standing_row
from apps.eligibility.policy.standards import Law, shipped_parameters
from apps.eligibility.standing import sheets
from apps.eligibility.transitions import CHANGE_MOVES

CRUMBS = (("政策与标准", reverse_lazy("standard-list")),)


class StandardList(Page):
    """Every parameter with its values by start date: source, confirmed or not, in force, to come or superseded."""

    template_name = "eligibility/standards.html"
    title = "政策与标准"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        values = ParameterValue.objects.visible_to(user).select_related("change")
        waiting = ParameterChange.objects.visible_to(user).waiting().select_related("proposed_by").order_by("pk")
        law = law_in_force()
        given = {"parameters": sheets(values, self.today), "waiting": [(c, lines_of(c, law)) for c in waiting]}
        return super().get_context_data(**(given | kwargs))


def law_met_by(change: ParameterChange) -> Law:
    """The law a proposal would change, and after its approval the law it has changed."""
    adopted = change.values.first()
    return law_in_force() if adopted is None else law_until(adopted.version)


def lines_of(change: ParameterChange, law: Law) -> list[dict[str, Any]]:
    """What a proposal changes: to whom, from what, to what."""
    start, lines = change.start, []
    for value, row in zip(change.content, change.rows(), strict=True):
        parameter, place = shipped_parameters()[value["parameter"]], (value["area"], value["key"])
        old = standing_row(law, parameter.name, place, start)
        line = {"label": parameter.label, "applies": applies_to(*place) or "全部", "unit": parameter.unit}
        lines.append(line | {"old": shown(old), "new": shown(row), "replaces": old is not None and old.start == start})
    return lines


class NewStandard(ActPage):
    """Propose new values of the parameter named in the address's query."""

    form_class, act, nav, crumbs = ProposalForm, Verb.PROPOSE_STANDARD, "standard-list", CRUMBS
    button, done = "提出草案", "草案已提出，等另一位同事核准。"
    consequences = (
        "草案不影响任何测算和发放；核准之后，从起始月份起自动生效。",
        "由民政局审核人核准：提出人自己不能核准。",
        "已核准的数值不再改动；写错了，用同一起始月份的新草案更正。",
    )

    @property
    def parameter(self) -> str:
        """Which parameter; 404 when there is none of that name."""
        name = self.request.GET.get("parameter", "dibao_standard")
        if name not in shipped_parameters():
            raise Http404
        return str(name)

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"调整{shipped_parameters()[self.parameter].label}"

    def form_arguments(self) -> dict[str, Any]:
        first = Month.of(self.today).next().first()
        return {
            "parameter": self.parameter,
            "law": law_in_force(),
            "on": self.today,
            "initial": {"start": first, **{k: v for k, v in self.request.GET.items() if k.startswith(GIVEN)}},
        }

    def perform(self, form: Any) -> ParameterChange:
        proposal = form.proposal()
        content = proposal.pop("content")
        return actions.propose_standard(content, acting_user=self.request.user, on=self.today, **proposal)


# What another page, such as a rehearsal, may fill in beforehand.
GIVEN = ("value_", "months", "start", "note", "off")


class StandardDetail(DetailPage):
    """One proposal: what it changes, from when, on what document, and how far it is."""

    model, template_name = ParameterChange, "eligibility/standard.html"
    nav, crumbs = "standard-list", CRUMBS

    @property
    def title(self) -> str:  # type: ignore[override]
        return title_of(self.subject)

    def rows(self) -> Any:
        return super().rows().filter(shipped=False).select_related("proposed_by", "decided_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change = self.subject
        made = {"made": Verb.PROPOSE_STANDARD, "by": change.proposed_by, "on": change.proposed_on}
        records = course_of(change, self.request.user, **made)
        return super().get_context_data(
            **({"lines": lines_of(self.subject, law_met_by(self.subject)), "records": records} | kwargs)
        )


def title_of(change: ParameterChange) -> str:
    """Which parameter, from when."""
    labels = dict.fromkeys(shipped_parameters()[value["parameter"]].label for value in change.content)
    return f"{'、'.join(labels)} 自{Month.of(change.start).label()}起"


class StandardAct(ActPage):
    """An act on a proposal that waits."""

    model, nav, crumbs, template_name = ParameterChange, "standard-list", CRUMBS, "eligibility/standard_act.html"
    what = ""

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.what}：{title_of(self.subject)}"

    def rows(self) -> Any:
        return super().rows().filter(shipped=False).select_related("proposed_by", "decided_by")

    def precheck(self) -> None:
        CHANGE_MOVES.target(self.act, self.subject.state)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"lines": lines_of(self.subject, law_in_force())} | kwargs))


class RejectStandard(StandardAct):
    """Send it back."""

    form_class, act, what = RejectForm, Verb.REJECT_STANDARD, "退回"
    button, tone, done = "退回草案", "danger", "已退回，提出人可以重新提出。"

    def perform(self, form: Any) -> ParameterChange:
        return actions.reject_standard(
            self.subject, acting_user=self.request.user, on=self.today, reason=form.cleaned_data["reason"]
        )

    def done_url(self, result: ParameterChange) -> str:
        return reverse("standard-list")
