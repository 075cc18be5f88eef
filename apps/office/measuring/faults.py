"""What the fault set costs in lost, doubled and wrong amounts: ``manage.py benchmark faults``.

The faults are the long tests themselves; here their figures are put together.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

TESTS = "apps/awards/tests/test_faults_in_full.py"
TOLD = "JIAOHE_FAULTS"
SUMMED = ("lost", "double", "fen")


def faults() -> dict[str, Any]:
    """Run the fault set; its sums, and what each test did. Needs what the tests need (requirements-dev.txt)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "told"
        command = [sys.executable, "-m", "pytest", TESTS, "-m", "slow", "-q", "-p", "no:cacheprovider"]
        # The tests start servers of their own, whatever this command itself runs on.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "REDIS"))}
        environment |= {TOLD: str(path), "DJANGO_SETTINGS_MODULE": "jiaohe_aid.settings.test"}
        ended = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False, stdout=sys.stderr)  # noqa: S603
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    tests = [json.loads(line) for line in lines]
    sums = {name: sum(abs(test[name]) for test in tests) for name in SUMMED}
    return {**sums, "passed": ended.returncode == 0, "tests": tests}
