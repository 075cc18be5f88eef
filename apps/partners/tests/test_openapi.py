"""The description of the interface: committed, valid, whole, and true of what the interface answers (T51)."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client

COMMITTED = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.yaml"
AGAIN = "接口变了：运行 manage.py spectacular --file docs/api/openapi.yaml，看过差异再提交。"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The description as the program stands, without a single warning."""
    there = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(there))
    return there.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schema(fresh: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(fresh)
    return found


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1/partners/")
    ]


def test_what_is_committed_is_what_the_program_says(fresh: str) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == fresh, AGAIN


def test_every_operation_says_what_it_is_and_how_it_refuses(schema: dict[str, Any]) -> None:
    assert schema["openapi"] == "3.1.0"
    assert len(operations(schema)) >= 6
    for path, method, operation in operations(schema):
        assert operation["summary"], path
        assert operation["security"] == [{"partnerToken": [], "clientCertificate": []}], (path, method)
        assert {"400", "401", "403", "429"} <= set(operation["responses"]), (path, method)


def test_a_certificate_is_asked_for_beside_the_token(schema: dict[str, Any]) -> None:
    schemes = schema["components"]["securitySchemes"]
    assert {name: schemes[name]["type"] for name in ("partnerToken", "clientCertificate")} == {
        "partnerToken": "oauth2",
        "clientCertificate": "mutualTLS",
    }


def test_nothing_a_program_sends_or_reads_is_without_a_word(schema: dict[str, Any]) -> None:
    fields = {f"{name}.{field}": said for name, one in schema["components"]["schemas"].items()
              for field, said in one.get("properties", {}).items()}  # fmt: skip
    asked = {
        f"{path} {p['name']}": p for path, _, operation in operations(schema) for p in operation.get("parameters", [])
    }
    assert len(fields) > 60
    assert [name for name, said in (fields | asked).items() if not said.get("description")] == []


def test_a_write_is_described_with_its_signature(schema: dict[str, Any]) -> None:
    headers = {p["name"] for p in schema["paths"]["/api/v1/partners/checks/answers/"]["post"]["parameters"]}
    assert headers == {"Idempotency-Key", "X-Timestamp", "X-Nonce", "X-Signature"}


def test_no_identity_number_travels_in_an_address(schema: dict[str, Any]) -> None:
    for path, _, operation in operations(schema):
        assert not [p for p in operation.get("parameters", []) if p["name"] in {"id_number", "name"}], path
    assert json.dumps(schema)


def test_an_address_that_is_none_answers_like_everything_else(client: Client) -> None:
    answer = client.get("/api/v1/partners/referrals/no-number/accept/")
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "message", "field"}
    for address in ("token", "status", "referrals/00000000-0000-0000-0000-000000000007/accept"):
        short = client.post(f"/api/v1/partners/{address}")
        assert (short.status_code, short.json()["code"]) == (404, "slash_missing")
        assert short.json()["message"] == f"地址末尾少了 /，请改用 /api/v1/partners/{address}/。"
    assert client.get("/nowhere/").headers["Content-Type"].startswith("text/html")
