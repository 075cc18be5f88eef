"""Partners with programs that ask, made by the office's own acts."""

import base64
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from apps.accounts.models import Area
from apps.applications.tests import factories as f
from apps.partners import actions
from apps.partners.actions.clients import Credentials
from apps.partners.actions.grants import Wanted
from apps.partners.enums import FIELDS, PERSONAL, Bureau, Dataset, Purpose
from apps.partners.models import Client, Grant, Partner
from apps.partners.signing import signature

ON = f.PAY_DAY
WHY = {"purpose": "MEDICAL_SUBSIDY", "approval": "蛟医保〔2024〕12号"}
EVERYWHERE = ("127.0.0.0/8",)


@dataclass
class Program:
    """A partner's program with what it identifies itself with, and a token once it has asked for one."""

    client: Client
    credentials: Credentials
    token: str = ""

    def post(self, name: str, body: Any = None, *, address: str = "127.0.0.1", **headers: str) -> Any:
        """Ask an endpoint, with the token."""
        return self.post_to(reverse(name), body, address=address, **headers)

    def post_to(self, path: str, body: Any = None, *, address: str = "127.0.0.1", **headers: str) -> Any:
        """Ask an address."""
        given = {"content_type": "application/json", "headers": self.headers(headers), "REMOTE_ADDR": address}
        return Browser().post(path, {} if body is None else body, **given)

    def get(self, name: str, query: Any = None, *, address: str = "127.0.0.1", **headers: str) -> Any:
        """Fetch from an endpoint, with the token."""
        return self.get_from(reverse(name), query, address=address, **headers)

    def get_from(self, path: str, query: Any = None, *, address: str = "127.0.0.1", **headers: str) -> Any:
        """Fetch from an address."""
        return Browser().get(path, query or {}, headers=self.headers(headers), REMOTE_ADDR=address)

    def write(self, name: str, body: Any, *, key: str = "", **changed: Any) -> Any:
        """Send a signed write; ``changed`` replaces what is signed or sent: timestamp, nonce, signature, sent, path."""
        return self.write_to(reverse(name), body, key=key, **changed)

    def write_to(self, there: str, body: Any, *, key: str = "", **changed: Any) -> Any:
        """Send a signed write to an address."""
        path = changed.get("path") or there
        raw = json.dumps(body, ensure_ascii=False).encode()
        timestamp = str(changed.get("timestamp", int(time.time())))
        nonce = changed.get("nonce") or secrets.token_hex(16)
        right = signature(self.credentials.signing_key, "POST", path, timestamp, nonce, raw)
        signed = {
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": changed.get("signature", right),
            "Idempotency-Key": key or secrets.token_hex(8),
        }
        given = {"content_type": "application/json", "headers": self.headers({}) | changed.get("headers", signed)}
        return Browser().post(there, changed.get("sent", raw), **given)

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        """The token and whatever else."""
        return {"Authorization": f"Bearer {self.token}", **{name.replace("_", "-"): v for name, v in more.items()}}


def partner(o: f.Office, name: str = "蛟河市医疗保障局", bureau: str = Bureau.MEDICAL_INSURANCE) -> Partner:
    """A bureau on the list."""
    return actions.register_partner(name, bureau=bureau, contact="", acting_user=o.admin, on=ON)


def program(o: f.Office, name: str = "蛟河市医疗保障局", *, per_minute: int = 100_000, ready: bool = True) -> Program:
    """A program of a partner with a token; it may ask nothing yet."""
    owner = Partner.objects.filter(name=name).first() or partner(o, name)
    client, credentials = actions.open_client(
        owner, name=f"接口{owner.clients.count() + 1}", per_minute=per_minute, acting_user=o.admin, on=ON
    )
    made = Program(client, credentials)
    if ready:
        made.token = token_for(credentials)
    return made


def token_for(credentials: Credentials) -> str:
    """A fresh token."""
    answer = ask_token(credentials)
    assert answer.status_code == 200, answer.content
    found: str = answer.json()["access_token"]
    return found


def ask_token(
    credentials: Credentials, headers: dict[str, str] | None = None, *, address: str = "127.0.0.1", **form: str
) -> Any:
    """The token endpoint's answer."""
    pair = f"{credentials.client_id}:{credentials.client_secret}".encode()
    basic = f"Basic {base64.b64encode(pair).decode()}"
    given = {"grant_type": "client_credentials"} | form
    sent = {"Authorization": basic} | (headers or {})
    return Browser().post(reverse("partner-token"), given, headers=sent, REMOTE_ADDR=address)


def proposed(
    o: f.Office,
    asking: Program,
    dataset: Dataset = Dataset.STATUS,
    *,
    area: Area | None = None,
    fields: Sequence[str] | None = None,
    purposes: Sequence[str] = (Purpose.MEDICAL_SUBSIDY,),
    since: date = f.OPENED,
    until: date = date(2025, 1, 1),
    networks: Sequence[str] = EVERYWHERE,
) -> Grant:
    """A grant put down by the security administrator; all fields and the whole county unless said."""
    wanted = Wanted(
        dataset=dataset,
        fields=FIELDS[dataset] if fields is None else fields,
        purposes=purposes if dataset in PERSONAL else (),
        area=area or o.county,
        since=since,
        until=until,
        networks=networks,
        basis="蛟政数〔2024〕3号",
    )
    return actions.propose_grant(asking.client, wanted=wanted, acting_user=o.security, on=ON)


def granted(o: f.Office, asking: Program, dataset: Dataset = Dataset.STATUS, **given: Any) -> Grant:
    """A grant in force."""
    return actions.approve_grant(proposed(o, asking, dataset, **given), acting_user=o.chief, on=ON)
