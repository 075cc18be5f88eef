"""The same worked cases over HTTP, from every desk; what is no question is told so."""

import json
from pathlib import Path

import pytest
from django.test import Client

from apps.accounts.roles import LEVELS, Level, Role
from apps.core.api import told
from apps.core.refusal import Refused
from apps.eligibility.api import MOST_BYTES, MOST_CASES
from apps.eligibility.models import Assessment
from apps.eligibility.tests.builders import event, request
from apps.office.tests.factories import COUNTY, XINZHAN, hire, open_office

HERE = Path(__file__).parent
ADDRESSES = {"examples": "/api/v1/assessments/", "timelines": "/api/v1/timelines/"}
JSON = "application/json"
VILLAGE = "220281100001"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    open_office()
    client = Client()
    client.force_login(hire("kefu", Role.CASEWORKER, XINZHAN))
    return client


def _worked(name):
    return [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _bare(answer):
    return {key: value for key, value in answer.items() if key != "steps"}


def _asked(client, body, address=ADDRESSES["examples"], **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(address, text, content_type=JSON, **headers)


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_worked_case_is_answered_exactly_one_by_one_and_as_a_list(desk, name):
    worked = _worked(name)
    for line in worked:
        answered = _asked(desk, line["request"], ADDRESSES[name])
        assert (answered.status_code, _bare(answered.json())) == (200, line["answer"])
        assert answered["Content-Type"] == JSON
    together = _asked(desk, [line["request"] for line in worked], ADDRESSES[name])
    assert [_bare(answer) for answer in together.json()] == [line["answer"] for line in worked]
    assert not Assessment.objects.exists(), "nothing is stored"


@pytest.mark.parametrize("role", Role)
def test_every_post_may_ask(role):
    open_office()
    area = {Level.COUNTY: COUNTY, Level.TOWNSHIP: XINZHAN, Level.VILLAGE: VILLAGE}[LEVELS[role]]
    client = Client()
    client.force_login(hire("tongshi", role, area))
    assert _asked(client, request()).json()["category"] == "DIBAO"


def test_bad_cases_are_answered_in_their_place(desk):
    typo = {**request(case="typo"), "incoms": []}
    answers = _asked(desk, [request(case="good"), typo, 5, {"case": "empty"}, request(case="after")]).json()
    assert [answer["case"] for answer in answers] == ["good", "typo", None, "empty", "after"]
    fields = [answer["error"]["field"] if "error" in answer else None for answer in answers]
    assert fields == [None, "incoms", "", "as_of", None]
    assert "拼写" in answers[1]["error"]["message"]


def test_one_bad_case_alone_is_answered_the_same_way(desk):
    answered = _asked(desk, {**request(case=7), "as_of": "2017-12-31"})
    assert answered.status_code == 200
    assert (answered.json()["case"], answered.json()["error"]["field"]) == (7, "as_of")


@pytest.mark.parametrize("body", ["", "not json", "[1,", '{"a": NaN}', b"\xff", "[" * 100_000, "5", '"x"', "null"])
def test_a_document_without_a_question_is_a_bad_request(desk, body):
    answered = _asked(desk, body)
    assert answered.status_code == 400
    assert answered.json()["error"]["field"] == ""
    assert "JSON" in answered.json()["error"]["message"]


def test_a_thousand_are_answered_and_one_more_is_refused(desk):
    good = request(incomes=None)
    assert len(_asked(desk, [good] * MOST_CASES).json()) == MOST_CASES
    refused = _asked(desk, [good] * (MOST_CASES + 1))
    assert refused.status_code == 400
    assert "1,001" in refused.json()["error"]["message"]
    assert _asked(desk, []).json() == []


def test_too_long_and_too_far_ahead_are_refused(desk):
    assert "MB" in _asked(desk, b" " * (MOST_BYTES + 1)).json()["error"]["message"]
    far = {"case": "t", "area": "URBAN", "until": "9999-12", "events": [event("2022-03-15")]}
    assert "个月" in _asked(desk, far, ADDRESSES["timelines"]).json()["error"]["message"]


def test_a_repeated_key_and_an_odd_label_are_answered_like_by_the_command(desk):
    double = json.dumps(request())[:-1] + ', "area": "RURAL"}'
    assert _asked(desk, double).json()["error"]["field"] == "area"
    assert _asked(desk, json.dumps(request(case="\ud800"))).json()["case"] == "\ud800"
    assert _asked(desk, b"\xef\xbb\xbf" + json.dumps(request()).encode()).json()["category"] == "DIBAO"


@pytest.mark.parametrize("address", ADDRESSES.values())
def test_strangers_and_forged_requests_are_turned_away_in_json(address):
    open_office()
    stranger = _asked(Client(), request(), address)
    assert stranger.status_code == 403
    assert stranger.json() == {"code": "not_authenticated", "message": "请先登录。", "field": ""}
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(hire("kefu", Role.CASEWORKER, XINZHAN))
    answered = _asked(forged, request(), address)
    assert (answered.status_code, answered.json()["code"]) == (403, "permission_denied")
    assert "CSRF" in answered.json()["message"]
    forged.get("/standards/")
    token = forged.cookies["csrftoken"].value
    assert _asked(forged, {}, address, HTTP_X_CSRFTOKEN=token).status_code == 200


def test_an_expected_no_is_a_conflict_with_its_field():
    answered = told(Refused("own_work", "须由另一位同事办理。", field="on"), {})
    assert (answered.status_code, answered.data) == (
        409,
        {"code": "own_work", "message": "须由另一位同事办理。", "field": "on"},
    )
    assert told(KeyError("x"), {}) is None, "anything unexpected stays a bug"


def test_only_json_and_only_post(desk):
    address = ADDRESSES["examples"]
    assert desk.get(address).status_code == 405
    assert desk.get(address).json()["code"] == "method_not_allowed"
    form = desk.post(address, {"case": "x"})
    assert (form.status_code, form.json()["code"]) == (415, "unsupported_media_type")
    assert desk.post(address, "{}", content_type=JSON, HTTP_ACCEPT="text/html").status_code == 406
