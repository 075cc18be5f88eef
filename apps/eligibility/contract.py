"""The data contract of assessments: strict reading of requests, answers in its shape; no database.

`answer_assessment` and `answer_timeline` take one decoded request and always answer: a bad one with
{"case", "error": {"field", "message"}}. What the law is, is the caller's business.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from apps.core.money import plain_yuan
from apps.core.month import Month

from .contract_shapes import (
    BadInput,
    Check,
    Context,
    Shape,
    birth_date,
    boolean,
    date_or_none,
    decision_date,
    each,
    integer,
    known,
    label,
    may,
    member_ref,
    money,
    month,
    need,
    new_ref,
    one_of,
    text,
    word,
)
from .policy import enums
from .policy.decide import decide
from .policy.facts import CaseFacts
from .policy.facts_json import facts_from_json
from .policy.outcome import parts_to_json
from .policy.standards import SUPPLEMENTS, Law
from .policy.timeline import Lines, timeline

Json = dict[str, Any]


def answer_assessment(case: Any, law: Law) -> Json:
    """The answer to one assessment request, or its error."""

    def answer() -> Json:
        facts = read_case(case, law)
        return decide(facts, dt.date.fromisoformat(case["as_of"]), law).to_json()

    return _answered(case, answer)


def read_case(case: Json, law: Law | None = None) -> CaseFacts:
    """The facts of a checked assessment request, under the shipped law unless another is given; BadInput if bad."""
    ASSESSMENT(case, "", _context(case, "as_of", law or Law.shipped(), case))
    return facts_from_json(case)


def answer_timeline(case: Any, law: Law) -> Json:
    """The answer to one timeline request, or its error."""

    def answer() -> Json:
        TIMELINE(case, "", _context({}, "", law, case))
        decisions = [
            (dt.date.fromisoformat(event["decided_on"]), facts_from_json({**event, "area": case["area"]}))
            for event in case["events"]
        ]
        played = timeline(decisions, Month.parse(case["until"]), law)
        return {"months": {str(paid): _lines_to_json(lines) for paid, lines in played}}

    return _answered(case, answer)


def months_asked(case: Any) -> int:
    """How many months a timeline request would play through; 0 when that cannot be read."""
    try:
        days = [dt.date.fromisoformat(event["decided_on"]) for event in case["events"]]
        return max(0, Month.parse(case["until"]) - Month.of(min(days)))
    except (TypeError, ValueError, KeyError, IndexError):
        return 0


def _answered(case: Any, answer: Callable[[], Json]) -> Json:
    given = case.get("case") if isinstance(case, dict) else None
    mark = {"case": given if isinstance(given, str | int) else None}
    try:
        return {**mark, **answer()}
    except BadInput as bad:
        return {**mark, "error": {"field": bad.path, "message": bad.message}}


def _lines_to_json(lines: Lines) -> Json:
    return {
        "total": plain_yuan(sum(due.total for _, due in lines)),
        "lines": [
            {
                "scheme": award.scheme.value,
                "members": list(award.refs),
                "amount": plain_yuan(due.total),
                "parts": parts_to_json(due.parts),
            }
            for award, due in lines
        ],
    }


def _context(facts: Any, day_field: str, law: Law, top: Any) -> Context:
    """What one part of the document has to know of the others, read as far as it can be read."""
    facts, top = (item if isinstance(item, dict) else {} for item in (facts, top))
    rural = top.get("area") == enums.AreaKind.RURAL
    members = facts.get("members")
    refs = None
    if isinstance(members, list):
        named = [member.get("ref") for member in members if isinstance(member, dict)]
        refs = frozenset(ref for ref in named if isinstance(ref, str))
    area = enums.AreaKind.RURAL if rural else enums.AreaKind.URBAN
    return Context(law, area, date_or_none(facts.get(day_field)), refs)


def _members(value: Any, path: str, context: Context) -> None:
    each(_MEMBER)(value, path, context)
    if sum(member["relation"] == enums.Relation.HEAD for member in value) != 1:
        raise BadInput(path, "应当有且只有一名户主（HEAD）")


def _part_member(part: Json, path: str, context: Context) -> None:
    personal, named = part["kind"] != enums.PartKind.GAP, part.get("member") is not None
    if personal != named:
        raise BadInput(f"{path}.member", "增发须写明成员" if personal else "差额属于全家，不写成员")


def _not_after_first_month(value: Any, path: str, context: Context) -> None:
    month(value, path, context)
    if context.day is not None and Month.parse(value) > Month.of(context.day).next():
        raise BadInput(path, "渐退首月不能晚于本次待遇的首月")


def _phase_out_months(value: Any, path: str, context: Context) -> None:
    allowed = _months_ever_granted(context.law)
    if type(value) is not int or value not in allowed:
        raise BadInput(path, f"应为 {' 或 '.join(map(str, allowed))}")


def _months_used(value: Any, path: str, context: Context) -> None:
    integer(0, _months_ever_granted(context.law)[-1])(value, path, context)


def _months_ever_granted(law: Law) -> list[int]:
    # A running 渐退 keeps the months it began with, so superseded values stay good, the shipped ones corrected or not.
    rows = (*Law.shipped().rows, *law.rows)
    return sorted({int(row.value) for row in rows if row.parameter == "phase_out_months" and row.value})


def _both_or_neither(current: Json, path: str, context: Context) -> None:
    absent = [name for name in ("phase_out_from", "phase_out_months") if current.get(name) is None]
    if len(absent) == 1:
        raise BadInput(f"{path}.{absent[0]}", "渐退首月和渐退月数须同时填写")


def _not_overused(earlier: Json, path: str, context: Context) -> None:
    if earlier["used"] > earlier["months"]:
        raise BadInput(f"{path}.used", "已用月数不能超过渐退月数")


def _no_current(value: Any, path: str, context: Context) -> None:
    raise BadInput(path, "时间线中现有待遇由此前的决定推出，不要填写")


def _events(value: Any, path: str, context: Context) -> None:
    if not isinstance(value, list) or not value:
        raise BadInput(path, "应为至少含一次决定的列表")
    for number, event in enumerate(value):
        _EVENT(event, f"{path}.{number}", _context(event, "decided_on", context.law, {"area": context.area}))


_DISABILITY = Shape({"category": need(word(enums.DisabilityCategory)), "grade": need(integer(1, 4))})
_OBLIGOR = Shape(
    {
        "birth_date": may(birth_date),
        "tekun": may(boolean),
        "dibao": may(boolean),
        "disability": may(_DISABILITY),
        "annual_income": may(money),
        "assets_within_limit": may(boolean),
        "status": may(word(enums.ObligorStatus)),
    }
)
_MEMBER = Shape(
    {
        "ref": need(new_ref),
        "birth_date": need(birth_date),
        "relation": need(word(enums.Relation)),
        "coresident": may(boolean),
        "cannot_live_independently": may(boolean),
        "full_time_student": may(word(enums.Student)),
        "disability": may(_DISABILITY),
        "serious_illness": may(boolean),
        "status": may(word(enums.MemberStatus)),
        "support": may(word(enums.Support)),
        "self_care_failures": may(integer(0, 6)),
        "was_tekun": may(boolean),
        "obligors": may(each(_OBLIGOR)),
    }
)
_INCOME = Shape({"member": need(member_ref), "kind": need(word(enums.IncomeKind)), "amount": need(money)})
_DEDUCTION = Shape({"kind": need(word(enums.DeductionKind)), "amount": need(money), "ground": may(text)})
_EXPENSE = Shape({"kind": need(word(enums.ExpenseKind)), "amount": need(money)})
_FINANCIAL = Shape({"member": may(member_ref), "kind": need(word(enums.AssetKind)), "value": need(money)})
_OTHER = Shape({"kind": need(word(enums.OtherAssetKind)), "exempted": may(boolean), "ground": may(text)})
_PART = Shape(
    {
        "kind": need(one_of([enums.PartKind.GAP.value, *(kind.value for kind in SUPPLEMENTS)])),
        "member": may(member_ref),
        "amount": need(money),
    },
    then=_part_member,
)
_EARLIER = Shape(
    {"ended": need(month), "used": need(_months_used), "months": need(_phase_out_months)}, then=_not_overused
)
_CURRENT = Shape(
    {
        "scheme": need(one_of([enums.Scheme.DIBAO.value])),
        "parts": need(each(_PART)),
        "phase_out_from": may(_not_after_first_month),
        "phase_out_months": may(_phase_out_months),
        "earlier_phase_out": may(_EARLIER),
    },
    then=_both_or_neither,
)


def _lists(unknown_allowed: bool) -> Json:
    """The lists of facts; in a timeline nothing may be unknown."""
    fact = may if unknown_allowed else need
    return {
        "members": fact(_members),
        "incomes": fact(each(_INCOME)),
        "deductions": may(each(_DEDUCTION)),
        "expenses": may(each(_EXPENSE)),
        "financial_assets": fact(each(_FINANCIAL)),
        "other_assets": may(each(_OTHER)) if unknown_allowed else known(each(_OTHER)),
    }


_AREA: Check = word(enums.AreaKind)
ASSESSMENT = Shape(
    {
        "case": may(label),
        "as_of": need(decision_date),
        "area": need(_AREA),
        **_lists(unknown_allowed=True),
        "current": may(_CURRENT),
    }
)
_EVENT = Shape({"decided_on": need(decision_date), **_lists(unknown_allowed=False), "current": may(_no_current)})
TIMELINE = Shape({"case": may(label), "area": need(_AREA), "until": need(month), "events": need(_events)})
