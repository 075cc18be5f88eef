"""What the log keeps of what happens, and what it leaves out."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from apps.core.logs import NamelessFormatter, RequestLog, cleaned
from apps.core.unavailable import failed

CARD, PHONE, IDENTITY = "6228480402564890018", "13800004321", "22999919850101901X"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written while the test runs, everything and by everybody."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(NamelessFormatter())
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def told(lines: io.StringIO, logger: str = "jiaohe.request") -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in lines.getvalue().splitlines()]
    return [row for row in rows if row["logger"] == logger]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"no account {CARD} here", "no account ### here"),
        ("card 6228 4804 0256 4890 018", "card ###"),
        ("card 6228-4804-0256-4890-018", "card ###"),
        ("card ６２２８４８０４０２５６４８９００１８", "card ###"),
        (f"invalid literal for int(): '{IDENTITY}'", "invalid literal for int(): '###'"),
        (f"tel:{PHONE}", "tel:###"),
        ("Not Found: /search/?q=Zhang and more", "Not Found: /search/ and more"),
        ("duplicate key\nDETAIL:  Key (name)=(Zhang) already exists.", "duplicate key"),
        ("IntegrityError('duplicate key\\nDETAIL:  Key (name)=(Zhang)')", "IntegrityError('duplicate key"),
        ("syntax error\nLINE 1: SELECT 'Zhang'", "syntax error"),
        ("case of 欧阳·阿依古丽 closed", "case of … closed"),
        ("chunk 1234567 of run 12", "chunk 1234567 of run 12"),
        ("task 0b5c1234-1234-5678-9012-123456789012 done", "task 0b5c1234-1234-5678-9012-123456789012 done"),
    ],
)
def test_what_might_be_about_somebody_is_taken_out(said: str, kept: str) -> None:
    assert cleaned(said) == kept


def test_an_exception_is_told_by_type_place_and_cause_without_values(lines: io.StringIO) -> None:
    def fails(account: str) -> None:
        try:
            int(f"{account}?")
        except ValueError as error:
            raise DatabaseError(f'value "{account}"\nDETAIL: Key (x)=(y)') from error

    try:
        fails(CARD)
    except DatabaseError:
        logging.getLogger("office").exception("failed %s", "once", extra={"account": CARD})
    (row,) = told(lines, "office")
    assert (row["level"], row["message"]) == ("ERROR", "failed once")
    error, *places = row["exc_info"].split("\n")
    assert error == 'DatabaseError: value "###"'
    assert places[1].endswith(" fails")
    assert "ValueError: invalid literal for int() with base 10: '###?'" in places
    assert CARD not in lines.getvalue()


def test_each_request_has_a_name_in_the_answer_and_one_line_in_the_log(db: None, lines: io.StringIO) -> None:
    answer = Client().get(f"/login/?next=/x/&q={CARD}")
    Client().get(f"/payments/batches/{CARD}/")
    Client().get(f"/{CARD}/", headers={"User-Agent": PHONE})
    rows = told(lines)
    assert [(row["page"], row["status"]) for row in rows if row["status"] != 404] == [
        ("login", 200),
        ("batch-detail", 302),
    ]
    assert [row.get("page") for row in rows if row["status"] == 404] == [None]
    assert rows[1]["pk"] == "###"
    assert rows[0]["request"] == answer.headers["X-Request-ID"]
    assert len(answer.headers["X-Request-ID"]) == 16
    assert [secret for secret in (CARD, PHONE) if secret in lines.getvalue()] == []


def answer_to(error: Exception, path: str = "/login/") -> HttpResponse:
    """What a request ends with in which this error happens."""

    def broken(request: HttpRequest) -> HttpResponse:
        try:
            raise error
        except type(error):
            return failed(request)

    return RequestLog(broken)(RequestFactory().get(path))


def test_an_error_page_names_the_request_and_nothing_else() -> None:
    away, bug = answer_to(OperationalError(f"could not connect\nDETAIL: {CARD}")), answer_to(ValueError(CARD))
    program = answer_to(ValueError(CARD), "/api/v1/assessments/")
    assert [answer.status_code for answer in (away, bug, program)] == [503, 500, 500]
    for answer in (away, bug, program):
        text = answer.content.decode()
        assert answer.headers["X-Request-ID"] in text
        assert [word for word in (CARD, "Traceback", "ValueError") if word in text] == []
    assert json.loads(program.content)["code"] == "error"
