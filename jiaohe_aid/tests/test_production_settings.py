"""Production refuses to start unsafe, says why, and passes Django's own deployment check when it is safe."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from jiaohe_aid.runway.keys import ensure_keys
from jiaohe_aid.testing.servers import ROOT

SETTINGS = "jiaohe_aid.settings.prod"
LONG = "0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A server as it should be; databases and brokers are not asked while settings load."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "DJANGO_SECRET_KEY": secrets.token_hex(40),
        "DJANGO_ALLOWED_HOSTS": "jiuzhu.jiaohe.example",
        "DATABASE_URL": "postgresql://owner:pw@db.example/jiaohe",
        "DATABASE_APP_URL": "postgresql://web:pw@db.example/jiaohe",
        "REDIS_URL": "redis://:pw@broker.example:6379/0",
        "JIAOHE_KEYS_FILE": str(ensure_keys(tmp_path / "keys.json")),
        "JIAOHE_DOCUMENTS": str(tmp_path / "documents"),
        "PROXY_ADDRESSES": "172.18.0.1",
    }


def python(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def load(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return python(environment, "-c", f"import {SETTINGS} as s, json; print(json.dumps(s.DATABASES))")


def test_a_server_as_it_should_be_passes_the_deployment_check(environment: dict[str, str]) -> None:
    done = python(environment, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("DJANGO_SECRET_KEY", "", "DJANGO_SECRET_KEY"),
        ("DJANGO_SECRET_KEY", "x7!kq2" * 8, "太短"),
        ("DJANGO_SECRET_KEY", "a" * 80, "太短"),
        ("DJANGO_SECRET_KEY", "django-insecure-" + LONG, "默认值"),
        ("DJANGO_SECRET_KEY", "workstation-only-and-refused-by-production" + LONG, "默认值"),
        ("DJANGO_DEBUG", "1", "DJANGO_DEBUG"),
        ("OFFICE_DATE", "true", "OFFICE_DATE"),
        ("DJANGO_ALLOWED_HOSTS", "", "DJANGO_ALLOWED_HOSTS"),
        ("DJANGO_ALLOWED_HOSTS", "*", "主机名"),
        ("DJANGO_ALLOWED_HOSTS", "jiuzhu.jiaohe.example,*", "主机名"),
        ("DJANGO_ALLOWED_HOSTS", ".example", "主机名"),
        ("DATABASE_APP_URL", "", "DATABASE_APP_URL"),
        ("DATABASE_APP_URL", "sqlite:///db.sqlite3", "PostgreSQL"),
        ("REDIS_URL", "", "REDIS_URL"),
        ("JIAOHE_KEYS_FILE", "", "JIAOHE_KEYS_FILE"),
        ("JIAOHE_KEYS_FILE", "/nowhere/keys.json", "密钥文件"),
        ("PROXY_ADDRESSES", "", "PROXY_ADDRESSES"),
        ("PROXY_ADDRESSES", "nginx", "IP 地址"),
        ("PROXY_ADDRESSES", "127.0.0.1,0.0.0.0/0", "所有地址"),
    ],
)
def test_an_unsafe_server_does_not_start(environment: dict[str, str], name: str, value: str, reason: str) -> None:
    assert load(environment).returncode == 0
    done = load({**environment, name: value})
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr
    assert reason in done.stderr


def test_programs_of_other_bureaus_have_to_show_a_certificate(environment: dict[str, str]) -> None:
    asked = f"import {SETTINGS} as s; print(s.PARTNER_CERTIFICATE_REQUIRED, *s.PARTNER_PROXIES)"
    assert python(environment, "-c", asked).stdout.split() == ["True", "172.18.0.1/32"]


def test_an_incomplete_key_file_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    incomplete = tmp_path / "half.json"
    incomplete.write_text(json.dumps({"current": "k2", "keys": {"k1": "AAAA"}, "index_key": "AAAA"}))
    done = load({**environment, "JIAOHE_KEYS_FILE": str(incomplete)})
    assert done.returncode != 0
    assert "不完整" in done.stderr


def test_the_application_and_the_owner_log_in_as_different_people(environment: dict[str, str]) -> None:
    application = json.loads(load(environment).stdout)["default"]
    owner = json.loads(load({**environment, "DATABASE_ROLE": "owner"}).stdout)["default"]
    assert (application["USER"], owner["USER"]) == ("web", "owner")
    assert "role=jiaohe_app" in application["OPTIONS"]["options"]
    assert "role=" not in owner["OPTIONS"]["options"]
    worker = json.loads(load({**environment, "DATABASE_ROLE": "county"}).stdout)["default"]
    assert worker["USER"] == "web"
    assert "role=jiaohe_county" in worker["OPTIONS"]["options"]
    assert "DATABASE_ROLE" in load({**environment, "DATABASE_ROLE": "country"}).stderr
