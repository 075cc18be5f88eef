"""What was decided once comes out the same for ever; where it does not, every difference is told."""

import datetime as dt
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.tests.factories import family, granted, office, office_date, on_file
from apps.eligibility.actions import approve_standard, assessed
from apps.eligibility.facts import family_of
from apps.eligibility.models import Assessment
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import Law, Row
from apps.eligibility.replay import differences, recomputed, replay, steps_digest, stored_assessments
from apps.eligibility.tests.builders_standards import proposed_standard

HERE = Path(__file__).parent / "replay"
SETS = sorted(HERE.glob("*.jsonl"))
ON = dt.date(2024, 5, 20)


def _law(made):
    rows = json.loads((HERE / f"law_{made}.json").read_text(encoding="utf-8"))
    return Law(
        tuple(
            Row(
                **{
                    **row,
                    "start": dt.date.fromisoformat(row["start"]),
                    "area": AreaKind(row["area"]) if row["area"] else None,
                }
            )
            for row in rows
        )
    )


def unlike_what_was_stored(path):
    """Where the committed assessments of a file do not come out as they were: line and difference."""
    law = _law(path.stem.partition("_")[2])
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stored = json.loads(line)
        now = recomputed(stored["facts"], dt.date.fromisoformat(stored["facts"]["as_of"]), law)
        steps = now["answer"].pop("steps")
        now |= {"steps": len(steps), "steps_digest": steps_digest(steps), "law": law.digest()}
        for difference in differences({key: stored[key] for key in now}, now):
            yield number, difference


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_the_committed_assessments_come_out_as_they_were(path):
    assert list(unlike_what_was_stored(path)) == []


def test_the_committed_assessments_are_of_every_kind():
    categories, schemes = set(), set()
    for path in SETS:
        for line in path.read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)["answer"]
            categories.add(answer["category"])
            schemes |= {award["scheme"] for award in answer["awards"]}
    assert categories == {"TEKUN", "DIBAO", "LOW_INCOME", "EXPENDITURE", "NONE", "INCOMPLETE"}
    assert schemes == {"TEKUN", "DIBAO", "DIBAO_SINGLE", "DIBAO_PHASE_OUT"}


def _replayed(*options):
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command("replay", *options, stdout=out, stderr=err)
    except SystemExit as ended:
        status = ended.code
    return status, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def _falsified(there, change, **fields):
    """An assessment put on file with something in it that the rules do not say."""
    household = on_file(there, family(), on=ON)
    declaration = household.declarations.get()
    people = [member.person_id for member in family_of(declaration).members]
    made = assessed(declaration, family_of(declaration), people, as_of=ON, current=None, made_by=there.reviewer)
    change(made)
    for name, value in fields.items():
        setattr(made, name, value)
    with act(Verb.ASSESS, acting_user=there.reviewer, on=ON, subject=household):
        made.save()
    return made


@pytest.mark.django_db
def test_what_the_office_stored_replays_without_a_difference():
    there = office()
    for day in (dt.date(2022, 3, 15), ON):
        granted(there, on=day)
    status, told, summary = _replayed()
    assert (status, told) == (0, [])
    assert "重算 2 件，0 件有差异" in summary


@pytest.mark.django_db
def test_a_standard_adopted_later_even_for_the_past_moves_nothing_that_was_stored():
    there = office()
    office_date(ON)
    granted(there, on=ON)
    change = proposed_standard(there.chief, on=ON, start=dt.date(2024, 5, 1), ground="文件规定自5月起执行")
    approve_standard(change, acting_user=there.reviewer, on=ON)
    granted(there, on=ON)
    first, second = Assessment.objects.order_by("pk")
    assert first.law_digest != second.law_digest
    assert first.awards[0]["monthly"] != second.awards[0]["monthly"]
    assert _replayed()[:2] == (0, [])


@pytest.mark.django_db
def test_every_difference_is_told_with_its_place_and_without_names():
    there = office()
    granted(there, on=ON)

    def wrong(made):
        made.answer["awards"][0]["monthly"] = "9999.00"
        made.answer["steps"][1]["says"] = "赵一另有说明。"

    wronged = _falsified(there, wrong)
    status, told, summary = _replayed()
    assert status == 1
    assert {line["path"] for line in told} == {"answer.awards.0.monthly", "answer.steps.1.says"}
    assert {line["assessment"] for line in told} == {wronged.pk}
    monthly = next(line for line in told if line["path"].endswith("monthly"))
    assert (monthly["stored"], monthly["now"]) == ("9999.00", "1396.00"), "560 × 3 − 900 + 560 × 0.50 + 560 × 0.60"
    assert "赵一" not in json.dumps(told, ensure_ascii=False)
    assert "成员1" in next(line["stored"] for line in told if line["path"].endswith("says"))
    assert "重算 2 件，1 件有差异" in summary
    _, results, _ = _replayed("--results-only")
    assert {line["path"] for line in results} == {"answer.awards.0.monthly"}


@pytest.mark.django_db
def test_touched_facts_and_an_unknown_law_are_differences_too():
    there = office()
    made = _falsified(there, lambda made: None, law_digest="0" * 64, facts_digest="1" * 64)
    assert [difference.path for difference in replay(made)] == ["facts_digest", "law_digest"]

    def unreadable(made):
        made.facts["area"] = "TOWN"

    assert [d.path for d in replay(_falsified(there, unreadable))] == ["facts_digest", "facts"]


@pytest.mark.django_db
def test_one_may_ask_for_a_family_or_for_what_was_made_lately():
    there = office()
    early = granted(there, on=dt.date(2022, 3, 15)).household
    granted(there, on=ON)
    assert "重算 1 件" in _replayed("--since", "2023-01-01")[2]
    assert "重算 1 件" in _replayed("--household", early.number)[2]
    assert "重算 0 件" in _replayed("--household", early.number, "--since", "2023-01-01")[2]


@pytest.mark.django_db
def test_more_than_a_portion_is_walked_through_to_the_end(monkeypatch, django_assert_num_queries):
    there = office()
    for _ in range(5):
        granted(there, on=ON)
    monkeypatch.setattr("apps.eligibility.replay.PORTION", 2)
    with django_assert_num_queries(4):
        walked = [assessment.pk for assessment in stored_assessments()]
    assert walked == sorted(Assessment.objects.values_list("pk", flat=True))
