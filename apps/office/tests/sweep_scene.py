"""What the sweep finds in the office: the same things in two townships, and a month with its batch on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.applications.actions import propose_interruption, propose_relocation
from apps.applications.models import Application, InterruptionGround, InterruptionKind
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import confirm_month, start_what_if
from apps.awards.enums import ChunkState
from apps.awards.models import Chunk, MonthRun, WhatIf
from apps.eligibility.models import ParameterChange
from apps.eligibility.tests.builders_standards import proposed_standard, value
from apps.households.models import AccountState, BankAccount, Relocation
from apps.payments.enums import BatchState
from apps.payments.models import Batch

# Every name of a family begins with the side it is on: a page of the one side never shows the other.
HERE, THERE = "本乡", "外乡"
STATES = (
    State.DRAFT,
    State.SUBMITTED,
    State.ACCEPTED,
    State.INVESTIGATED,
    State.PROPOSED,
    State.PUBLICISED,
    State.CONFIRMED,
    State.REFUSED,
)


@dataclass
class Scene:
    """The office with a case in every state on either side."""

    o: f.Office
    cases: dict[tuple[str, State], int]

    def case(self, side: str, state: State) -> Application:
        """The case of that side that stands there."""
        return Application.objects.select_related("household__head").get(pk=self.cases[side, state])


def scene() -> Scene:
    """Two townships doing the same work; today is the pay day, nothing calculated yet."""
    o = f.office(f.PAY_DAY)
    found = {}
    for side, desk in ((HERE, o), (THERE, o.elsewhere())):
        for state in STATES:
            family = f.the_zhaos(desk, name=f"{side}{state.label}")
            made = f.drafted(desk, family.head.name) if state == State.DRAFT else f.AT[state](desk, family)
            found[side, state] = made.pk
    return Scene(o, found)


Subject = Callable[[Scene, str], dict[str, Any]]


def proposal(s: Scene, side: str) -> dict[str, Any]:
    """A standard put down by the chief, waiting for the reviewer."""
    standing = ParameterChange.objects.waiting().first()
    return {"pk": (standing or proposed_standard(s.o.chief, on=f.PAY_DAY, start=date(2024, 8, 1))).pk}


def what_if(s: Scene, side: str) -> dict[str, Any]:
    """A draft being rehearsed."""
    standing, start = WhatIf.objects.first(), date(2024, 8, 1)
    begun = standing or start_what_if([value("600")], start=start, month=start, acting_user=s.o.chief, on=f.PAY_DAY)
    return {"pk": begun.pk}


def case(state: State) -> Subject:
    """A case in a state."""
    return lambda s, side: {"uuid": s.case(side, state).uuid}


def of_family(path: str) -> Subject:
    """Something of the family on benefit: by attributes of its case."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        thing: Any = s.case(side, State.CONFIRMED)
        for name in path.split("."):
            thing = getattr(thing, name)
        thing = thing.get() if hasattr(thing, "get_queryset") else thing
        return {"uuid": thing.uuid} if hasattr(thing, "uuid") else {"pk": thing.pk}

    return found


def notice(s: Scene, side: str) -> dict[str, Any]:
    """The notice of the case on the wall."""
    return {"pk": s.case(side, State.PUBLICISED).notices.get().pk}


def proposed_account(s: Scene, side: str) -> dict[str, Any]:
    """An account waiting for a second person."""
    household = s.case(side, State.SUBMITTED).household
    return {"uuid": BankAccount.objects.get(household=household, state=AccountState.PROPOSED).uuid}


def changed_accounts(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: on either side a family on benefit that changes its account."""
    for n, (at, desk) in enumerate(((HERE, s.o), (THERE, s.o.elsewhere()))):
        household = s.case(at, State.CONFIRMED).household
        if not household.accounts.filter(state=AccountState.PROPOSED).exists():
            f.change_account(household, f"62220200000000010{n}", acting_user=desk.caseworker)
    return {}


def relocation(s: Scene, side: str) -> dict[str, Any]:
    """A family of the other township that wants to come to this side; it bears this side's name."""
    desk, there = (s.o, s.o.elsewhere()) if side == HERE else (s.o.elsewhere(), s.o)
    standing = Relocation.objects.filter(to_township=desk.town).first()
    if standing is None:
        family = f.confirmed(there, f.the_zhaos(there, name=f"{side}迁来")).household
        told = {"to_township": desk.town, "moved_on": f.PAY_DAY, "reason": "投亲"}
        standing = propose_relocation(family, **told, acting_user=there.caseworker, on=f.PAY_DAY)
    return {"uuid": standing.uuid}


def relocations(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: a family on its way here."""
    relocation(s, HERE)
    return {}


def interruption(s: Scene, side: str) -> dict[str, Any]:
    """A suspension of the family on benefit, waiting for the bureau."""
    desk = s.o if side == HERE else s.o.elsewhere()
    household = s.case(side, State.CONFIRMED).household
    told = {"kind": InterruptionKind.SUSPEND, "ground": InterruptionGround.NOT_FOUND, "reason": "多次入户无人"}
    standing = household.interruptions.first()
    return {
        "uuid": (standing or propose_interruption(household, **told, acting_user=desk.caseworker, on=f.PAY_DAY)).uuid
    }


def interruptions(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: a interruption on either side."""
    interruption(s, HERE)
    interruption(s, THERE)
    return {}


def opened_run(s: Scene, side: str) -> dict[str, Any]:
    """June, being calculated."""
    standing = MonthRun.objects.first()
    return {"pk": (standing or f.open_month(f.JUNE, acting_user=s.o.maker, on=f.PAY_DAY)).pk}


def run(s: Scene, side: str) -> dict[str, Any]:
    """June, calculated."""
    standing = MonthRun.objects.first()
    return {"pk": (standing or f.calculated(s.o)).pk}


def confirmed_run(s: Scene, side: str) -> dict[str, Any]:
    """June, confirmed."""
    standing = MonthRun.objects.first()
    return {"pk": (standing or confirm_month(f.calculated(s.o), acting_user=s.o.checker, on=f.PAY_DAY)).pk}


def sealed_run(s: Scene, side: str) -> dict[str, Any]:
    """June after its batch was drawn."""
    standing = Batch.objects.first()
    return {"pk": MonthRun.objects.get().pk} if standing else {"pk": _run_of(f.batch_at(s.o, BatchState.DRAFT))}


def _run_of(batch: Batch) -> int:
    return MonthRun.objects.get(month=batch.month).pk


def batch(state: BatchState) -> Subject:
    """June's batch as far as wanted."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        return {"pk": (Batch.objects.first() or f.batch_at(s.o, state)).pk}

    return found


def return_file(s: Scene, side: str) -> dict[str, Any]:
    """What the bank answered."""
    standing = Batch.objects.first() or f.batch_at(s.o, BatchState.RECONCILED)
    return {"pk": standing.return_files.get().pk}


def chunk(s: Scene, side: str) -> dict[str, Any]:
    """A portion that was set aside."""
    if not Chunk.objects.exists():
        with act(Verb.OPEN_MONTH, acting_user=s.o.maker, on=f.PAY_DAY):
            f.open_month(f.JUNE, acting_user=s.o.maker, on=f.PAY_DAY)
            Chunk.objects.update(state=ChunkState.QUARANTINED, last_error="测试")
    return {"pk": Chunk.objects.get().pk}


def failed(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: a payment that came back, so that there is something to send again."""
    if not Batch.objects.exists():
        f.batch_at(s.o, BatchState.RECONCILED, failing={1: "14", 2: "14"})
    return {}
