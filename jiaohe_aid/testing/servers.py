"""One PostgreSQL and one broker for a test session, and databases copied from a migrated template."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from jiaohe_aid.runway.postgres import CARELESS, Postgres, random_name
from jiaohe_aid.runway.valkey import Valkey
from jiaohe_aid.testing import template
from jiaohe_aid.testing.folders import new_folder

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = "JIAOHE_TEST_SERVERS"
TEST_SETTINGS = "jiaohe_aid.settings.test"
TEMPLATE = "jiaohe_template"


@dataclass(frozen=True)
class Addresses:
    """Where the session's servers are; travels to parallel test processes through the environment."""

    owner: str
    broker: str
    template: str

    def database(self, name: str) -> str:
        """The owner's address of another database on the same server."""
        return urlunsplit(urlsplit(self.owner)._replace(path=f"/{name}"))

    def broker_number(self, number: int) -> str:
        """The broker's address with another database number."""
        return urlunsplit(urlsplit(self.broker)._replace(path=f"/{number}"))

    def clone(self, prefix: str) -> str:
        """Copy the migrated template under a new name."""
        name = random_name(prefix)
        self.copy(name)
        return name

    def copy(self, name: str) -> None:
        """Copy the migrated template under this name."""
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self.as_owner(command.format(sql.Identifier(name), sql.Identifier(self.template)))

    def drop(self, name: str) -> None:
        """Remove a database, cutting what is still connected."""
        self.as_owner(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def as_owner(self, command: sql.Composable) -> None:
        """Run one statement with the owner's rights, outside a transaction."""
        with contextlib.closing(psycopg2.connect(self.owner)) as connection:
            connection.autocommit = True
            connection.cursor().execute(command)


class TestServers:
    """Starts what the environment does not name, migrates the template once, and clears everything away."""

    __test__ = False

    def __init__(self) -> None:
        self.folder = new_folder("jiaohe-test-")
        self.closing = contextlib.ExitStack()
        self.closing.callback(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self) -> Addresses:
        """Bring the servers up and tell child processes where they are."""
        owner, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL") or self._embedded_broker()
        if owner:
            addresses = Addresses(owner, broker, random_name(TEMPLATE))
            _make_template(addresses)
            self.closing.callback(addresses.drop, addresses.template)
        else:
            addresses = Addresses(self._embedded_cluster(), broker, TEMPLATE)
        os.environ[ENVIRONMENT] = json.dumps(asdict(addresses))
        return addresses

    def stop(self) -> None:
        """End everything this session started."""
        os.environ.pop(ENVIRONMENT, None)
        self.closing.close()

    def _embedded_broker(self) -> str:
        valkey = Valkey(self.folder / "valkey", log=self.folder / "valkey.log", durable=False)
        self.closing.callback(valkey.stop)
        valkey.start()
        return valkey.url()

    def _embedded_cluster(self) -> str:
        """A copy of the kept cluster, or a new one, which is kept for the next run."""
        folder = self.folder / "postgres"
        postgres = Postgres(folder, log=self.folder / "postgres.log", extra=CARELESS)
        self.closing.callback(postgres.stop)
        # Taken before migrating: a file changed meanwhile must not be taken for migrated.
        shape = template.digest()
        if not template.fetch(shape, folder):
            postgres.start()
            postgres.prepare()
            _make_template(Addresses(postgres.url(), "", TEMPLATE))
            postgres.stop()
            template.keep(shape, folder)
        postgres.start()
        return postgres.url()


def _make_template(addresses: Addresses) -> None:
    addresses.as_owner(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(addresses.template)))
    migrate(addresses.database(addresses.template))


def migrate(url: str) -> None:
    """Migrate a database as its owner, in processes of their own, and load the law that comes with the program."""
    environment = {**os.environ, "DATABASE_URL": url, "DATABASE_ROLE": "owner", "DJANGO_SETTINGS_MODULE": TEST_SETTINGS}
    for command in (["migrate", "--verbosity", "0"], ["load_standards"]):
        call = [sys.executable, str(ROOT / "manage.py"), *command]
        subprocess.run(call, env=environment, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def addresses_from_environment() -> Addresses | None:
    """What the starting process told us; None in the process that has to start the servers itself."""
    told = os.environ.get(ENVIRONMENT)
    return Addresses(**json.loads(told)) if told else None
