"""What the sweep finds in the office: the same things in two townships, and a month with its batch on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from apps.accounts.actions import switch_off
from apps.accounts.models import User
from apps.applications.actions import (
    ask_relocation,
    draw_spot_check,
    pause_clock,
    propose_interruption,
    propose_relocation,
    revoke,
)
from apps.applications.enums import PauseReason
from apps.applications.models import (
    Application,
    Delegation,
    Ending,
    InterruptionGround,
    InterruptionKind,
    Lead,
    SpotCheckDraw,
)
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.actions import confirm_month, start_what_if
from apps.awards.enums import Cause
from apps.awards.models import Award, MonthRun, SetAside, WhatIf
from apps.eligibility.models import ParameterChange
from apps.eligibility.tests.builders_standards import proposed_standard, value
from apps.households.idnumber import read
from apps.households.models import AccountState, BankAccount, Relocation
from apps.partners.models import Client as PartnerClient
from apps.partners.models import Disclosure, Grant
from apps.partners.tests import factories as partners
from apps.payments.enums import BatchState
from apps.payments.models import Batch
from apps.reports.actions import freeze_figures
from apps.takeover.actions import check_register, compare_roll, upload_register, upload_roll
from apps.takeover.models import ParallelMonth, RegisterUpload
from apps.takeover.tests.factories import Book

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


def desk_of(s: Scene, side: str) -> f.Office:
    """The office seen from that side."""
    return s.o if side == HERE else s.o.elsewhere()


def colleague(s: Scene, side: str) -> dict[str, Any]:
    """Somebody the administrators keep: no township has them for itself."""
    return {"pk": s.o.caseworker.pk}


def colleague_switched_off(s: Scene, side: str) -> dict[str, Any]:
    """Somebody whose account was closed."""
    if User.objects.get(pk=s.o.second_reviewer.pk).is_active:
        switch_off(s.o.second_reviewer, reason="调离", acting_user=s.o.admin, on=f.PAY_DAY)
    return {"pk": s.o.second_reviewer.pk}


def posting(s: Scene, side: str) -> dict[str, Any]:
    """The post of one of the township's caseworkers."""
    return {"pk": s.o.caseworker.postings.get().pk}


def handler(s: Scene, side: str) -> dict[str, Any]:
    """Who is responsible for that side's cases, in its township."""
    case = s.case(side, State.ACCEPTED)
    return {"area": case.township_id, "pk": case.handler_id}


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


def plain(state: State) -> Subject:
    """A case with nothing in doubt, checked: a step of it may be left out."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        case = f.plain(s.case(side, state))
        if not case.check_requests.exists():
            f.checked(case, acting_user=desk_of(s, side).caseworker, on=f.PAY_DAY)
        return {"uuid": case.uuid}

    return found


def check_answer(s: Scene, side: str) -> dict[str, Any]:
    """What an office answered."""
    return {"uuid": s.case(side, State.INVESTIGATED).check_requests.get().answers.first().uuid}


def objection(s: Scene, side: str) -> dict[str, Any]:
    """Somebody spoke against the notice."""
    case = s.case(side, State.PUBLICISED)
    return {"pk": (case.objections.first() or f.objected(desk_of(s, side), case)).pk}


def delegation(s: Scene, side: str) -> dict[str, Any]:
    """The township confirms by itself."""
    o = desk_of(s, side)
    return {"pk": (Delegation.objects.filter(township=o.town).first() or f.delegated(o)).pk}


def delegated_case(s: Scene, side: str) -> dict[str, Any]:
    """A plain case of such a township."""
    delegation(s, side)
    return {"uuid": f.plain(s.case(side, State.PUBLICISED)).uuid}


def draw(s: Scene, side: str) -> dict[str, Any]:
    """All cases before the bureau, drawn."""
    standing = SpotCheckDraw.objects.first()
    return {"pk": (standing or draw_spot_check(percent=100, acting_user=s.o.chief, on=f.PAY_DAY)).pk}


def spot_check(s: Scene, side: str) -> dict[str, Any]:
    """One of them."""
    draw(s, side)
    return {"pk": s.case(side, State.PUBLICISED).spot_checks.get().pk}


def paused(s: Scene, side: str) -> dict[str, Any]:
    """A case whose clock stands still."""
    found = s.case(side, State.INVESTIGATED)
    if found.pause is None:
        worker = desk_of(s, side).caseworker
        pause_clock(found, reason=PauseReason.CHECK, text="", acting_user=worker, on=f.PAY_DAY)
    return {"uuid": found.uuid}


def of_family(path: str) -> Subject:
    """Something of the family on benefit: by attributes of its case."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        thing: Any = s.case(side, State.CONFIRMED)
        for name in path.split("."):
            thing = getattr(thing, name)
        thing = thing.get() if hasattr(thing, "get_queryset") else thing
        return {"uuid": thing.uuid} if hasattr(thing, "uuid") else {"pk": thing.pk}

    return found


LEAD = "吴老伯"


def lead(s: Scene, side: str) -> dict[str, Any]:
    """A family somebody noticed on either side; the name of the other side's says so."""
    if not Lead.objects.exists():
        f.noticed(s.o, LEAD)
        f.noticed(s.o.elsewhere(), f"{THERE}{LEAD}")
    township = desk_of(s, side).town
    return {"uuid": Lead.objects.get(village__parent=township).uuid}


def leads(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: a lead on either side."""
    lead(s, side)
    return {}


def document(s: Scene, side: str, state: State = State.SUBMITTED) -> dict[str, Any]:
    """A paper of the case that waits to be accepted."""
    case = s.case(side, state)
    if not case.documents.exists():
        f.with_paper(desk_of(s, side), case)
    return {"uuid": case.documents.get().uuid}


def draft_document(s: Scene, side: str) -> dict[str, Any]:
    """A paper of a draft, which may still be taken back."""
    return document(s, side, State.DRAFT)


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


def asked_relocation(s: Scene, side: str) -> dict[str, Any]:
    """A family of this side for which the other township has asked."""
    desk, there = (s.o, s.o.elsewhere()) if side == HERE else (s.o.elsewhere(), s.o)
    standing = Relocation.objects.filter(from_township=desk.town, asked_by__isnull=False).first()
    if standing is None:
        household = f.confirmed(desk, f.the_zhaos(desk, name=f"{side}要走")).household
        told = {"name": household.head.name, "to_township": there.town, "moved_on": f.PAY_DAY, "reason": f"{side}要走"}
        number = read(household.head.full_id_number(), on=f.PAY_DAY)
        standing = ask_relocation(number, **told, acting_user=there.caseworker, on=f.PAY_DAY)
    return {"uuid": standing.uuid}


def relocations(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: a family on its way here."""
    relocation(s, HERE)
    return {}


def interruption(s: Scene, side: str) -> dict[str, Any]:
    """A suspension of the family on benefit, waiting for the bureau."""
    desk = desk_of(s, side)
    household = s.case(side, State.CONFIRMED).household
    told = {"kind": InterruptionKind.SUSPEND, "ground": InterruptionGround.NOT_FOUND, "reason": "多次入户无人"}
    standing = household.interruptions.first()
    return {
        "uuid": (standing or propose_interruption(household, **told, acting_user=desk.caseworker, on=f.PAY_DAY)).uuid
    }


def interruptions(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: an interruption on either side."""
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


@cache
def batch(state: BatchState) -> Subject:
    """June's batch as far as wanted."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        return {"pk": (Batch.objects.first() or f.batch_at(s.o, state)).pk}

    return found


def return_file(s: Scene, side: str) -> dict[str, Any]:
    """What the bank answered."""
    standing = Batch.objects.first() or f.batch_at(s.o, BatchState.RECONCILED)
    return {"pk": standing.return_files.get().pk}


def aside(s: Scene, side: str) -> dict[str, Any]:
    """A unit that June has set aside."""
    if not SetAside.objects.exists():
        run = MonthRun.objects.first() or f.open_month(f.JUNE, acting_user=s.o.maker, on=f.PAY_DAY)
        with act(Verb.CALCULATE, acting_user=s.o.maker, on=f.PAY_DAY):
            told = {"cause": Cause.FACTS, "reason": "测试", "begun_by": s.o.maker}
            SetAside.objects.create(run=run, award=Award.objects.first(), **told)
    return {"pk": SetAside.objects.get().pk}


def line_of_run(s: Scene, side: str) -> dict[str, Any]:
    """The line of that side's family in June, calculated."""
    pk = run(s, side)["pk"]
    award = s.case(side, State.CONFIRMED).household.awards.get()
    return {"pk": pk, "award": award.pk}


def run_with_aside(s: Scene, side: str) -> dict[str, Any]:
    """June with a unit set aside."""
    return {"pk": SetAside.objects.get(**aside(s, side)).run_id}


def failed(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: a payment that came back, so that there is something to send again."""
    if not Batch.objects.exists():
        f.batch_at(s.o, BatchState.RECONCILED, failing={1: "14", 2: "14"})
    return {}


def program(s: Scene, side: str) -> dict[str, Any]:
    """A program of a partner, to which something is granted and something proposed."""
    if not PartnerClient.objects.exists():
        asking = partners.program(s.o)
        partners.granted(s.o, asking)
        partners.proposed(s.o, asking, partners.Dataset.POLICY)
        family = s.case(HERE, State.CONFIRMED).household
        assert family is not None
        question = partners.WHY | {"id_number": family.head.full_id_number(), "name": family.head.name}
        assert asking.post("partner-api-status", question).json()["found"]
    return {"uuid": PartnerClient.objects.get().uuid}


def partner(s: Scene, side: str) -> dict[str, Any]:
    """Its partner."""
    return {"pk": PartnerClient.objects.get(**program(s, side)).partner_id}


def grant(s: Scene, side: str) -> dict[str, Any]:
    """What waits for the chief."""
    program(s, side)
    return {"pk": Grant.objects.get(state="PROPOSED").pk}


def standing_grant(s: Scene, side: str) -> dict[str, Any]:
    """What the program may ask."""
    program(s, side)
    return {"pk": Grant.objects.get(state="APPROVED").pk}


def disclosure(s: Scene, side: str) -> dict[str, Any]:
    """What it was told."""
    program(s, side)
    return {"pk": Disclosure.objects.get().pk}


def told(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: something that a partner was told."""
    program(s, side)
    return {}


def register(s: Scene, side: str) -> dict[str, Any]:
    """An old register, checked, waiting for the reviewer."""
    if not RegisterUpload.objects.exists():
        book = Book()
        book.zhaos()
        given = {"file_name": "原登记册.xlsx", "first_month": f.JUNE}
        upload = upload_register(book.content(), **given, acting_user=s.o.chief, on=f.PAY_DAY)
        check_register(upload.pk, acting_user=s.o.chief, on=f.PAY_DAY)
    return {"uuid": RegisterUpload.objects.get().uuid}


def parallel_month(s: Scene, side: str) -> dict[str, Any]:
    """A paid month, compared: nobody of it is on file."""
    if not ParallelMonth.objects.exists():
        book = Book()
        book.paid("不在册", 500)
        roll = upload_roll(book.roll(), file_name="五月.xlsx", month=f.JUNE, acting_user=s.o.chief, on=f.PAY_DAY)
        compare_roll(roll.pk, acting_user=s.o.chief, on=f.PAY_DAY)
    return {"uuid": ParallelMonth.objects.get().uuid}


def village(s: Scene, side: str) -> dict[str, Any]:
    """A village of that side."""
    return {"pk": desk_of(s, side).village.pk}


def complaint(s: Scene, side: str) -> dict[str, Any]:
    """Somebody holds the refusal to be wrong."""
    refused = s.case(side, State.REFUSED)
    standing = refused.complaints.first()
    return {"uuid": (standing or after.complained(desk_of(s, side), refused)).uuid}


def revocation(s: Scene, side: str) -> dict[str, Any]:
    """A confirmation that is doubted."""
    confirmed = s.case(side, State.CONFIRMED)
    standing = confirmed.revocations.first()
    return {"uuid": (standing or after.doubted(desk_of(s, side), confirmed)).uuid}


def revoked(s: Scene, side: str) -> dict[str, Any]:
    """A confirmation that was taken back."""
    confirmed = s.case(side, State.CONFIRMED)
    standing = confirmed.revocations.first()
    if standing is None:
        standing = revoke(after.doubted(desk_of(s, side), confirmed), acting_user=s.o.chief, on=f.PAY_DAY)
    return {"uuid": standing.uuid}


def tekun(s: Scene, side: str) -> dict[str, Any]:
    """Somebody on 特困."""
    name = f"{side}特困"
    standing = Award.objects.filter(household__head__name=name).first()
    return {"uuid": (standing or after.tekun(desk_of(s, side), name)).uuid}


def ending(make: Callable[[f.Office, Award], Ending]) -> Subject:
    """The ending of somebody's 特困, as far as wanted."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        award = Award.objects.get(**tekun(s, side))
        return {"uuid": (award.endings.first() or make(desk_of(s, side), award)).uuid}

    return found


def on_either_side(made: Subject) -> Subject:
    """Not in the address: one on either side."""

    def found(s: Scene, side: str) -> dict[str, Any]:
        for at in (HERE, THERE):
            made(s, at)
        return {}

    return found


def frozen(s: Scene, side: str) -> dict[str, Any]:
    """June's figures, written down after its batch was drawn."""
    run = MonthRun.objects.get(**sealed_run(s, side))
    return {"pk": freeze_figures(run, acting_user=User.objects.system(), on=f.PAY_DAY).pk}
