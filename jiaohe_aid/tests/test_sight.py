"""Whose families a process sees by itself: a worker's the county, a server's nobody's until a page is asked for."""

import subprocess
import sys

from django.db import connection

from apps.applications.tests import factories as f
from apps.core.sight import COUNTY_ROLE, seeing
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


def test_a_worker_that_would_see_nobody_does_not_start(own_database: OwnDatabase) -> None:
    command = [sys.executable, "-m", "celery", "-A", "jiaohe_aid", "worker", "--concurrency", "1"]
    environment = {**own_database.environment(), "DATABASE_ROLE": "", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "DATABASE_ROLE=county" in done.stderr


def _role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
