"""Which cases are plain enough to be confirmed together: a list of named criteria, each checked and shown.

A case that fails one is not wrong: it is read on its own page. A new criterion is one more line of ``CRITERIA``; what
it needs to know is put on the case by ``candidates``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Subquery

from apps.applications import facets
from apps.applications.actions.assessing import content_digest
from apps.applications.expected import papers_missing
from apps.applications.models import Application, Investigation, Kind, Opinion
from apps.applications.transitions import State
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.models import Award
from apps.awards.models.recognition import RECOGNISED
from apps.core.money import fen
from apps.eligibility.actions import preview
from apps.eligibility.facts import DECLARED, family_of
from apps.eligibility.law import law_in_force
from apps.eligibility.policy.enums import Category
from apps.eligibility.policy.standards import Law

GIVEN_BACK = (Verb.RETURN_FOR_CORRECTION, Verb.RETURN_FOR_SURVEY)


@dataclass(frozen=True)
class Candidate:
    """A case after its notice, and what the rules say of it today."""

    case: Application
    answer: dict[str, Any]
    papers_missing: int = 0

    @property
    def seen(self) -> str:
        """What a confirmation of it is bound to."""
        return content_digest(self.answer)

    @property
    def total(self) -> int | None:
        """Fen a month; None where nothing is paid (a family that is recognised only)."""
        return sum(fen(award["monthly"]) for award in self.answer["awards"]) or None

    @property
    def category(self) -> str:
        return str(Category(self.answer["category"]).label)

    @property
    def doubts(self) -> list[str]:
        """Why it is not plain; nothing when it is."""
        return [doubt for criterion in CRITERIA if (doubt := criterion.doubt(self))]


@dataclass(frozen=True)
class Criterion:
    """What a plain case fulfils, and what to say of one that does not."""

    name: str
    says: str
    doubt: Callable[[Candidate], str]


def _unless(holds: Callable[[Candidate], Any], doubt: str) -> Callable[[Candidate], str]:
    return lambda candidate: "" if holds(candidate) else doubt


def _unchanged(candidate: Candidate) -> bool:
    signed = candidate.case.assessment
    return signed is not None and _substance(signed.answer) == _substance(candidate.answer)


def _substance(answer: dict[str, Any]) -> Any:
    # The month from which it is paid moves by itself when a case is decided in another month than it was signed.
    awards = [{name: value for name, value in award.items() if name != "from"} for award in answer["awards"]]
    return answer["category"], awards


def _near(candidate: Candidate) -> str:
    answer = candidate.case.near_relative
    return {None: "没有填是否近亲属", True: "经办人员近亲属", False: ""}[answer]


CRITERIA = (
    Criterion("NEW", "首次申请，没有发放过待遇", lambda c: _again(c.case)),
    Criterion("FACTS", "家庭情况已填齐", _unless(lambda c: _known(c.answer), "家庭情况未填齐")),
    Criterion("PAPERS", "应交材料已齐", lambda c: f"缺 {c.papers_missing} 份材料" if c.papers_missing else ""),
    Criterion("DUE", "按规定应予救助或认定", _unless(lambda c: _gives(c.answer), "按现有情况不符合任何待遇")),
    Criterion("OPINION", "乡镇意见拟同意", _unless(lambda c: c.case.agreed, "乡镇意见拟不同意")),
    Criterion("SAME", "结果与签署意见时相同", _unless(_unchanged, "结果与签署意见时不同")),
    Criterion("VISIT", "已入户调查，与申报一致", lambda c: _visit(c.case)),
    Criterion("CHECK", "核对没有发现差异", _unless(lambda c: not c.case.doubtful, "申报与核对不一致")),
    Criterion("OBJECTION", "公示期间没有异议", _unless(lambda c: not c.case.objections.all(), "公示期间有异议")),
    Criterion("COMPLAINT", "没有投诉举报", _unless(lambda c: not c.case.complained, "有投诉举报")),
    Criterion("RELATIVE", "已申明不是经办人员近亲属", _near),
    Criterion("RETURNED", "没有退回过", _unless(lambda c: not c.case.given_back, "曾被退回")),
    Criterion("SAMPLE", "没有抽中抽查", _unless(lambda c: not _sampled(c.case), "抽中抽查")),
    Criterion("CLOCK", "计时没有暂停", _unless(lambda c: c.case.pause is None, "计时暂停")),
)
NAMES = tuple(criterion.name for criterion in CRITERIA)


def after_the_notice(cases: QuerySet[Application], on: date) -> QuerySet[Application]:
    """The cases that wait for the county's word, the most urgent first."""
    return cases.filter(state=State.PUBLICISED, notice_ends_on__lt=on).order_by("due_on", "accepted_on", "pk")


def candidates(cases: QuerySet[Application], *, on: date) -> list[Candidate]:
    """These cases with all the criteria ask for, and today's answer of the rules; the queries do not grow with them."""
    law = law_in_force()
    return [_candidate(case, on, law) for case in _told(cases) if case.declaration is not None]


def _candidate(case: Any, on: date, law: Law) -> Candidate:
    family = family_of(case.declaration)
    there = [paper for paper in case.documents.all() if paper.removed_on is None]
    missing = papers_missing(family, there, promised=bool(case.promises.all()))
    return Candidate(case, preview(family, as_of=on, current=None, law=law).to_json(), len(missing))


def _told(cases: QuerySet[Application]) -> Iterable[Application]:
    mine = {"application": OuterRef("pk")}
    opinions = Opinion.objects.filter(**mine).order_by("-pk").values("agrees")[:1]
    returns = Record.objects.filter(
        subject_type=Application._meta.label_lower, subject_id=OuterRef("pk"), verb__in=GIVEN_BACK
    )
    return (
        cases.select_related("township", "village", "household__head", "declaration__household__village", "assessment")
        .annotate(
            agreed=Subquery(opinions, output_field=BooleanField()),
            visited=Exists(Investigation.objects.filter(**mine)),
            mismatch=facets.MISMATCH,
            complained=Exists(Application.objects.complained_of().filter(pk=OuterRef("pk"))),
            given_back=Exists(returns),
            paid_before=Exists(Award.objects.filter(household=OuterRef("household"))),
        )
        .prefetch_related(
            "pauses",
            "objections",
            "spot_checks",
            "documents",
            "promises",
            *(f"declaration__{name}" for name in DECLARED),
        )
    )


def _sampled(case: Application) -> bool:
    return any(check.sampled for check in case.spot_checks.all())


def _again(case: Any) -> str:
    if case.kind != Kind.NEW:
        return "复核案件"
    return "家庭享受过待遇" if case.paid_before else ""


def _known(answer: dict[str, Any]) -> bool:
    return answer["category"] != Category.INCOMPLETE


def _gives(answer: dict[str, Any]) -> bool:
    return bool(answer["awards"]) or answer["category"] in RECOGNISED


def _visit(case: Any) -> str:
    if not case.visited:
        return "没有入户调查"
    return "入户情况与申报不一致" if case.mismatch else ""
