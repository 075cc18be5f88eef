"""Proposing, approving and rejecting dated parameters, and taking over those that come with the program."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.eligibility.enums import ChangeState
from apps.eligibility.law import law_in_force
from apps.eligibility.models import ParameterChange, ParameterValue
from apps.eligibility.parameters import check_content
from apps.eligibility.policy.standards import Row
from apps.eligibility.transitions import CHANGE_MOVES


def propose_standard(
    content: list[dict[str, Any]],
    *,
    start: date,
    document_number: str,
    document_date: date,
    note: str = "",
    ground: str = "",
    confirmed: bool = True,
    acting_user: User,
    on: date,
) -> ParameterChange:
    """Put down values of a parameter from a month on, with the document they rest on; law only once approved.

    ``content``: {parameter, area, key, value, months} each. Refused for a value that is none ("bad_value"), nothing new
    ("nothing_new"), a missing document ("document_needed"), a month already past without a ground ("ground_needed").
    """
    require(acting_user, Verb.PROPOSE_STANDARD, on=on)
    checked = check_content(content, start=start, law=law_in_force())
    _check_document(document_number, document_date, on)
    _check_start(start, ground, on)
    with act(Verb.PROPOSE_STANDARD, acting_user=acting_user, on=on, content=checked, start=start.isoformat()):
        return ParameterChange.objects.create(
            content=checked,
            start=start,
            confirmed=confirmed,
            document_number=document_number.strip(),
            document_date=document_date,
            note=note.strip(),
            ground=ground.strip(),
            proposed_by=acting_user,
            proposed_on=on,
        )


def approve_standard(change: ParameterChange, *, acting_user: User, on: date) -> ParameterChange:
    """Make a proposal law from its start on; by another person than the proposer ("own_work").

    Refused("ground_needed") when its month has passed meanwhile and no ground for it is given.
    """
    require(acting_user, Verb.APPROVE_STANDARD, on=on)
    with act(Verb.APPROVE_STANDARD, acting_user=acting_user, on=on, subject=change):
        change = _decided(change, Verb.APPROVE_STANDARD, acting_user, on)
        different_person(acting_user, change.proposed_by_id, what="核准标准")
        if change.start is None:
            raise TypeError("a proposal of a person has a start")
        _check_start(change.start, change.ground, on)
        change.save(update_fields=["state", "decided_by", "decided_on"])
        _adopt(change, change.rows())
        return change


def reject_standard(change: ParameterChange, *, acting_user: User, on: date, reason: str) -> ParameterChange:
    """Send a proposal back for good, with a reason; a better one is proposed anew."""
    require(acting_user, Verb.REJECT_STANDARD, on=on)
    reason = said(reason, field="reason", ask="请写明退回的理由。")
    with act(Verb.REJECT_STANDARD, acting_user=acting_user, on=on, subject=change, reason=reason):
        change = _decided(change, Verb.REJECT_STANDARD, acting_user, on)
        different_person(acting_user, change.proposed_by_id, what="退回标准草案")
        change.reason = reason
        change.save(update_fields=["state", "decided_by", "decided_on", "reason"])
        return change


def load_standards(rows: Iterable[Row], *, acting_user: User, on: date) -> int:
    """Take over what comes with the program: values not there yet, and new versions of its own earlier ones.

    What the office itself adopted with the same start stays. The number of values written, 0 when all was there.
    """
    standing = {_place(value.row): value for value in ParameterValue.objects.of_version().select_related("change")}
    missing = [row for row in rows if _is_news(row, standing.get(_place(row)))]
    if missing:
        with act(Verb.LOAD_STANDARDS, acting_user=acting_user, on=on, values=len(missing)):
            shipment = ParameterChange.objects.create(
                shipped=True, state=ChangeState.APPROVED, proposed_by=acting_user, proposed_on=on
            )
            _adopt(shipment, missing)
    return len(missing)


def _is_news(row: Row, standing: ParameterValue | None) -> bool:
    return standing is None or (standing.change.shipped and standing.row != row)


def _place(row: Row) -> tuple[Any, ...]:
    return row.parameter, row.area, row.key, row.start


def _decided(change: ParameterChange, verb: Verb, acting_user: User, on: date) -> ParameterChange:
    change = ParameterChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    change.state = ChangeState(CHANGE_MOVES.target(verb, change.state))
    change.decided_by, change.decided_on = acting_user, on
    return change


def _adopt(change: ParameterChange, rows: Iterable[Row]) -> None:
    version = ParameterValue.objects.next_version()
    ParameterValue.objects.bulk_create(
        ParameterValue(
            change=change,
            version=version,
            parameter=row.parameter,
            area=row.area or "",
            key=row.key,
            start=row.start,
            value=row.value,
            months=row.months,
            source=row.source,
            confirmed=row.confirmed,
        )
        for row in rows
    )


def _check_document(number: str, dated: date, on: date) -> None:
    if not number.strip():
        raise Refused("document_needed", "请写明依据文件的文号。", field="document_number")
    if dated > on:
        raise Refused("document_needed", "依据文件的印发日期还没有到，请核对。", field="document_date")


def _check_start(start: date, ground: str, on: date) -> None:
    if start.day != 1:
        raise Refused("not_a_month", "标准从某月一日起生效，请选择月份。", field="start")
    if start < on.replace(day=1) and not ground.strip():
        raise Refused(
            "ground_needed", "起始月份已经过去：请写明追溯的理由，或改为本月及以后。", field="ground", start=str(start)
        )
