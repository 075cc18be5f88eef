"""T50: a program shows its own certificate at every call, and whoever cannot is told no more than that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.partners import actions
from apps.partners.enums import Dataset
from apps.partners.facts.waiting import tasks
from apps.partners.forms.certificates import IS_A_KEY
from apps.partners.models import Certificate
from apps.partners.tests import certificates as c
from apps.partners.tests import factories as p

DAY = timedelta(days=1)
PROXY, STRANGER = "127.0.0.1", "127.0.0.9"


@dataclass
class Scene:
    o: f.Office
    asking: p.Program
    own: c.Identity
    other: p.Program
    others: c.Identity


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with f.undone(django_db_blocker):
        o = f.office(f.PAY_DAY)
        asking, other = p.program(o), p.program(o, "蛟河市教育局")
        own, others = c.issued("ybj-client"), c.issued("jyj-client")
        for program, identity in ((asking, own), (other, others)):
            p.granted(o, program, Dataset.POLICY)
            c.bound(o, program.client, identity, on=p.ON)
        yield Scene(o, asking, own, other, others)


@pytest.fixture
def s(shared: Scene, settings: Any) -> Iterator[Scene]:
    """As in production: a certificate is required, and nginx stands at one address."""
    settings.PARTNER_CERTIFICATE_REQUIRED = True
    settings.PARTNER_PROXIES = [ip_network(PROXY)]
    with f.undone():
        yield shared


def asked(program: p.Program, headers: dict[str, str], *, address: str = PROXY) -> tuple[int, bytes]:
    answer = program.post("partner-api-assessments", [], address=address, **headers)
    return answer.status_code, answer.content


def token(program: p.Program, headers: dict[str, str], *, address: str = PROXY) -> tuple[int, bytes]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = p.ask_token(program.credentials, sent, address=address)
    return answer.status_code, b"" if answer.status_code == 200 else answer.content


def wrong_ones(s: Scene) -> dict[str, tuple[dict[str, str], str]]:
    """Every way to come without the right certificate: headers, and the address they come from."""
    same_name = c.issued("ybj-client")
    own = s.own.headers()
    return {
        "none": ({}, PROXY),
        "another key under the same name": (same_name.headers(), PROXY),
        "another certificate of the same key": (c.aged(s.own, until=2 * c.YEAR).headers(), PROXY),
        "another program's": (s.others.headers(), PROXY),
        "its own, past the proxy": (own, STRANGER),
        "its own, expired by nginx's word": (s.own.headers("FAILED:certificate has expired"), PROXY),
        "of an authority nginx does not know": (s.own.headers("FAILED:unable to verify the first certificate"), PROXY),
        "nginx saw none": (s.own.headers("NONE"), PROXY),
        "the certificate without nginx's word": ({"X_Client_Cert": own["X_Client_Cert"]}, PROXY),
        "nginx's word without a certificate": ({"X_Client_Cert_Verify": "SUCCESS"}, PROXY),
        "something else": (own | {"X_Client_Cert": "certificate"}, PROXY),
        "the bare fingerprint": (own | {"X_Client_Cert": s.asking.client.certificates.get().fingerprint}, PROXY),
        "the key": (own | {"X_Client_Cert": s.own.secret.decode().replace("\n", "%0A")}, PROXY),
    }


def test_with_its_own_certificate_a_program_gets_a_token_and_answers(s: Scene) -> None:
    assert token(s.asking, s.own.headers()) == (200, b"")
    assert asked(s.asking, s.own.headers()) == (200, b"[]")
    assert asked(s.other, s.others.headers()) == (200, b"[]")


def test_with_any_other_or_none_it_gets_neither_and_always_the_same_words(
    s: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = p.Program(s.asking.client, s.asking.credentials, "made-up")
    wrong = p.Credentials(s.asking.credentials.client_id, "wrong", "")
    no_token = (401, p.ask_token(wrong).content)
    no_answer = asked(stranger, s.own.headers())
    assert no_answer[0] == 401
    for how, (headers, address) in wrong_ones(s).items():
        assert token(s.asking, headers, address=address) == no_token, how
        assert asked(s.asking, headers, address=address) == no_answer, how
    # Whoever has to help finds in the log what the answer does not say: three of them came with another certificate.
    told = [one.getMessage() for one in caplog.records if one.name == "apps.partners.facts.clients"]
    assert sorted(told) == 6 * ["partner call with another certificate"] + 20 * [
        "partner call with no valid certificate"
    ]


def test_a_token_is_of_no_use_to_another_program(s: Scene) -> None:
    taken = p.Program(s.other.client, s.other.credentials, s.asking.token)
    assert asked(taken, s.others.headers())[0] == 401
    assert asked(taken, s.own.headers())[0] == 200  # it is the certificate that was missing


def test_every_address_of_the_interface_asks_for_it(s: Scene) -> None:
    from apps.partners.tests.test_api_sweep import ADDRESSES, METHODS, address

    bearer = {"Authorization": f"Bearer {s.asking.token}"}
    for name in ADDRESSES:
        for method in METHODS:
            answer = getattr(Browser(), method)(address(name), headers=bearer)
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="partners"'), (name, method)


def test_a_certificate_opens_from_its_first_second_to_its_last(s: Scene) -> None:
    for since, until, opens in ((-2 * DAY, -DAY, 401), (DAY, 2 * DAY, 401), (-DAY, DAY, 200)):
        identity = c.issued(since=since, until=until)
        c.bound(s.o, s.asking.client, identity, on=p.ON)
        assert token(s.asking, identity.headers())[0] == opens
        assert asked(s.asking, identity.headers())[0] == opens


def test_a_change_over_without_a_pause(s: Scene) -> None:
    new, old = c.issued(), s.asking.client.certificates.get()
    waiting = c.proposed(s.o, s.asking.client, new, on=p.ON)
    assert [asked(s.asking, one.headers())[0] for one in (s.own, new)] == [200, 401]
    actions.approve_grant(waiting, acting_user=s.o.chief, on=p.ON)
    assert [asked(s.asking, one.headers())[0] for one in (s.own, new)] == [200, 200]
    actions.revoke_grant(old, reason="已换新", acting_user=s.o.security, on=p.ON)
    assert [asked(s.asking, one.headers())[0] for one in (s.own, new)] == [401, 200]
    with pytest.raises(Refused) as told:
        c.proposed(s.o, s.asking.client, s.own, on=p.ON)
    assert told.value.code == "certificate_known"


def test_where_none_is_required_only_a_program_without_one_goes_without(s: Scene, settings: Any) -> None:
    settings.PARTNER_CERTIFICATE_REQUIRED = False
    without = p.program(s.o, "蛟河市残疾人联合会")
    p.granted(s.o, without, Dataset.POLICY)
    assert asked(without, {})[0] == 200
    waiting = c.proposed(s.o, without.client, c.issued(), on=p.ON)
    assert asked(without, {})[0] == 200
    bound = actions.approve_grant(waiting, acting_user=s.o.chief, on=p.ON)
    assert (asked(without, {})[0], token(without, {})[0]) == (401, 401)
    actions.revoke_grant(bound, reason="私钥外泄", acting_user=s.o.chief, on=p.ON)
    assert (asked(without, {})[0], token(without, {})[0]) == (401, 401)
    settings.PARTNER_CERTIFICATE_REQUIRED = True
    assert token(p.program(s.o, "新单位", ready=False), {})[0] == 401


def test_a_closed_account_gets_no_token_whatever_it_shows(s: Scene) -> None:
    actions.close_client(s.asking.client, reason="停止合作", acting_user=s.o.admin, on=p.ON)
    assert token(s.asking, s.own.headers())[0] == 401


def test_nobody_approves_a_certificate_of_their_own_nor_binds_one_twice(s: Scene) -> None:
    waiting = c.proposed(s.o, s.asking.client, c.issued(), on=p.ON)
    for user in (s.o.security, s.o.admin, s.o.caseworker):
        with pytest.raises(Refused):
            actions.approve_grant(waiting, acting_user=user, on=p.ON)
    own = {"acting_user": s.o.security, "on": p.ON}
    for broken, change in (
        ("approved_by_another", {"state": "APPROVED", "decided_by": s.o.security, "decided_on": p.ON}),
        ("one_program_a_certificate", {"fingerprint": s.other.client.certificates.get().fingerprint}),
        ("fingerprint_is_sha256", {"fingerprint": "0" * 40}),
    ):
        with pytest.raises(IntegrityError, match=broken), transaction.atomic(), act(Verb.APPROVE_GRANT, **own):
            Certificate.objects.filter(pk=waiting.pk).update(**change)
    actions.reject_grant(waiting, reason="指纹不符", acting_user=s.o.chief, on=p.ON)
    assert Certificate.objects.bound().count() == 2


def handed_in(s: Scene, **given: Any) -> Any:
    browser = Browser()
    browser.force_login(s.o.security, backend="django.contrib.auth.backends.ModelBackend")
    return browser.post(reverse("certificate-new", args=[s.asking.client.uuid]), {"basis": "电话核对"} | given)


def test_what_is_no_certificate_is_refused_beside_its_field_and_a_key_is_not_shown_again(s: Scene) -> None:
    key = s.own.secret.decode()
    chain = (s.own.pem + c.issued().pem).decode()
    expired = c.issued(until=-DAY).pem.decode()
    for given, said in (
        ({"text": "证书"}, "读不出证书"),
        ({"text": s.own.pem.decode()[:200]}, "读不出证书"),
        ({"text": key}, IS_A_KEY),
        ({"text": s.own.pem.decode() + key}, IS_A_KEY),
        ({"file": SimpleUploadedFile("a.pem", s.own.secret)}, IS_A_KEY),
        ({"text": chain}, "这里面有 2 张证书"),
        ({"text": c.AUTHORITY.certificate().public_bytes(c.Encoding.PEM).decode()}, "签发机构"),
        ({"text": expired}, "到期。"),
        ({"file": SimpleUploadedFile("a.pem", b"x" * 30_000)}, "文件太大"),
        ({}, "两者选一"),
    ):
        answer = handed_in(s, **given)
        page = answer.content.decode()
        where = "file" if "file" in given or not given else "text"
        assert (answer.status_code, said in "".join(answer.context["form"].errors[where])) == (422, True), (given, said)
        assert key.splitlines()[1] not in page
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize("encoding", ["PEM", "DER"])
def test_a_certificate_is_handed_in_seen_approved_and_warned_of(s: Scene, encoding: str) -> None:
    soon = c.issued("ybj-2", until=10 * DAY)
    data = soon.certificate.public_bytes(getattr(c.Encoding, encoding))
    assert handed_in(s, file=SimpleUploadedFile("ybj.crt", data)).status_code == 302
    waiting = Certificate.objects.get(state="PROPOSED")
    chief = Browser()
    chief.force_login(s.o.chief, backend="django.contrib.auth.backends.ModelBackend")
    assert ("接口授权待批准", 1) in [(task.label, task.count) for task in tasks(s.o.chief, p.ON)]
    for page in (reverse("grants-waiting"), reverse("certificate-approve", args=[waiting.pk])):
        shown = chief.get(page).content.decode()
        assert "CN=ybj-2" in shown
        assert waiting.spaced in shown
    assert chief.post(reverse("certificate-approve", args=[waiting.pk])).status_code == 302
    assert asked(s.asking, soon.headers())[0] == 200
    page = chief.get(waiting.get_absolute_url()).content.decode()
    assert "即将到期" in page
    labels = [task.label for task in tasks(s.o.security, p.ON)]
    assert "客户端证书将到期" not in labels  # the other one opens for a year
    actions.revoke_grant(s.asking.client.certificates.earliest("pk"), reason="换新", acting_user=s.o.chief, on=p.ON)
    assert [(t.label, t.count) for t in tasks(s.o.security, p.ON)] == [("客户端证书将到期", 1)]
    assert "证书将到期" in chief.get(reverse("partner-list")).content.decode()
