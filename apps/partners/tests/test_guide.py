"""The guide's own commands and programs, run from top to bottom against a live server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from apps.applications.models import CheckAnswer, Lead
from apps.applications.tests import factories as f
from apps.awards.actions import confirm_month
from apps.partners.actions import refer
from apps.partners.enums import Bureau, Dataset, Purpose
from apps.partners.models import Alert, Disclosure, Referral
from apps.partners.relay import publish_changes
from apps.partners.tests import factories as p
from jiaohe_aid.testing.own import OwnDatabase
from jiaohe_aid.testing.processes import Office

GUIDE = Path(settings.BASE_DIR) / "docs" / "api" / "guide.md"
BUREAU = "蛟河市人力资源和社会保障局"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def program_of(language: str, *, until: str = "\0") -> str:
    """All blocks of one language, in the order in which they are read; up to a heading."""
    text = GUIDE.read_text(encoding="utf-8").partition(until)[0]
    return "\n".join(code for name, code in BLOCK.findall(text) if name == language)


@pytest.fixture
def environment(own_database: OwnDatabase, live_office: Office) -> dict[str, str]:
    """June on the roll, a case being checked, and a program that may ask everything."""
    o = f.office(f.PAY_DAY)
    families = [f.confirmed(o, f.the_zhaos(o, name=name)).household for name in ("赵甲", "钱乙")]
    confirm_month(f.calculated(o), acting_user=o.checker, on=f.PAY_DAY)
    f.actions.request_check(f.accepted(o, f.the_zhaos(o, name="李丙")), acting_user=o.caseworker, on=f.POSTED)
    wanted = {"item": "job_service", "need": "想在镇上找活干", "agreed_by": "赵甲", "agreed_on": f.PAY_DAY}
    refer(families[0], person_id=families[0].head_id, **wanted, acting_user=o.caseworker, on=f.PAY_DAY)
    publish_changes(f.PAY_DAY)
    p.partner(o, BUREAU, Bureau.EMPLOYMENT)
    asking = p.program(o, BUREAU, ready=False)
    for dataset in Dataset:
        p.granted(o, asking, dataset, purposes=list(Purpose))
    return {
        "PATH": os.environ["PATH"],
        "BASE": live_office.url,
        "CLIENT_ID": asking.credentials.client_id,
        "CLIENT_SECRET": asking.credentials.client_secret,
        "SIGNING_KEY": asking.credentials.signing_key,
        "MONTH": "2024-06",
        "VILLAGE": o.village.code,
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
    assert "已答复 SOCIAL_INSURANCE" in said
    assert CheckAnswer.objects.filter(source_office=BUREAU).count() == 1
    assert "待受理的转办 1 件" in said
    assert Referral.objects.get().state == "FINISHED"
    assert Lead.objects.get().source == "BUREAU"
    assert Alert.objects.get().kind == "EMPLOYED"
    assert "6 条变化" in said
    if shutil.which("curl"):
        assert '"found":false' in run(["bash", "-eu"], program_of("bash"), environment)
    assert Disclosure.objects.count() >= 6
