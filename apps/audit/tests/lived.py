"""An office where everything with history has happened once, what may change of each row, and a new one of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from oauth2_provider import models as oauth

from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import Level, Role
from apps.applications.actions import pause_clock, propose_interruption, propose_relocation
from apps.applications.enums import PauseReason
from apps.applications.models import (
    Application,
    Applied,
    Complaint,
    ComplaintKind,
    Delegation,
    Document,
    DocumentKind,
    Ending,
    EndingGround,
    Interruption,
    InterruptionKind,
    Lead,
    LeadSource,
    Notice,
    Objection,
    Pause,
    Revocation,
    RevocationGround,
    SpotCheck,
    SpotCheckDraw,
)
from apps.applications.tests import afterwards as after
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.tests.lived_money import CHANGE as MONEY_CHANGES
from apps.audit.tests.lived_money import money_has_moved, new_of_money, owed_again
from apps.audit.verbs import Verb
from apps.awards.enums import Cause
from apps.awards.models import Award, AwardMember, MonthRun, Recognition, SetAside
from apps.eligibility.models import ParameterChange
from apps.eligibility.policy.enums import Category, Relation, Scheme
from apps.eligibility.tests.builders_standards import proposed_standard
from apps.households.idnumber import read
from apps.households.models import AccountState, BankAccount, Household, Membership, PayeeKind, Person, Relocation
from apps.partners.models import Alert, Certificate, Client, Grant, Partner, Referral, Webhook
from apps.partners.tests import certificates
from apps.partners.tests import factories as partners
from apps.partners.tests.scene import alert_about, referral_of, webhook_of
from apps.payments.enums import Purpose
from apps.payments.models import Batch, Instruction
from apps.takeover.models import RegisterUpload

ON = f.PAY_DAY
FAR = date(2040, 1, 1)
NOON = datetime(2039, 1, 1, 12, tzinfo=UTC)

# What may be changed of each without breaking another rule.
CHANGE: dict[type[models.Model], tuple[str, Any]] = {
    Application: ("applicant_name", "改名"),
    Area: ("name", "改名"),
    Award: ("terms", {"改": 1}),
    AwardMember: ("last_month", FAR),
    BankAccount: ("bank_name", "改名银行"),
    Complaint: ("text", "改"),
    Delegation: ("document", "改文号"),
    Document: ("member", "改名"),
    Ending: ("text", "改"),
    Objection: ("raised_by", "改名"),
    SpotCheck: ("sampled", True),
    Batch: ("content_sha256", "1" * 64),
    Household: ("area_kind", "RURAL"),
    Instruction: ("payee_name", "改名"),
    Membership: ("since", date(2020, 1, 1)),
    MonthRun: ("total_fen", 7),
    Notice: ("place", "村口"),
    ParameterChange: ("reason", "改"),
    Pause: ("text", "改"),
    Interruption: ("reason", "改"),
    Lead: ("name", "改名"),
    Recognition: ("until", FAR),
    Relocation: ("reason", "改"),
    Person: ("name", "改名"),
    SetAside: ("reason", "改"),
    Posting: ("until", FAR),
    RegisterUpload: ("why_not", "改"),
    Revocation: ("text", "改"),
    User: ("name", "改名"),
    Partner: ("contact", "改"),
    Client: ("per_minute", 7),
    Grant: ("basis", "改文号"),
    Certificate: ("basis", "改核对"),
    Referral: ("agreed_by", "改名"),
    Alert: ("reference", "改号"),
    Webhook: ("purpose", "改"),
}
CHANGES = {model: dict([change]) for model, change in CHANGE.items()} | MONEY_CHANGES


@dataclass
class Lived:
    """An office that has paid a month, and what new rows can hang on."""

    o: f.Office
    waiting: Application
    newcomer: Person
    batch: Batch
    failed: Instruction
    queued: Instruction


def new_of(lived: Lived, model: type[models.Model]) -> Any:
    """An unsaved row that breaks no rule."""
    o, family, case = lived.o, lived.waiting.household, lived.waiting
    other = on_benefit()
    made: dict[type[models.Model], Callable[[], Any]] = {
        Application: lambda: Application(number="新案", township=o.town, opened_by=o.caseworker, opened_on=ON),
        Area: lambda: Area(code="999", name="新村", level=Level.VILLAGE, kind=Area.Kind.VILLAGE, parent=o.town),
        Award: lambda: Award(
            household=family, township=o.town, scheme=Scheme.DIBAO, decision=other.decision, first_month=FAR, terms={}
        ),
        AwardMember: lambda: AwardMember(award=other, person=lived.newcomer, first_month=FAR),
        BankAccount: lambda: account_of(lived),
        Batch: lambda: Batch(number="新批", month=FAR, purpose=Purpose.REGULAR, drawn_by=o.maker, drawn_on=ON),
        Household: lambda: Household(
            number="新户", head=lived.newcomer, township=o.town, village=o.village, area_kind="URBAN"
        ),
        Instruction: lambda: again(lived.failed, lived.batch, 9),
        Membership: lambda: Membership(household=family, person=lived.newcomer, relation=Relation.OTHER, since=ON),
        MonthRun: lambda: MonthRun(month=FAR, started_by=o.maker, started_on=ON, units=0, law_digest=""),
        Notice: lambda: Notice(
            application=case, posted_on=ON, posted_by=o.caseworker, place="村口", ends_on=FAR, content={}
        ),
        ParameterChange: lambda: change_of(o),
        Pause: lambda: Pause(application=case, since=FAR, reason=PauseReason.CHECK, by=o.caseworker),
        Person: lambda: Person.new(name="新人", number=read(f.awards.number_of(date(1970, 1, 1)), on=ON)),
        Posting: lambda: Posting(user=o.auditor, area=o.county, role=Role.REVIEWER, since=FAR, appointed_by=o.security),
        RegisterUpload: lambda: register_of(o, "新册"),
        SetAside: lambda: aside_of(o, date(2039, 1, 1)),
        User: lambda: User(username="新账号", name="新人", password="!"),
    }
    made |= _of_intake(lived) | _of_the_workflow(lived) | _after_the_decision(lived) | _of_its_life(lived)
    made |= _of_partners(lived) | new_of_money(lived)
    return made[model]()


def on_benefit() -> Award:
    """What the family that was paid receives."""
    return Award.objects.get(scheme=Scheme.DIBAO)


def _of_the_workflow(lived: Lived) -> dict[type[models.Model], Callable[[], Any]]:
    o, case = lived.o, lived.waiting
    return {
        Delegation: lambda: Delegation(
            scheme=Applied.TEKUN, township=o.town, since=ON, document="新文号", made_by=o.chief
        ),
        Objection: lambda: Objection(
            application=case, notice=case.notices.get(), raised_on=ON, text="有异议", recorded_by=o.caseworker
        ),
        SpotCheck: lambda: SpotCheck(
            draw=SpotCheckDraw.objects.get(), application=Application.objects.earliest("pk"), sampled=False
        ),
    }


def _of_intake(lived: Lived) -> dict[type[models.Model], Callable[[], Any]]:
    o, case = lived.o, lived.waiting
    return {
        Document: lambda: Document(
            application=case,
            kind=DocumentKind.HUKOU,
            content_type="image/jpeg",
            sha256="0" * 64,
            size=1,
            uploaded_by=o.caseworker,
            uploaded_on=ON,
        ),
        Lead: lambda: Lead(
            village=o.village, name="新人", source=LeadSource.VISIT, reported_by=o.caseworker, reported_on=ON
        ),
    }


def _after_the_decision(lived: Lived) -> dict[type[models.Model], Callable[[], Any]]:
    o, case = lived.o, lived.waiting
    told = {"text": "新说明", "proposed_by": o.caseworker, "proposed_on": ON}
    return {
        Complaint: lambda: Complaint(
            application=case,
            kind=ComplaintKind.COMPLAINT,
            received_on=ON,
            text="新反映",
            filed_by=o.caseworker,
            filed_on=ON,
        ),
        Ending: lambda: Ending(award=on_benefit(), township=o.town, ground=EndingGround.MEANS, **told),
        Revocation: lambda: Revocation(
            application=case, ground=RevocationGround.MISTAKE, confirmed_by=o.reviewer, **told
        ),
    }


def account_of(lived: Lived) -> BankAccount:
    """Another passbook, put down by the caseworker."""
    given = {"payee_kind": PayeeKind.HEAD, "proposed_by": lived.o.caseworker, "proposed_on": ON, "bank_name": "农商行"}
    account = BankAccount(household=lived.waiting.household, holder=lived.newcomer, **given)
    account.set_number("6222020000000000038")
    return account


def change_of(o: f.Office) -> ParameterChange:
    """A new value put down by the chief."""
    given = {"document_number": "新文", "document_date": ON, "proposed_by": o.chief, "proposed_on": ON}
    return ParameterChange(content=[{"改": 1}], start=FAR, **given)


def aside_of(o: f.Office, month: date) -> SetAside:
    """The family that was paid, set aside from another month."""
    run = MonthRun.objects.get(month=month)
    return SetAside(run=run, award=on_benefit(), cause=Cause.FACTS, reason="旧", begun_by=o.maker)


def register_of(o: f.Office, name: str) -> RegisterUpload:
    """An old register handed in."""
    given = {"content_sealed": b"", "first_month": FAR, "uploaded_by": o.chief, "uploaded_on": ON}
    return RegisterUpload(file_name=name, sha256=name, **given)


def _of_its_life(lived: Lived) -> dict[type[models.Model], Callable[[], Any]]:
    """What may happen to the family."""
    o, family = lived.o, lived.waiting.household
    told = {"household": family, "reason": "新说明", "proposed_by": o.caseworker, "proposed_on": ON}
    decision = on_benefit().decision
    low = Category.LOW_INCOME
    return {
        Interruption: lambda: Interruption(kind=InterruptionKind.RESUME, **told),
        Recognition: lambda: Recognition(household=family, category=low, decision=decision, since=ON),
        Relocation: lambda: Relocation(from_township=o.town, to_township=o.other_town, moved_on=ON, **told),
    }


def _of_partners(lived: Lived) -> dict[type[models.Model], Callable[[], Any]]:
    """Another bureau, another program, another grant."""
    client = Client.objects.earliest("pk")
    by = {"proposed_by": lived.o.security, "proposed_on": ON}
    told = {"networks": ["127.0.0.1"], "since": ON, "until": FAR} | by
    return {
        Partner: lambda: Partner(name="新单位", bureau="TAX"),
        Client: lambda: Client(
            partner=client.partner,
            name="新接口",
            application=oauth.Application.objects.create(client_id="新", client_secret="!"),
            user=lived.o.assistant,
        ),
        Grant: lambda: Grant(client=client, dataset="POLICY", area=lived.o.county, basis="新文", **told),
        Certificate: lambda: Certificate(
            client=client,
            fingerprint="0" * 64,
            subject="CN=新",
            valid_from=NOON,
            valid_until=NOON,
            basis="新核对",
            **by,
        ),
    } | _of_other_bureaus(lived, client, on_benefit().household)


def _of_other_bureaus(
    lived: Lived, client: Client, household: Household
) -> dict[type[models.Model], Callable[[], Any]]:
    """Something else is asked of a bureau, it tells something else, and wants to hear elsewhere."""
    return {
        Referral: lambda: Referral(
            household=household,
            item="legal_aid",
            bureau="JUSTICE",
            fields=[],
            agreed_by="赵甲",
            agreed_on=ON,
            referred_by=lived.o.caseworker,
            referred_on=ON,
            accept_by=FAR,
        ),
        Alert: lambda: Alert(
            bureau="TAX",
            reference="新号",
            kind="OTHER",
            household=household,
            person=household.head,
            received_on=ON,
            due_on=FAR,
        ),
        Webhook: lambda: Webhook(
            client=client,
            url="https://yb.example/new",
            statuses=["DIBAO"],
            purpose="新",
            proposed_by=lived.o.admin,
            proposed_on=ON,
        ),
    }


def again(failed: Instruction, batch: Batch, attempt: int, **told: Any) -> Instruction:
    """Another attempt at a failed payment, in a draft batch."""
    names = ("entitlement", "township", "account", "payee_name", "account_mask", "amount_fen")
    copied = {name: getattr(failed, name) for name in names} | told
    name = f"00000000-0000-4000-8000-00000000000{attempt}"
    return Instruction(**copied, end_to_end_id=name, attempt_no=attempt, batch=batch)


def by(o: f.Office) -> dict[str, Any]:
    return {"acting_user": o.caseworker, "on": ON}


def an_office_that_has_lived() -> Lived:
    """A month paid, and of every table with history a row that may still change."""
    o = f.office()
    case = f.confirmed(o)
    waiting = f.publicised(o, f.the_zhaos(o, name="孙丁"))
    batch = f.paid(o, failing={1: "14"})
    f.objected(o, waiting)
    f.delegated(o)
    f.actions.draw_spot_check(acting_user=o.chief, on=f.DECIDED)
    with act(Verb.DRAW_SPOT_CHECK, acting_user=o.chief, on=f.DECIDED):
        SpotCheck.objects.update(sampled=False)
    with act(Verb.DRAW_BATCH, acting_user=o.maker, on=ON):
        newcomer = Person.new(name="周某", number=read(f.awards.number_of(date(1971, 2, 3)), on=ON))
        newcomer.save()
        failed = Instruction.objects.get(batch=batch)
        money_has_moved(o, failed)
        draft = Batch.objects.create(number="B0", month=f.JUNE, purpose=Purpose.REISSUE, drawn_by=o.maker, drawn_on=ON)
        queued = again(failed, draft, 8, entitlement=owed_again(failed))
        queued.save()
        Notice.objects.filter(application=waiting).update(taken_down_on=ON)
        waiting.household.accounts.update(state=AccountState.REPLACED)
        # The one that is paid does not change any more.
        MonthRun.objects.create(month=date(2039, 2, 1), started_by=o.maker, started_on=ON, units=0, law_digest="")
        MonthRun.objects.create(month=date(2039, 1, 1), started_by=o.maker, started_on=ON, units=0, law_digest="")
        aside_of(o, date(2039, 2, 1)).save()
        register_of(o, "旧册").save()
    happened_to(o, on_benefit())
    followed(o, case, waiting)
    asking = partners.program(o, ready=False)
    partners.proposed(o, asking)
    certificates.proposed(o, asking.client, certificates.issued(), on=ON)
    referral_of(case.household, o.caseworker, ON)
    alert_about(case.household.head, ON)
    webhook_of(o)
    proposed_standard(o.chief, on=ON, start=FAR)
    pause_clock(f.accepted(o, f.the_zhaos(o, name="李戊")), reason=PauseReason.CHECK, text="", **by(o))
    return Lived(o, waiting, newcomer, draft, failed, queued)


def happened_to(o: f.Office, award: Award) -> None:
    """The family on benefit is recognised as something too, is to be suspended, and wants to move."""
    with act(Verb.DECIDE_AWARD, acting_user=o.reviewer, on=ON):
        Recognition.objects.create(
            household=award.household, category=Category.LOW_INCOME, decision=award.decision, since=ON
        )
    told = {"kind": InterruptionKind.SUSPEND, "ground": "NOT_FOUND", "reason": "多次入户无人"}
    propose_interruption(award.household, **told, acting_user=o.caseworker, on=ON)
    told = {"to_township": o.other_town, "moved_on": ON, "reason": "投亲"}
    propose_relocation(award.household, **told, acting_user=o.caseworker, on=ON)


def followed(o: f.Office, confirmed: Application, waiting: Application) -> None:
    """A case is complained of and doubted, another has a paper; a family is noticed; a 特困 support is to end."""
    f.noticed(o)
    f.with_paper(o, waiting)
    after.complained(o, confirmed)
    after.doubted(o, confirmed)
    after.ending(o, after.tekun(o))
