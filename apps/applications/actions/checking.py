"""核对: asking other offices about a family, by hand or by an interface, and settling what differs."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.applications.actions.moving import noting
from apps.applications.facts.checks import keep_standing, report_of
from apps.applications.models import (
    Application,
    CheckAnswer,
    CheckedPerson,
    CheckRequest,
    CheckScope,
    DifferenceGround,
    Outcome,
)
from apps.applications.transitions import State
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.households.models import Person

CHECKABLE = (State.ACCEPTED, State.INVESTIGATED, State.PROPOSED, State.PUBLICISED)


def request_check(
    application: Application, *, acting_user: User, on: date, scopes: Collection[CheckScope] = tuple(CheckScope)
) -> CheckRequest:
    """Ask about every member of the case on the strength of the consent the family signed (申请即授权, §19).

    Refused("no_consent") when none is on file.
    """
    with noting(application, Verb.REQUEST_CHECK, acting_user=acting_user, on=on, states=CHECKABLE) as case:
        consent = case.household.consents.filter(signed_on__lte=on).order_by("-signed_on", "-pk").first()
        if consent is None:
            raise Refused("no_consent", "档案里没有签字的核对授权书：请退回补正，签好授权书再核对。")
        request = CheckRequest.objects.create(
            application=case,
            scopes=[scope for scope in CheckScope if scope in scopes],
            consent=consent,
            requested_by=acting_user,
            requested_on=on,
        )
        people = case.declaration.members.values_list("person", flat=True)
        CheckedPerson.objects.bulk_create(CheckedPerson(request=request, person_id=pk) for pk in people)
        keep_standing(case, on=on)
        return request


@contextmanager
def _answering(
    request: CheckRequest,
    *,
    acting_user: User,
    on: date,
    as_of: date,
    verb: Verb = Verb.ANSWER_CHECK,
    **payload: str,
) -> Iterator[None]:
    """One answer or many at once; afterwards the case knows how its check stands."""
    application = request.application
    with noting(application, verb, acting_user=acting_user, on=on, states=CHECKABLE, **payload) as case:
        if as_of > on:
            raise Refused("as_of", "数据日期不能晚于今天。", field="as_of")
        yield
        keep_standing(case, on=on)


@dataclass(frozen=True)
class Answered:
    """What one office answered about one person in one matter."""

    person: Person
    scope: CheckScope
    outcome: Outcome
    source_office: str
    as_of: date
    amount_fen: int | None = None
    raw: str = ""


def answer_check(request: CheckRequest, *, acting_user: User, on: date, **answered: Any) -> CheckAnswer:
    """Write down what one office answered (see ``Answered``); its later answer takes the place of its earlier one.

    Refused("not_asked") for a person or matter the request does not name.
    """
    return _put_down(request, Answered(**answered), Verb.ANSWER_CHECK, acting_user=acting_user, on=on)


def take_answer(request: CheckRequest, *, answered: Answered, acting_user: User, on: date) -> CheckAnswer:
    """The same, delivered by the office's own program."""
    return _put_down(request, answered, Verb.TAKE_ANSWER, acting_user=acting_user, on=on)


def _put_down(request: CheckRequest, answered: Answered, verb: Verb, *, acting_user: User, on: date) -> CheckAnswer:
    office = said(answered.source_office, field="source_office", ask="请写明提供单位。")
    if answered.amount_fen is not None and answered.outcome != Outcome.FOUND:
        raise Refused("amount", "只有“有记录”才填金额。", field="amount")
    given = {"scope": answered.scope, "outcome": answered.outcome, "verb": verb}
    with _answering(request, acting_user=acting_user, on=on, as_of=answered.as_of, **given):
        if answered.scope not in request.scopes or not request.people.filter(person=answered.person).exists():
            raise Refused("not_asked", "这次核对没有问这位成员的这一项，请先发起包含它的核对。", field="scope")
        answer = CheckAnswer(
            request=request,
            person=answered.person,
            scope=answered.scope,
            outcome=answered.outcome,
            source_office=office,
            amount_fen=answered.amount_fen,
            as_of=answered.as_of,
            answered_by=acting_user,
            answered_on=on,
        )
        answer.set_raw(answered.raw.strip())
        answer.save()
        return answer


def answer_rest(
    request: CheckRequest, *, source_office: str, as_of: date, acting_user: User, on: date
) -> list[CheckAnswer]:
    """Write down at once that all that is still open has no record; 户籍 is there and 残疾证 as declared.

    Refused("nothing_open") when everything asked has its answer.
    """
    office = said(source_office, field="source_office", ask="请写明提供单位。")
    with _answering(request, acting_user=acting_user, on=on, as_of=as_of, rest="NONE"):
        rows = [
            CheckAnswer(
                request=request,
                person=member.person,
                scope=scope,
                outcome=_as_expected(scope, disabled=bool(member.disability_category)),
                source_office=office,
                as_of=as_of,
                answered_by=acting_user,
                answered_on=on,
            )
            for member, scope in still_open(request, on=on)
        ]
        if not rows:
            raise Refused("nothing_open", "这次核对的项目都已有结果。")
        return CheckAnswer.objects.bulk_create(rows)


def still_open(request: CheckRequest, *, on: date) -> list[tuple[object, CheckScope]]:
    """Members and matters of this request not yet answered: after an expired report all of a new request are."""
    answered = set(request.answers.exclude(outcome=Outcome.FAILED).values_list("person", "scope"))
    asked = set(request.people.values_list("person", flat=True))
    members = report_of(request.application, on=on).members
    return [
        (member, CheckScope(scope))
        for member in members
        if member.person_id in asked
        for scope in request.scopes
        if (member.person_id, scope) not in answered
    ]


def _as_expected(scope: CheckScope, *, disabled: bool) -> Outcome:
    there = scope == CheckScope.HUKOU or (scope == CheckScope.DISABILITY and disabled)
    return Outcome.FOUND if there else Outcome.NONE


def explain_difference(
    application: Application, *, keys: Sequence[str], ground: str, acting_user: User, on: date
) -> list[DifferenceGround]:
    """Say why what was found beyond the declaration stands; good for exactly what was found.

    Refused("no_difference") when one of the keys names no open difference.
    """
    reason = said(ground, field="ground", ask="请写明差异原因。")
    with noting(
        application, Verb.EXPLAIN_DIFFERENCE, acting_user=acting_user, on=on, states=CHECKABLE, reason=reason
    ) as case:
        standing = {line.key: line for line in report_of(case, on=on).unexplained}
        if not keys or not set(keys) <= set(standing):
            raise Refused("no_difference", "请选择要说明的差异；已经没有的差异不必说明。", field="keys")
        rows = DifferenceGround.objects.bulk_create(
            DifferenceGround(application=case, key=key, found=standing[key].found, ground=reason, by=acting_user, on=on)
            for key in keys
        )
        keep_standing(case, on=on)
        return rows
