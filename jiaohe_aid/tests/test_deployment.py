"""The deployment files say what the code can do: commands exist, roles work as the production settings expect."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml
from django.core.management import call_command, get_commands

from jiaohe_aid.runway.postgres import CARELESS, Postgres, binaries
from jiaohe_aid.testing.servers import ROOT, TEST_SETTINGS


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def test_compose_names_every_part_of_the_office() -> None:
    services = compose()["services"]
    assert set(services) == {"web", "worker", "beat", "migrate", "postgres", "redis"}
    assert "noeviction" in services["redis"]["command"]
    assert "--appendonly yes" in services["redis"]["command"]


def test_every_setting_production_requires_is_given() -> None:
    code = (ROOT / "jiaohe_aid/settings/prod.py").read_text(encoding="utf-8")
    required = set(re.findall(r'required\("(\w+)"', code)) - {"DATABASE_URL"} | {"DATABASE_APP_URL"}
    assert required - set(compose()["services"]["web"]["environment"]) == set()
    assert "DATABASE_URL" not in compose()["services"]["web"]["environment"]
    assert "DATABASE_URL" in compose()["services"]["migrate"]["environment"]


@pytest.mark.parametrize("service", ["worker", "beat", "migrate"])
def test_commands_exist(service: str) -> None:
    words = compose()["services"][service]["command"].split()
    if words[:2] == ["python", "manage.py"]:
        assert words[2] in get_commands()
        return
    help_ = [sys.executable, "-m", *words[: words.index("--loglevel")], "--help"]
    done = subprocess.run(help_, capture_output=True, text=True, cwd=ROOT, check=True)
    assert {word for word in words if word.startswith("--")} - set(re.findall(r"--[a-z-]+", done.stdout)) == set()


def test_the_image_copies_what_exists_and_leaves_workstation_tools_out() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY")]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert "requirements-dev.txt" not in copied


def test_static_files_can_be_collected_as_in_the_image(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "jiaohe_aid.settings.build", "STATIC_ROOT": str(tmp_path)}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


@pytest.fixture
def production_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server prepared by roles.sql and migrated by the owner."""
    folder = tmp_path_factory.mktemp("production")
    for step in (folder, *folder.parents[:2]):
        step.chmod(0o711)
    server = Postgres(folder / "postgres", log=folder / "postgres.log", extra=CARELESS)
    server.start()
    try:
        _prepare_as_documented(server)
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _prepare_as_documented(server: Postgres) -> None:
    with contextlib.closing(psycopg2.connect(server.url("postgres", "postgres"))) as connection:
        connection.autocommit = True
        connection.cursor().execute("CREATE DATABASE jiaohe_aid")
    passwords = {"OWNER_PASSWORD": "of the owner", "WEB_PASSWORD": "of the web"}
    psql = [binaries() / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", ROOT / "docs/deploy/roles.sql"]
    url = server.url("jiaohe_aid", "postgres")
    subprocess.run([*psql, url], env={**os.environ, **passwords}, check=True, cwd=ROOT)
    environment = {"DATABASE_URL": server.url(), "DATABASE_ROLE": "owner", "DJANGO_SETTINGS_MODULE": TEST_SETTINGS}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env={**os.environ, **environment}, check=True, cwd=ROOT)


@pytest.mark.slow
def test_the_applications_login_works_and_cannot_become_the_owner(production_database: Postgres) -> None:
    with contextlib.closing(psycopg2.connect(production_database.url(user="jiaohe_web"))) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("SELECT count(*) FROM accounts_user")
        for role in ("jiaohe_app", "jiaohe_county"):
            cursor.execute("SELECT set_config('role', %s, false)", [role])
            cursor.execute("SELECT count(*) FROM households_person")
        for forbidden in ("SET ROLE jiaohe_owner", "CREATE TABLE mine (id int)", "DROP TABLE core_officedate"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(forbidden)
