"""Cases under way for families of a register, written set-wise: to measure lists and to try work on many at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle

from apps.accounts.models import User
from apps.applications.actions import notice_content
from apps.applications.deadlines import next_due
from apps.applications.models import Application, Investigation, Notice, Opinion
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.workdays import NOTICE_DAYS, add_workdays
from apps.eligibility.law import law_in_force
from apps.eligibility.models import Assessment
from apps.households.models import Household
from apps.takeover.register.awards import assess
from apps.takeover.register.entry import Entry
from apps.takeover.register.files import write_declarations, write_files
from apps.takeover.register.write import PLACES, Numbers, portions

S = State
CASE_PLACES = 6
# How far a case has come: each step after those before it.
WAY = (S.DRAFT, S.SUBMITTED, S.ACCEPTED, S.INVESTIGATED, S.PROPOSED, S.PUBLICISED)
# Of fifty cases forty-five are over, as in an office that has worked for some years.
MIXED = (S.SUBMITTED, S.ACCEPTED, S.INVESTIGATED, S.PROPOSED, S.PUBLICISED, *[S.WITHDRAWN] * 45)


def take_in(
    entries: Iterable[Entry], *, leader: User, acting_user: User, on: date, states: Sequence[State] = MIXED
) -> int:
    """Write families that have applied, their cases as far as ``states`` says in turn; the number of cases.

    ``entry.decided_on`` is the day of application here; its ``taken_in_by`` does the desk's steps, ``leader`` signs.
    """
    written, stages = 0, cycle(states)
    households, numbers = Numbers(Household.objects.all(), PLACES), Numbers(Application.objects.all(), CASE_PLACES)
    with act(Verb.LOAD_DEMO, acting_user=acting_user, on=on, register="cases"):
        for portion in portions(entries):
            for entry in portion:
                entry.number = households.next(entry)
            write_files(portion)
            write_declarations(portion)
            law = law_in_force()
            for entry in portion:
                assess(entry, law)
            Assessment.objects.bulk_create(entry.assessment for entry in portion)
            reached = [next(stages) for _ in portion]
            cases = [_case(*pair, numbers, leader) for pair in zip(portion, reached, strict=True)]
            _write(Application.objects.bulk_create(cases), reached, leader)
            written += len(cases)
    return written


def applied(entries: Iterable[Entry], *, on: date, within: int) -> Iterator[Entry]:
    """The same families as having applied on one of the days before ``on``."""
    days = cycle(range(within))
    return (replace(entry, decided_on=on - timedelta(days=next(days))) for entry in entries)


def _case(entry: Entry, state: State, numbers: Numbers, leader: User) -> Application:
    worker, day = entry.taken_in_by, entry.decided_on
    case = Application(
        number=numbers.next(entry),
        township=entry.township,
        village=entry.household.village,
        applicant_name=entry.family.head.name,
        household=entry.household,
        declaration=entry.declaration,
        near_relative=False,
        opened_by=worker,
        opened_on=day,
        handler=worker,
    )
    if state != S.DRAFT:
        case.submitted_by, case.submitted_on = worker, day
    if state in WAY[2:]:
        case.accepted_by, case.accepted_on = worker, day
    if state in WAY[3:]:
        case.investigated_by, case.investigated_on = worker, add_workdays(day, 1)
    if state in WAY[4:]:
        case.proposed_by, case.proposed_on, case.assessment = leader, add_workdays(day, 2), entry.assessment
    if state == S.PUBLICISED:
        case.notice_ends_on = add_workdays(add_workdays(day, 2) + timedelta(days=NOTICE_DAYS), 1)
    case.state = state
    what, case.due_on = next_due(case)
    case.due_what = what or ""
    # Every case begins as a draft, whoever writes it: the table of moves allows nothing else.
    case.state = S.DRAFT
    return case


def _write(cases: list[Application], reached: list[State], leader: User) -> None:
    pairs = list(zip(cases, reached, strict=True))
    for step in WAY[1:]:
        _move([case for case, state in pairs if state in WAY[WAY.index(step) :]], step)
    _move([case for case, state in pairs if state == S.WITHDRAWN], S.WITHDRAWN)
    visited = [case for case, state in pairs if state in WAY[3:]]
    Investigation.objects.bulk_create(
        Investigation(
            application=case,
            visited_on=case.investigated_on,
            by=case.investigated_by,
            second_investigator="村协理员",
            family_member_present=case.applicant_name,
            agrees=True,
            findings="情况与申报一致。",
        )
        for case in visited
    )
    signed = [case for case, state in pairs if state in WAY[4:]]
    Opinion.objects.bulk_create(
        Opinion(
            application=case, assessment=case.assessment, agrees=True, text="拟同意。", by=leader, on=case.proposed_on
        )
        for case in signed
    )
    Notice.objects.bulk_create(
        Notice(
            application=case,
            posted_on=case.proposed_on,
            posted_by=case.accepted_by,
            place=f"{case.village.name}公示栏",
            ends_on=case.notice_ends_on,
            content=notice_content(case),
        )
        for case, state in pairs
        if state == S.PUBLICISED
    )


def _move(cases: list[Application], state: State) -> None:
    Application.objects.filter(pk__in=[case.pk for case in cases]).update(state=state)
