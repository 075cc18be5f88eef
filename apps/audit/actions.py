"""Declaring an act, so that the writes inside it are allowed and explained."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any

from django.db import connection, models, transaction

from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.core.sight import APP_ROLE, COUNTY_ROLE, is_narrowed

_open_act: ContextVar[Record | None] = ContextVar("open_act", default=None)


@contextmanager
def act(
    verb: Verb,
    *,
    acting_user: Any,
    on: date,
    subject: models.Model | None = None,
    area: Any = None,
    reason: str = "",
    **payload: Any,
) -> Iterator[Record]:
    """One transaction, one record: every write to a guarded table must happen inside.

    ``subject`` may be given later through ``concerns(record, subject)`` only by making it before the writes that need
    it; a nested act becomes a part of the outer one (``within``) in the same transaction. ``payload`` must be JSON and
    free of personal data.
    """
    with transaction.atomic():
        outer = _open_act.get()
        record = Record.objects.create(
            on=on,
            user=acting_user,
            verb=verb,
            subject_type=subject._meta.label_lower if subject is not None else "",
            subject_id=subject.pk if subject is not None else None,
            subject_label=str(subject)[:120] if subject is not None else "",
            area=area if area is not None else getattr(subject, "township", None),
            reason=reason,
            payload=payload,
            within=outer,
        )
        token = _open_act.set(record)
        _declare(record)
        try:
            yield record
        finally:
            _open_act.reset(token)
        _declare(outer)


def _declare(record: Record | None) -> None:
    """Name the act to the triggers; while there is one, who sees some townships only sees the county."""
    settings = [("jiaohe.act", str(record.pk) if record else "")]
    if is_narrowed():
        settings.append(("role", COUNTY_ROLE if record else APP_ROLE))
    told = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {told}", [part for setting in settings for part in setting])


def record(verb: Verb, **details: Any) -> Record:
    """An act that writes nothing but its own record (a disclosure, a hint, a download)."""
    with act(verb, **details) as entry:
        return entry
