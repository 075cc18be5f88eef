"""What a reviewer should not overlook, in words and colour."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from apps.applications.facts.checks import Report
from apps.applications.facts.deciding import Place
from apps.applications.models import Application, Cause, DecidedLevel, Kind
from apps.applications.transitions import OPEN, State
from apps.applications.views.papers import Papers
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.month import day_label
from apps.eligibility.policy.review import months_later

LATE_AFTER = 3
LOOKED_BACK = timedelta(days=365)

SENT_BACK = {Verb.RETURN_FOR_CORRECTION, Verb.RETURN_FOR_SURVEY, Verb.UPHOLD_OBJECTION}

Flag = tuple[str, str]


def waits(case: Application, report: Report | None, papers: Papers, place: Place | None, today: date) -> str:
    """For what a visited case or the confirmation waits, and what to do about it; empty when for nothing."""
    if case.state == State.INVESTIGATED:
        return _waits_for_the_opinion(case, report, papers)
    ends = case.notice_ends_on
    if case.state != State.PUBLICISED or place is None or ends is None:
        return ""
    if papers.open_objections:
        return "公示异议尚未答复：乡镇负责人答复之后才能作决定。"
    if today <= ends:
        return f"公示到 {day_label(ends)} 期满，{day_label(ends + timedelta(days=1))}起可确认。"
    return _waits_for_the_bureau_s_visit(case, papers) if place.level == DecidedLevel.COUNTY else ""


def _waits_for_the_opinion(case: Application, report: Report | None, papers: Papers) -> str:
    """Whose turn it is between the visit and the signature, in the order in which signing asks."""
    left = []
    if report is None or report.valid_until is None or report.expired:
        left.append("登记齐核对结果（过期的重新发起核对）")
    if report is not None and report.unexplained:
        left.append("说明核对与申报的差异（或退回补正）")
    if case.kind == Kind.NEW and not papers.appraised:
        left.append("登记民主评议（或写明理由免予评议）")
    if left:
        return f"签署初审意见之前，请经办人先办：{'；'.join(left)}。"
    if case.collective_ground and not papers.studies:
        return "签署初审意见之前，请乡镇负责人先登记集体研究结论。"
    return "调查已办完，等乡镇负责人签署初审意见。"


def _waits_for_the_bureau_s_visit(case: Application, papers: Papers) -> str:
    check = papers.spot_check
    if check is None:
        always = case.near_relative or case.cause == Cause.COMPLAINT or papers.objections
        return "这件须由民政局入户抽查：请主管在“抽查”里抽取，登记结果后才能确认。" if always else ""
    if check.agrees is None:
        return "这件抽中抽查：登记抽查结果后才能确认。"
    return "" if check.agrees else "抽查情况不一致：请退回补查，或不予确认。"


def flags(case: Application, report: Report | None, papers: Papers) -> list[Flag]:
    """What needs attention before a signature: (words, tone), the gravest first within each matter."""
    return [
        *_of_the_case(case),
        *_of_the_family(case),
        *(_of_the_check(case, report) if report else ()),
        *_of_the_papers(case, papers),
    ]


def _of_the_case(case: Application) -> Iterator[Flag]:
    if case.kind == Kind.REVIEW:
        yield f"在享家庭复核：{case.get_cause_display()}", "info"
    if case.near_relative:
        whose = f"：{case.near_relative_of}" if case.near_relative_of else ""
        yield f"经办人员近亲属{whose}", "bad"
    elif case.near_relative is False:
        yield "非近亲属", "plain"
    elif case.state in OPEN and case.state != State.DRAFT:
        yield "是否近亲属未填", "warn"
    if case.is_complained_of:
        yield "有投诉或复议", "bad"
    if case.escalated_on:
        yield f"已逾期，{day_label(case.escalated_on)}报负责人", "bad"
    if case.pause:
        yield f"计时暂停：{case.pause.get_reason_display()} {case.pause.text}".strip(), "plain"
    if case.return_reason and case.state in OPEN:
        yield f"退回：{case.return_reason}", "warn"
    if case.special_ground:
        yield f"延长到 45 个工作日：{case.get_special_ground_display()}", "info"


def _of_the_family(case: Application) -> Iterator[Flag]:
    """What the life of the family adds: a settlement's deadline, a late report, a death since it was declared."""
    if case.settle_by is not None and case.state in OPEN:
        yield f"成员去世，{case.settle_by.year}年{day_label(case.settle_by)}前办结", "warn"
    if case.changed_on is not None and months_later(case.changed_on, LATE_AFTER) < case.opened_on:
        yield f"变化发生逾 {LATE_AFTER} 个月才登记，请批评教育并记录", "warn"
    if case.declaration is not None and case.state in OPEN:
        for member in case.declaration.whole().members.all():
            if member.person.died_on:
                yield f"{member.person.name}已登记死亡，须退回重新登记", "bad"


def _of_the_check(case: Application, report: Report) -> Iterator[Flag]:
    for line in report.differences:
        explained = "，已说明" if line.ground else "，未说明"
        yield f"{line.label}：核对{line.beyond}{explained}", line.tone
    if case.declaration_id and case.state in OPEN and (report.requests or case.state != State.SUBMITTED):
        words, tone = report.standing
        if tone != "good":
            yield words, tone


def _of_the_papers(case: Application, papers: Papers) -> Iterator[Flag]:
    if any(not one.agrees for one in papers.investigations):
        yield "入户情况与申报不一致", "warn"
    for waiver in papers.waivers:
        yield f"免予{waiver.get_step_display()}", "info"
    if case.collective_ground:
        done = "已集体研究" if papers.studies else "须集体研究"
        yield f"{done}：{case.get_collective_ground_display()}", "info" if papers.studies else "warn"
    if case.state in (State.PROPOSED, State.PUBLICISED) and papers.opinions and not papers.opinions[0].agrees:
        yield "乡镇意见：拟不同意", "bad"
    if papers.open_objections:
        yield f"{len(papers.open_objections)} 件异议待答复", "bad"
    if check := papers.spot_check:
        said = {None: ("抽中抽查，待登记结果", "warn"), True: ("抽查一致", "good"), False: ("抽查不一致", "bad")}
        yield said[check.agrees]


def of_the_past(case: Application, records: Iterable[Record]) -> Iterator[Flag]:
    """How often the case was sent back; why it is back now is said already."""
    times = sum(record.verb in SENT_BACK and record.subject_id == case.pk for record in records)
    if times and not case.return_reason:
        yield f"曾退回 {times} 次", "warn"


def of_earlier_cases(case: Application, user: Any, today: date) -> Iterator[Flag]:
    """Other cases of these people within the year, as far as this user may see them."""
    if case.declaration is None:
        return
    people = [member.person_id for member in case.declaration.whole().members.all()]
    earlier = (
        Application.objects.visible_to(user)
        .filter(declaration__members__person__in=people, opened_on__gte=today - LOOKED_BACK, opened_on__lte=today)
        .exclude(pk=case.pk)
        .distinct()
        .order_by("-pk")
    )
    for one in earlier[:3]:
        tone = "bad" if one.state == State.REFUSED else "info"
        yield f"一年内另有申请 {one.number}：{one.get_state_display()}", tone
