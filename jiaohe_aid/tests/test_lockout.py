"""Wrong passwords lock one person at one desk, never the office behind the same address."""

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.test import RequestFactory

from jiaohe_aid.lockout import client_address, locked_page

OFFICE = "10.20.0.1"
ELSEWHERE = "10.99.0.7"

pytestmark = pytest.mark.django_db


def tries(username: str, address: str, times: int = 1) -> bool:
    """Log in wrongly; answers whether the last try was locked."""
    locked = False
    for _ in range(times):
        request = RequestFactory().post("/login/", REMOTE_ADDR=address)
        assert authenticate(request, username=username, password="wrong") is None
        locked = bool(getattr(request, "axes_locked_out", False))
    return locked


def test_a_few_typing_errors_lock_nobody() -> None:
    assert not tries("wang", OFFICE, 4)


def test_the_fifth_error_locks_this_person_at_this_address() -> None:
    assert tries("wang", OFFICE, 6)


def test_the_colleague_at_the_same_address_goes_on() -> None:
    for number in range(30):
        tries(f"guess{number}", OFFICE, 6)
    assert not tries("li", OFFICE)


def test_the_same_person_elsewhere_goes_on_until_the_name_itself_is_under_attack() -> None:
    assert tries("wang", OFFICE, 6)
    assert not tries("wang", ELSEWHERE)
    for number in range(4):
        tries("wang", f"10.50.0.{number}", 4)
    assert tries("wang", "10.60.0.1")


def test_the_locked_page_is_chinese_keeps_the_name_and_says_what_to_do() -> None:
    request = RequestFactory().post("/login/", {"username": "wang", "password": "wrong"}, REMOTE_ADDR=OFFICE)
    form_page = locked_page(request)
    assert form_page.status_code == settings.AXES_HTTP_RESPONSE_CODE
    text = form_page.content.decode()
    assert "30 分钟后再试" in text
    assert 'value="wang"' in text


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        ("0", "1.2.3.4", OFFICE),
        ("1", "1.2.3.4", "1.2.3.4"),
        ("1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("2", "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        ("2", "1.2.3.4", OFFICE),
    ],
)
def test_only_our_own_proxies_are_believed(
    monkeypatch: pytest.MonkeyPatch, proxies: str, header: str, address: str
) -> None:
    monkeypatch.setenv("PROXY_COUNT", proxies)
    request = RequestFactory().get("/", REMOTE_ADDR=OFFICE, HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == address
