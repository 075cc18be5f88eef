"""The list of a month as a partner reads it, to its last page: ``manage.py benchmark partner-list --households N``.

Whole requests with token, grant, limit and the disclosure log; only the network is left out.
"""

import os
import resource
import time
from datetime import date
from pathlib import Path
from typing import Any

from celery import current_app
from django.db import connection
from django.test import Client as Caller
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.awards.actions import confirm_month, open_month
from apps.awards.enums import RunState
from apps.core.models import OfficeDate
from apps.core.month import Month
from apps.office.demo.sandbox import CREDENTIALS, open_sandbox
from apps.office.measuring.owner import vacuumed
from apps.office.measuring.register import large_register
from jiaohe_aid.runway.worker import Worker

MONTH = Month(2023, 10)
PAGE = 500
# Every so many pages the memory is looked at.
LOOKED = 20


def partner_list(households: int) -> dict[str, Any]:
    """Pages, persons, milliseconds a page at the beginning and the end, queries a page, memory on the way."""
    on = MONTH.first()
    OfficeDate.objects.update_or_create(pk=1, defaults={"day": on})
    made = large_register(households, on=on)
    _confirmed(on)
    open_sandbox(on=on, per_minute=1_000_000)
    vacuumed()
    return {"households": made, **_read(_caller(), _token())}


def _confirmed(on: date) -> None:
    log = Path(os.environ["JIAOHE_MEASURING"]) / "worker.log"
    environment = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    worker = Worker(environment, log, concurrency=os.cpu_count() or 1, beat=True).ready()
    try:
        maker, checker = (User.objects.get(username=name) for name in ("payments_maker", "payments_checker"))
        run = open_month(on, acting_user=maker, on=on)
        current_app.send_task("awards.dispatch_chunks")
        while run.state == RunState.CALCULATING:
            time.sleep(0.2)
            run.refresh_from_db(fields=["state"])
        confirm_month(run, acting_user=checker, on=on)
    finally:
        worker.stop()


def _caller() -> Caller:
    return Caller(SERVER_NAME="localhost")


def _token() -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_id": CREDENTIALS.client_id,
        "client_secret": CREDENTIALS.client_secret,
    }
    answer = _caller().post(reverse("partner-token"), form).json()
    return {"Authorization": f"Bearer {answer['access_token']}"}


def _read(caller: Caller, headers: dict[str, str]) -> dict[str, Any]:
    query: dict[str, Any] = {"month": str(MONTH), "limit": PAGE, "purpose": "MEDICAL_SUBSIDY", "approval": "测量"}
    took, memory, queries, persons, begun = [], [], set(), 0, time.monotonic()
    while True:
        if time.monotonic() - begun > 500:  # a token lives ten minutes
            headers, begun = _token(), time.monotonic()
        start = time.perf_counter()
        connection.queries_log.clear()  # it holds nine thousand: full, it would count none
        with CaptureQueriesContext(connection) as asked:
            page = caller.get(reverse("partner-api-recipients"), query, headers=headers).json()
        took.append(time.perf_counter() - start)
        queries.add(len(asked))
        persons += len(page["items"])
        if len(took) % LOOKED == 0:
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    ends = max(1, len(took) // 20)
    return {
        "pages": len(took),
        "persons": persons,
        "seconds": round(sum(took), 1),
        "first_pages_ms": _milliseconds(took[:ends]),
        "last_pages_ms": _milliseconds(took[-ends - 1 : -1] or took),
        "queries_a_page": sorted(queries),
        "memory_mb": [memory[0], memory[len(memory) // 2], memory[-1]] if memory else [],
    }


def _milliseconds(some: list[Any]) -> int:
    return round(sorted(some)[len(some) // 2] * 1000)
