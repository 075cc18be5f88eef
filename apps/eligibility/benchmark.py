"""How fast the rules are: the functions the office calls, timed in one process, with a yardstick timed beside them."""

import contextlib
import datetime as dt
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.month import Month
from apps.eligibility.contract import answer_assessment, read_case
from apps.eligibility.policy.decide import decide
from apps.eligibility.policy.due import amount_due
from apps.eligibility.policy.standards import Law

_AS_OF, _NEXT = "2022-03-15", Month(2022, 6)
_MICRO, _MILLION = 1_000, 1_000_000
_ROUNDS = 7
Json = dict[str, Any]


def rules(lines: int = 100_000) -> Json:
    """Microseconds a case and a household, and ``assess`` over many lines; the best of seven rounds each."""
    three, every = _families()["three_persons"], list(_families().values())
    explained = _best(_deciding([three]), 1)
    amounts = _best(_paying(every), len(_awards(every)))
    yardstick = _best(lambda: json.loads(json.dumps(three)), 1)
    return {
        "python": platform.python_version(),
        "three_persons_us": {
            "explained": explained,
            "explained_as_json": _best(lambda: answer_assessment(three, Law.shipped()), 1),
            "without_explanation": _best(_deciding([three], explain=False), 1),
        },
        "mixed_families_us": {
            "families": len(every),
            "explained": _best(_deciding(every), len(every)),
            "amounts_only_a_household": amounts,
        },
        "yardstick_us": {"json_there_and_back_of_one_request": yardstick},
        "ratios": {
            "explained_to_amounts_only": round(explained / amounts, 1),
            "explained_to_yardstick": round(explained / yardstick, 1),
            "amounts_only_to_yardstick": round(amounts / yardstick, 2),
        },
        "assess": _assess(lines),
    }


def _families() -> dict[str, Json]:
    """Requests of the kinds that come in: the plain, the many-sided, the ones that end early."""
    head = {"ref": "A", "birth_date": "1980-01-01", "relation": "HEAD"}
    spouse = {"ref": "B", "birth_date": "1982-01-01", "relation": "SPOUSE"}
    child = {"ref": "C", "birth_date": "2012-01-01", "relation": "CHILD"}
    old = {"ref": "A", "birth_date": "1950-01-01", "relation": "HEAD"}
    disabled = {**spouse, "disability": {"category": "VISUAL", "grade": 4}}
    grandmother = {"ref": "D", "birth_date": "1948-01-01", "relation": "PARENT", "coresident": True}
    base_parts = [{"kind": "GAP", "amount": "900.00"}, {"kind": "MINOR", "member": "C", "amount": "275.00"}]
    return {
        "three_persons": _request([old, disabled, child], "6000.00"),
        "one_person": _request([head], "0.00"),
        "five_persons": _request([head, disabled, child, grandmother, {**child, "ref": "E"}], "12000.00"),
        "tekun": _request([{**old, "obligors": [], "self_care_failures": 2}], "0.00"),
        "phase_out": _request([head, spouse, child], "30000.00", current={"scheme": "DIBAO", "parts": base_parts}),
        "single_person": _request([head, {**spouse, "serious_illness": True}], "18000.00"),
        "expenditure": _request([head, spouse], "40000.00", expenses=[{"kind": "MEDICAL", "amount": "35000.00"}]),
        "too_much": _request([head, spouse], "99999.00"),
    }


def _request(members: list[Json], wage: str, **more: Any) -> Json:
    return {
        "case": "benchmark",
        "as_of": _AS_OF,
        "area": "URBAN",
        "members": members,
        "incomes": [{"member": "A", "kind": "WAGE", "amount": wage}],
        "financial_assets": [{"kind": "DEPOSIT", "value": "1000.00"}],
        **more,
    }


def _deciding(requests: list[Json], *, explain: bool = True) -> Callable[[], None]:
    law, day = Law.shipped(), dt.date.fromisoformat(_AS_OF)
    facts = [read_case(request) for request in requests]

    def run() -> None:
        for one in facts:
            decide(one, day, law, explain=explain)

    return run


def _awards(requests: list[Json]) -> list[Any]:
    law, day = Law.shipped(), dt.date.fromisoformat(_AS_OF)
    return [award.facts for request in requests for award in decide(read_case(request), day, law).awards]


def _paying(requests: list[Json]) -> Callable[[], None]:
    law, awards = Law.shipped(), _awards(requests)

    def run() -> None:
        for award in awards:
            amount_due(award, _NEXT, law)

    return run


def _best(run: Callable[[], Any], cases: int) -> Any:
    """Microseconds a case, of processor time in the fastest round: other work on the machine only ever adds."""
    run()
    begun = time.process_time_ns()
    run()
    times = max(1, 30 * _MILLION // max(1, time.process_time_ns() - begun))
    rounds = []
    for _ in range(_ROUNDS):
        begun = time.process_time_ns()
        for _ in range(times):
            run()
        rounds.append(time.process_time_ns() - begun)
    return round(min(rounds) / (times * cases * _MICRO), 1)


def _assess(lines: int) -> Json:
    """The command over few and over many lines, each in a process of its own whose peak memory is asked for."""
    few = max(1, lines // 100)
    with tempfile.TemporaryDirectory() as folder:
        little, much = (_assessed(Path(folder), count) for count in (few, lines))
    return {"few": little, "many": much, "peak_many_to_few": round(much["peak_kib"] / little["peak_kib"], 2)}


def _assessed(folder: Path, lines: int) -> Json:
    asked = folder / f"{lines}.jsonl"
    with asked.open("w", encoding="utf-8") as file:
        file.writelines(_asked(lines))
    begun = time.perf_counter_ns()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "assess", str(asked)]
    with (folder / "answers.jsonl").open("wb") as answers:
        process = subprocess.Popen(command, stdout=answers)  # noqa: S603
        peak = _peak_of(process)
    took = time.perf_counter_ns() - begun
    return {
        "lines": lines,
        "exit_status": process.returncode,
        "seconds": round(took / (_MICRO * _MILLION), 1),
        "lines_a_second": lines * _MICRO * _MILLION // took,
        "peak_kib": peak,
    }


def _peak_of(process: "subprocess.Popen[bytes]") -> int:
    """The most memory the process held at once, in KiB; asked until it ends (Linux)."""
    peak = 0
    while process.poll() is None:
        # What the system reports of an ended process counts the memory of the one that started it, too.
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            peak = max([peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))])
        time.sleep(0.02)
    return peak


def _asked(lines: int) -> Iterator[str]:
    every = [json.dumps(request) + "\n" for request in _families().values()]
    for number in range(lines):
        yield every[number % len(every)]
