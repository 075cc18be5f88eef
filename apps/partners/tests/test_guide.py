"""The guide's own commands and programs, run from top to bottom against a live server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from apps.applications.tests import factories as f
from apps.awards.actions import confirm_month
from apps.partners.enums import Dataset, Purpose
from apps.partners.models import Disclosure
from apps.partners.tests import factories as p
from apps.partners.tests.test_access import BANK, delivered
from jiaohe_aid.testing.own import OwnDatabase
from jiaohe_aid.testing.processes import Office

GUIDE = Path(settings.BASE_DIR) / "docs" / "api" / "guide.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def program_of(language: str) -> str:
    """All blocks of one language, in the order in which they are read."""
    return "\n".join(code for name, code in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) if name == language)


@pytest.fixture
def environment(own_database: OwnDatabase, live_office: Office) -> dict[str, str]:
    """June on the roll, a case being checked, and a program that may ask everything."""
    o = f.office(f.PAY_DAY)
    for name in ("赵甲", "钱乙"):
        f.confirmed(o, f.the_zhaos(o, name=name))
    confirm_month(f.calculated(o), acting_user=o.checker, on=f.PAY_DAY)
    f.actions.request_check(f.accepted(o, f.the_zhaos(o, name="李丙")), acting_user=o.caseworker, on=f.POSTED)
    p.partner(o, BANK, "BANK")
    asking = p.program(o, BANK, ready=False)
    for dataset in Dataset:
        p.granted(o, asking, dataset, purposes=[Purpose.MEDICAL_SUBSIDY, Purpose.ECONOMIC_CHECK])
    return {
        "PATH": os.environ["PATH"],
        "BASE": live_office.url,
        "CLIENT_ID": asking.credentials.client_id,
        "CLIENT_SECRET": asking.credentials.client_secret,
        "SIGNING_KEY": asking.credentials.signing_key,
        "MONTH": "2024-06",
        "no_proxy": "*",
    }


def run(command: list[str], code: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, input=code, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_everything_in_the_guide_works_as_it_is_written(environment: dict[str, str]) -> None:
    said = run([sys.executable, "-"], program_of("python"), environment)
    assert "6 人，第一个： DIBAO 新站镇" in said
    assert "已答复 DEPOSIT" in said
    assert delivered().count() == 1
    if shutil.which("curl"):
        assert '"found":false' in run(["bash", "-eu"], program_of("bash"), environment)
    assert Disclosure.objects.count() >= 6
