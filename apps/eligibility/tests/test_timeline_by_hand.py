"""A timeline is what somebody gets who asks for each decision by itself and carries over by hand what is paid now."""

import json
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.month import Month
from apps.eligibility.contract import answer_assessment, answer_timeline
from apps.eligibility.policy.enums import AreaKind, IncomeKind
from apps.eligibility.policy.facts import Income
from apps.eligibility.policy.facts_json import facts_to_json
from apps.eligibility.tests.test_properties import DAYS, LAW, families, office


@dataclass
class Desk:
    """What an official would note beside the decisions: the running 渐退 with its base, and the last that is over."""

    start: Month | None = None
    months: int = 0
    base: list = field(default_factory=list)
    earlier: dict | None = None

    def current(self, lines, refs):
        """What the household is paid in the month of the decision; who is not in the family any more is not named."""
        for line in lines:
            if line["scheme"] == "DIBAO_PHASE_OUT":
                running = {"phase_out_from": str(self.start), "phase_out_months": self.months}
                return {"scheme": "DIBAO", "parts": _of(self.base, refs), **running}
            if line["scheme"] == "DIBAO":
                past = {"earlier_phase_out": self.earlier} if self.earlier else {}
                return {"scheme": "DIBAO", "parts": _of(line["parts"], refs), **past}
        return None

    def note(self, answer, current, first):
        """Write down what follows from a decision."""
        award = next((a for a in answer["awards"] if a["scheme"] == "DIBAO_PHASE_OUT"), None)
        if award is None:
            self._over(first)
            return
        self.base = _of(current["parts"], award["members"])
        if "phase_out_from" not in current:
            self._begin(award, first)
        self.earlier = None

    def _begin(self, award, first):
        earlier = self.earlier
        left = Month.parse(award["until"]) - first + 1
        if earlier and first - Month.parse(earlier["ended"]) < 12:
            assert left == earlier["months"] - earlier["used"], "only what was not used before"
            self.start, self.months = first - earlier["used"], earlier["months"]
        else:
            assert left in {18, 24}
            self.start, self.months = first, left

    def _over(self, first):
        if self.start is None:
            return
        used = min(first - self.start, self.months)
        self.earlier = {"ended": str(self.start + used), "used": used, "months": self.months}
        self.start = None


def _of(parts, refs):
    return [part for part in parts if part.get("member") in {None, *refs}]


def _event(day, facts):
    told = facts_to_json(facts)
    return {"decided_on": day.isoformat()} | {k: v for k, v in told.items() if k not in {"area", "current"}}


def _timeline(area, events, until):
    answer = answer_timeline({"case": "t", "area": area, "until": str(until), "events": events}, LAW)
    assert "error" not in answer, answer
    return answer["months"]


def _old_enough(decision):
    day, facts = decision
    return all(member.birth_date <= day for member in facts.members)


def _decisions(families_of_a_day, most):
    in_months = {"min_size": 2, "max_size": most, "unique_by": lambda decision: Month.of(decision[0])}
    return st.lists(st.tuples(DAYS, families_of_a_day).filter(_old_enough), **in_months)


@st.composite
def careers(draw):
    """One family without property whose income goes up and down: 低保, 渐退, resumed, ended, and back."""
    bare = replace(draw(families(current=False)), deductions=(), expenses=(), financial_assets=(), other_assets=())
    level = st.sampled_from([0, 400_000, 700_000, 900_000, 1_200_000, 1_500_000]).map(lambda of: of * len(bare.members))
    earning = level.map(lambda income: replace(bare, incomes=(Income("A", IncomeKind.WAGE, income),)))
    return draw(_decisions(earning, 7))


@settings(office, max_examples=60)
@given(st.sampled_from(AreaKind), _decisions(families(current=False), 4) | careers())
def test_each_decision_asked_alone_gives_the_timeline(area, decisions):
    events = [_event(day, facts) for day, facts in sorted(decisions, key=lambda decision: decision[0])]
    days = sorted(day for day, _ in decisions)
    desk = Desk()
    for number, day in enumerate(days):
        before = _timeline(area, events[:number], Month.of(day)) if number else {}
        lines = before.get(str(Month.of(day)), {"lines": []})["lines"]
        on_tekun = {ref for line in lines if line["scheme"] == "TEKUN" for ref in line["members"]}
        asked = {**json.loads(json.dumps(events[number])), "as_of": day.isoformat(), "area": area.value}
        del asked["decided_on"]
        for member in asked["members"]:
            member["was_tekun"] = member["was_tekun"] or member["ref"] in on_tekun
        current = desk.current(lines, [member["ref"] for member in asked["members"]])
        answer = answer_assessment({**asked, "current": current} if current else asked, LAW)
        assert "error" not in answer, answer
        first = Month.of(day).next()
        desk.note(answer, current, first)
        if LAW.on(day, area) == LAW.on(first.first(), area):
            played = _timeline(area, events[: number + 1], first)[str(first)]["lines"]
            by_hand = [(a["scheme"], a["members"], a["monthly"], a["parts"]) for a in answer["awards"]]
            told = [(line["scheme"], line["members"], line["amount"], line["parts"]) for line in played]
            grown_up = {ref for scheme, (ref, *_), *_ in by_hand if scheme == "TEKUN"} - {
                ref for scheme, (ref, *_), *_ in told if scheme == "TEKUN"
            }
            assert [line for line in by_hand if not (line[0] == "TEKUN" and line[1][0] in grown_up)] == told
