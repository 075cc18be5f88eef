"""The worked cases of the data contract, through the functions and through the commands."""

import datetime as dt
import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.eligibility.contract import answer_assessment, answer_timeline
from apps.eligibility.law import amended
from apps.eligibility.policy.standards import Law

HERE = Path(__file__).parent
MANAGE = HERE.parents[2] / "manage.py"
QUESTIONS = {"examples": ("assess", answer_assessment), "timelines": ("timeline", answer_timeline)}


def _worked(name):
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _bare(answer):
    return {key: value for key, value in answer.items() if key != "steps"}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_worked_case_is_answered_exactly(name):
    _, answer = QUESTIONS[name]
    for line in _worked(name):
        assert _bare(answer(line["request"], Law.shipped())) == line["answer"], line["request"]["case"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_command_answers_a_file_line_by_line(name, tmp_path):
    command, _ = QUESTIONS[name]
    lines = _worked(name)
    asked = tmp_path / "asked.jsonl"
    asked.write_text("".join(json.dumps(line["request"]) + "\n" for line in lines), encoding="utf-8")
    out = io.StringIO()
    call_command(command, str(asked), stdout=out)
    assert [_bare(json.loads(line)) for line in out.getvalue().splitlines()] == [line["answer"] for line in lines]


def test_bad_lines_are_answered_in_their_place_and_end_with_status_1():
    good = json.dumps(_worked("examples")[0]["request"], ensure_ascii=False).encode()
    asked = b"\xef\xbb\xbf" + good + b'\n{"case": "x"}\n\nnot json\n[1]\n\xff\n{"a": NaN}\n' + good.rstrip() + b"\n"
    ran = subprocess.run([sys.executable, MANAGE, "assess"], input=asked, capture_output=True, check=False)
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 1, ran.stderr
    assert [answer.get("error", {}).get("field") for answer in answers] == [None, "as_of", "", "", "", "", "", None]
    assert answers[1]["case"] == "x"
    assert answers[0]["category"] == "DIBAO"


def test_the_command_answers_as_it_goes():
    """A caller that waits for each answer before it asks again is served."""
    request = json.dumps(_worked("examples")[0]["request"]).encode() + b"\n"
    with subprocess.Popen([sys.executable, MANAGE, "assess"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        for _ in range(3):
            running.stdin.write(request)
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["category"] == "DIBAO"
        running.stdin.close()
        assert running.wait(timeout=30) == 0


def test_a_file_that_is_not_there_is_told():
    with pytest.raises(CommandError, match="打不开文件"):
        call_command("assess", "/nowhere/cases.jsonl")


def test_the_label_is_given_back_whatever_it_says():
    request = _worked("examples")[0]["request"]
    assert answer_assessment({**request, "case": "二组-7 \ud800"}, Law.shipped())["case"] == "二组-7 \ud800"
    assert answer_assessment({key: request[key] for key in request if key != "case"}, Law.shipped())["case"] is None


def _phased_out(months):
    earlier = {"ended": "2024-01", "used": months, "months": months}
    running = {"scheme": "DIBAO", "parts": [], "phase_out_from": "2024-03", "phase_out_months": months}
    request = {**_worked("examples")[0]["request"], "as_of": "2024-05-20"}
    return [{**request, "current": running}, {**request, "current": {**running, "earlier_phase_out": earlier}}]


@pytest.mark.parametrize("months", [0, 17, 20, 36, "18", 18.0, True])
def test_the_shipped_law_knows_two_lengths_of_phase_out(months):
    for request in _phased_out(months):
        error = answer_assessment(request, Law.shipped())["error"]
        assert error == {"field": "current.phase_out_months", "message": "应为 18 或 24"}


def test_months_newly_approved_are_read_and_those_running_stay_good():
    row = Law.shipped().row("phase_out_months", dt.date(2024, 1, 1), key="DISABLED")
    longer = amended(Law.shipped(), [replace(row, start=dt.date(2024, 2, 1), value="36")])
    corrected = amended(Law.shipped(), [replace(row, value="36")])
    for law in (longer, corrected):
        for request in (*_phased_out(18), *_phased_out(24), *_phased_out(36)):
            assert "error" not in answer_assessment(request, law)
        error = answer_assessment(_phased_out(20)[0], law)["error"]
        assert error["message"] == "应为 18 或 24 或 36"


def test_steps_have_the_contract_s_shape():
    for line in _worked("examples"):
        for step in answer_assessment(line["request"], Law.shipped())["steps"]:
            assert {"clause", "rule", "says", "result"} <= set(step) <= {"clause", "rule", "says", "result", "pending"}
            assert step["says"].endswith("。")
            assert "{" not in step["says"]
            assert all(isinstance(step[key], str) for key in ("clause", "rule", "says", "result"))
