"""An empty database is filled in a quicker way than Django's; what stands in it afterwards is the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jiaohe_aid.runway.postgres import CARELESS, DATABASE, Postgres, binaries
from jiaohe_aid.testing.servers import ROOT, TEST_SETTINGS

DJANGOS_OWN = (
    "import django; django.setup()\n"
    "from django.core.management import call_command\n"
    "from django.core.management.commands.migrate import Command\n"
    "call_command(Command(), verbosity=0)\n"
)


def filled(folder: Path, *command: str) -> str:
    """The tables, triggers, constraints, functions, views and grants that a command leaves on a new server."""
    folder.mkdir()
    server = Postgres(folder / "postgres", log=folder / "postgres.log", extra=CARELESS)
    server.start()
    try:
        server.prepare()
        environment = {"DATABASE_URL": server.url(), "DATABASE_ROLE": "owner", "DJANGO_SETTINGS_MODULE": TEST_SETTINGS}
        subprocess.run([sys.executable, *command], env={**os.environ, **environment}, check=True, cwd=ROOT)
        dump = [binaries() / "pg_dump", "--schema-only", server.url(DATABASE)]
        told = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
        # The first and last line bear a word drawn anew for each dump.
        return "\n".join(line for line in told.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_an_empty_database_gets_the_tables_that_django_would_make(tmp_path: Path) -> None:
    for step in (tmp_path, *tmp_path.parents[:2]):
        step.chmod(0o711)
    ours = filled(tmp_path / "ours", "manage.py", "migrate", "--verbosity", "0")
    assert ours.count("CREATE TABLE") > 150
    assert ours.count("CREATE TRIGGER") > 200
    assert ours == filled(tmp_path / "djangos", "-c", DJANGOS_OWN)
