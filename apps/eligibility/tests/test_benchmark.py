"""The benchmark measures what it says; how fast is for docs/benchmarks.md, not for a test."""

import io
import json

from django.core.management import call_command


def test_the_figures_come_as_json_and_the_command_answered_every_line():
    out = io.StringIO()
    call_command("benchmark", "rules", "--lines", "200", stdout=out)
    told = json.loads(out.getvalue())
    assert told["mixed_families_us"]["families"] == 8
    assert all(figure > 0 for figure in told["ratios"].values())
    assert [told["assess"][size]["exit_status"] for size in ("few", "many")] == [0, 0]
    assert told["assess"]["many"]["lines"] == 200
