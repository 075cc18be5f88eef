"""The handshake itself: nginx, as docs/deploy/nginx.conf sets it up, before a server (where nginx is installed)."""

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from apps.applications.tests import factories as f
from apps.partners.enums import Dataset
from apps.partners.tests import certificates as c
from apps.partners.tests import factories as p
from apps.partners.tests.test_guide import program_of
from jiaohe_aid.runway.valkey import free_port
from jiaohe_aid.testing.own import OwnDatabase
from jiaohe_aid.testing.processes import Office, wait_for

pytestmark = pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")

EXAMPLE = Path(settings.BASE_DIR) / "docs" / "deploy" / "nginx.conf"
DAY = timedelta(days=1)
Answer = tuple[int, bytes]
TOKEN, ASSESS = "/api/v1/partners/token/", "/api/v1/partners/assessments/"


@pytest.fixture
def office(own_database: OwnDatabase, tmp_path: Path) -> Iterator[Office]:
    """The pages and the interface, told whose word about a certificate to take."""
    served = Office(own_database.environment() | {"PROXY_ADDRESSES": "127.0.0.1"}, tmp_path / "office.log")
    yield served.ready()
    served.stop()


@pytest.fixture
def port(office: Office, tmp_path: Path) -> Iterator[int]:
    """The example before it, on one port: the office under the bare address, the interface under localhost."""
    port, server = free_port(), c.issued("localhost")
    files = {"server.pem": server.pem, "server.key": server.secret}
    files["partners-ca.pem"] = c.AUTHORITY.certificate().public_bytes(c.Encoding.PEM)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    text = EXAMPLE.read_text(encoding="utf-8").replace("listen 443", f"listen 127.0.0.1:{port}")
    for there, here in (
        ("/etc/nginx/tls", str(tmp_path)),
        ("http://127.0.0.1:8000", office.url),
        ("api.jiuzhu.jiaohe.example", "localhost"),
        ("jiuzhu.jiaohe.example", "127.0.0.1"),
    ):
        assert there in text
        text = text.replace(there, here)
    temporary = "".join(
        f"{one}_temp_path {tmp_path}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; events {{}} http {{ access_log off; {temporary}\n{text} }}", encoding="utf-8"
    )
    command = ["nginx", "-p", str(tmp_path), "-e", str(tmp_path / "nginx.log"), "-c", str(tmp_path / "nginx.conf")]
    process = subprocess.Popen(command)
    wait_for(lambda: listens(port), process=process, log=tmp_path / "nginx.log", seconds=20)
    yield port
    process.terminate()
    process.wait(20)


def listens(port: int) -> bool:
    with socket.socket() as there:
        return there.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def ask(port: int, tmp_path: Path) -> Callable[..., Answer]:
    """One call with the certificate of somebody, or none."""

    def asking(identity: c.Identity | None, path: str, body: str, headers: dict[str, str], host: str = "") -> Answer:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if identity:
            (tmp_path / "client.pem").write_bytes(identity.pem + identity.secret)
            context.load_cert_chain(tmp_path / "client.pem")
        connection = http.client.HTTPSConnection(host or "localhost", port, context=context, timeout=30)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    return asking


@pytest.mark.slow
def test_the_handshake_decides(own_database: OwnDatabase, ask: Callable[..., Answer], office: Office) -> None:
    o = f.office(f.PAY_DAY)
    asking, own = p.program(o, ready=False), c.issued()
    p.granted(o, asking, Dataset.POLICY)
    c.bound(o, asking.client, own, on=p.ON)
    stale = c.issued(until=-DAY)
    c.bound(o, asking.client, stale, on=p.ON)
    stranger = c.Authority(c.key(), c.name("别的机构"))
    foreign = c.Identity(own.key, stranger.signs("ybj-client", own.key.public_key(), since=-DAY, until=DAY))
    pair = b64encode(f"{asking.credentials.client_id}:{asking.credentials.client_secret}".encode()).decode()
    basic = {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"}
    grant = "grant_type=client_credentials"

    status, answer = ask(own, TOKEN, grant, basic)
    assert status == 200, answer
    bearer = {"Authorization": f"Bearer {json.loads(answer)['access_token']}", "Content-Type": "application/json"}
    assert ask(own, ASSESS, "[]", bearer) == (200, b"[]")

    written = {name.replace("_", "-"): value for name, value in own.headers().items()}
    refused = {
        ask(identity, path, body, headers | more)
        for path, body, headers in ((TOKEN, grant, basic), (ASSESS, "[]", bearer))
        for identity, more in (
            (None, {}),
            (None, written),
            (c.issued(), {}),
            (c.issued(), written),
            (stale, {}),
            (foreign, {}),
            (foreign, written),
        )
    }
    assert {status for status, _ in refused} == {401}
    assert len(refused) == 2  # one answer at each address, whatever was wrong
    assert ask(own, ASSESS, "[]", bearer | written, host="127.0.0.1")[0] == 401  # the office's own name asks for none
    assert {ask(identity, "/login/", "", {})[0] for identity in (None, own, stale, foreign)} == {404}


@pytest.mark.slow
def test_the_guide_s_programs_show_a_certificate(own_database: OwnDatabase, port: int, tmp_path: Path) -> None:
    o = f.office(f.PAY_DAY)
    asking, own = p.program(o, ready=False), c.issued()
    c.bound(o, asking.client, own, on=p.ON)
    for name, content in (("own.pem", own.pem), ("own.key", own.secret)):
        (tmp_path / name).write_bytes(content)
    authority = str(tmp_path / "partners-ca.pem")
    given = {
        "PATH": os.environ["PATH"],
        "BASE": f"https://localhost:{port}",
        "CLIENT_ID": asking.credentials.client_id,
        "CLIENT_SECRET": asking.credentials.client_secret,
        "CURL_CA_BUNDLE": authority,
        "SSL_CERT_FILE": authority,
        "no_proxy": "*",
    }
    certificate = {"CERT": str(tmp_path / "own.pem"), "KEY": str(tmp_path / "own.key")}
    for command, language in ((["bash", "-eu"], "bash"), ([sys.executable, "-"], "python")):
        code = program_of(language, until="## 3.")
        for environment, works in ((given | certificate, True), (given, False)):
            done = subprocess.run(command, input=code, env=environment, capture_output=True, text=True, check=False)
            assert (done.returncode == 0) is works, done.stderr
            assert works or {"bash": "error: 401", "python": "invalid_client"}[language] in done.stderr
