"""T51: generated requests, right and wrong, on a live server: no 5xx, nothing that the description does not say."""

import json
import os
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from apps.applications.tests import factories as f
from apps.awards.actions import confirm_month
from apps.households.idnumber import check_digit
from apps.partners.enums import Dataset, Purpose
from apps.partners.signing import signature
from apps.partners.tests import factories as p
from apps.partners.tests.test_access import BANK
from apps.partners.tests.test_openapi import fresh, schema
from jiaohe_aid.testing.own import OwnDatabase
from jiaohe_aid.testing.processes import Office

__all__ = ["fresh", "schema"]
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "6"))
MANY = 300


def _numbers() -> st.SearchStrategy[str]:
    """Well-formed identity numbers of a code never given out: the check digit is no matter of a pattern."""
    stems = st.builds(lambda day, order: f"220299{day:%Y%m%d}{order:03d}", st.dates(*_LIVES), st.integers(1, 999))
    return stems.map(lambda stem: stem + check_digit(stem))


_LIVES = (f.OPENED.replace(year=1930), f.OPENED.replace(year=2020))
schemathesis.openapi.format("resident-id", _numbers())


@pytest.fixture
def asking(own_database: OwnDatabase) -> p.Program:
    """A program that may ask everything, and something to ask about."""
    o = f.office(f.PAY_DAY)
    f.confirmed(o)
    confirm_month(f.calculated(o), acting_user=o.checker, on=f.PAY_DAY)
    f.actions.request_check(f.accepted(o, f.the_zhaos(o, name="李丙")), acting_user=o.caseworker, on=f.POSTED)
    p.partner(o, BANK, "BANK")
    made = p.program(o, BANK)
    for dataset in Dataset:
        p.granted(o, made, dataset, purposes=list(Purpose))
    return made


def sent(case: Case, asking: p.Program, url: str) -> Response:
    """Send a generated request as a program would: with the token, and signed where it writes.

    Headers that were made wrong on purpose stay wrong.
    """
    import time

    prepared = requests.Request(**case.as_transport_kwargs(base_url=url)).prepare()
    prepared.headers["Authorization"] = f"Bearer {asking.token}"
    headers = case.meta.components.get(ParameterLocation.HEADER) if case.meta else None
    if "X-Signature" in (case.headers or {}) and headers is not None and headers.mode.is_positive:
        body = prepared.body or b""
        raw = body.encode() if isinstance(body, str) else body
        timestamp, nonce = str(int(time.time())), os.urandom(16).hex()
        prepared.headers["X-Timestamp"], prepared.headers["X-Nonce"] = timestamp, nonce
        key = asking.credentials.signing_key
        prepared.headers["Idempotency-Key"] = nonce  # another request under an old key is refused, rightly
        prepared.headers["X-Signature"] = signature(key, "POST", prepared.path_url, timestamp, nonce, raw)
    with requests.Session() as session:
        session.trust_env = False
        return Response.from_requests(session.send(prepared, timeout=30), verify=True)


def examined(schema: dict[str, Any], asking: p.Program, url: str, examples: int) -> int:
    """Try every operation for partners; how many requests were sent."""
    loaded = schemathesis.openapi.from_dict(json.loads(json.dumps(schema)))
    calls = 0
    for result in loaded.get_all_operations():
        operation = result.ok()
        if not operation.path.startswith("/api/v1/partners/"):
            continue
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=examples,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def examine(case: Case) -> None:
                nonlocal calls
                calls += 1
                answer = sent(case, asking, url)
                # Too long an address is refused before anything is read of it, right or wrong: rightly.
                passed_over = [negative_data_rejection] if answer.status_code == 414 else []
                case.validate_response(answer, excluded_checks=passed_over)

            examine()
    return calls


def test_generated_requests(asking: p.Program, live_office: Office, schema: dict[str, Any]) -> None:
    assert examined(schema, asking, live_office.url, EXAMPLES) >= 6 * EXAMPLES


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_generated_requests(asking: p.Program, live_office: Office, schema: dict[str, Any]) -> None:
    assert examined(schema, asking, live_office.url, MANY) >= 6 * MANY
