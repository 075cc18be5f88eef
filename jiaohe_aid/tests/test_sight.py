"""Whose families a process sees by itself: a worker's the county, a server's nobody's until a page is asked for."""

import subprocess
import sys

from django.db import connection

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.sight import APP_ROLE, COUNTY_ROLE, seeing, seeing_the_county
from apps.core.tests.test_house_rules import ROOT
from apps.households.models import Household
from jiaohe_aid.testing.own import OwnDatabase


def test_a_connection_lost_and_made_again_sees_what_the_process_does(own_database: OwnDatabase) -> None:
    """In a server that is nobody (its role), here the county: what a page was told does not come back by itself."""
    f.confirmed(f.office())
    with seeing([]):
        assert not Household.objects.exists()
        connection.close()
        assert _role() == COUNTY_ROLE
    assert Household.objects.exists()


def test_an_act_that_asked_the_county_leaves_no_page_seeing_it(own_database: OwnDatabase) -> None:
    """Committed for real: what an act asked across townships ends with it."""
    o = f.office()
    f.confirmed(o)
    with seeing([o.other_town.pk]):
        with act(Verb.HINT_ELSEWHERE, acting_user=o.caseworker, on=f.DECIDED), seeing_the_county():
            assert Household.objects.exists()
        assert (_role(), Household.objects.exists()) == (APP_ROLE, False)
    assert Household.objects.exists()


def test_a_worker_that_would_see_nobody_does_not_start(own_database: OwnDatabase) -> None:
    command = [sys.executable, "-m", "celery", "-A", "jiaohe_aid", "worker", "--concurrency", "1"]
    environment = {**own_database.environment(), "DATABASE_ROLE": "", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "DATABASE_ROLE=county" in done.stderr


def test_a_server_that_would_see_everybody_does_not_start(own_database: OwnDatabase) -> None:
    environment = {**own_database.environment(), "DATABASE_ROLE": "county", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", "import jiaohe_aid.wsgi"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "网页服务不能带 DATABASE_ROLE 启动" in done.stderr


def _role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
