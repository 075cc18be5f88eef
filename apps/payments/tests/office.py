"""A small office for the tests of payments: people, two townships, families with accounts, a confirmed month."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Sum

from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import Level, Role
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.enums import Change, ChunkState, DecisionKind, RunState
from apps.awards.models import Award, CalcLine, Chunk, Decision, MonthRun
from apps.core.models import OfficeDate
from apps.eligibility.models import Assessment
from apps.eligibility.policy.enums import AreaKind, Scheme
from apps.households.models import AccountState, BankAccount, Declaration, Household, PayeeKind, Person
from apps.payments import actions
from apps.payments.enums import FindingState
from apps.payments.facts import content_of
from apps.payments.models import Batch, Finding, Instruction, ReturnFile
from apps.payments.simulator import reply

TODAY = date(2024, 5, 20)
MAY, JUNE = date(2024, 5, 1), date(2024, 6, 1)
APRIL = date(2024, 4, 10)
# What the year's document gives the office to spend on all schemes together.
MONEY = 1_000_000_00
PASSWORD = "jiaohe-demo-2026"

POSTS = {
    "maker": Role.PAYMENTS_MAKER,
    "checker": Role.PAYMENTS_CHECKER,
    "chief": Role.BUREAU_CHIEF,
    "auditor": Role.AUDITOR,
    "admin": Role.SYSTEM_ADMIN,
    "reviewer": Role.REVIEWER,
}


@dataclass
class PayOffice:
    """People by their post, townships, families, and the month they wait for."""

    users: dict[str, User] = field(default_factory=dict)
    townships: list[Area] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    run: Any = None
    money: int = MONEY

    def __getattr__(self, name: str) -> User:
        if name.startswith("_") or name not in self.__dict__.get("users", {}):
            raise AttributeError(name)
        return self.users[name]

    def draft(self) -> Batch:
        """The month's batch, drawn."""
        batch = actions.draw_up(self.run, acting_user=self.maker, on=TODAY)
        assert batch is not None
        return batch

    def frozen(self, batch: Batch | None = None) -> Batch:
        """A batch handed to the checker."""
        batch = batch or self.draft()
        return actions.freeze(batch, **declared(batch), acting_user=self.maker, on=TODAY)

    def cleared(self, batch: Batch) -> Batch:
        """Whatever the gate found on a sent batch is let through, by two where two are needed."""
        return all_cleared(batch, self.checker, self.chief, TODAY)

    def approved(self, batch: Batch | None = None) -> Batch:
        """A batch approved as it was seen."""
        batch = self.cleared(self.frozen(batch))
        return actions.approve(batch, content_sha256=batch.content_sha256, acting_user=self.checker, on=TODAY)

    def sealed(self, batch: Batch | None = None) -> Batch:
        """A released batch whose file is sealed."""
        return actions.release(self.approved(batch), acting_user=self.chief, on=TODAY)

    def submitted(self, batch: Batch | None = None) -> Batch:
        """A batch that went to the bank."""
        batch = self.sealed(batch)
        actions.download(batch, reason="送农商行网银", acting_user=self.maker, on=TODAY)
        return actions.submit(batch, acting_user=self.maker, on=TODAY)

    def answer(self, batch: Batch, failing: dict[Any, str] | None = None, missing: tuple[int, ...] = ()) -> bytes:
        """What the bank says to a batch."""
        sealed = batch.bank_file
        return reply(sealed.content(), on=TODAY, failing=failing or {}, missing=missing, layout=sealed.format)

    def imported(
        self, batch: Batch, failing: dict[Any, str] | None = None, missing: tuple[int, ...] = ()
    ) -> ReturnFile:
        """The bank's answer, taken over."""
        content = self.answer(batch, failing, missing)
        return actions.import_return(batch, content=content, acting_user=self.maker, on=TODAY)

    def next_month(self, month: date) -> MonthRun:
        """A later month, confirmed, for the same families and amounts."""
        with act(Verb.LOAD_DEMO, acting_user=User.objects.system(), on=TODAY):
            self.run = _confirmed(self, month, lambda run, chunk: _carry_over(self.run, run, chunk))
        return self.run

    def sequence_of(self, instruction: Instruction) -> int:
        """Where a payment stands in its batch's file."""
        order = instruction.batch.instructions.order_by("township__code", "entitlement_id")
        return list(order.values_list("pk", flat=True)).index(instruction.pk) + 1

    def put_account_away(self, household: Household) -> None:
        """The family has no account in use any more."""
        with act(Verb.REJECT_ACCOUNT, acting_user=self.users["leader"], on=TODAY, subject=household):
            household.accounts.filter(state=AccountState.APPROVED).update(state=AccountState.REPLACED)

    def appoint(self, user: User, role: str) -> None:
        """One more post for somebody."""
        with act(Verb.APPOINT, acting_user=self.users["admin"], on=TODAY, subject=user):
            Posting.objects.create(user=user, area=self.townships[0].parent, role=role, since=date(2020, 1, 1))
        user.__dict__.pop("_postings", None)

    def new_account(self, household: Household, number: str, name: str | None = None) -> BankAccount:
        """An account approved by a second person; the one in use gives way."""
        with act(Verb.PROPOSE_ACCOUNT, acting_user=self.users["caseworker"], on=TODAY, subject=household):
            holder = household.head
            if name is not None:
                Person.objects.filter(pk=holder.pk).update(name=name)
            account = account_of(household, number, by=self.users["caseworker"])
            account.save()
            household.accounts.filter(state=AccountState.APPROVED).update(state=AccountState.REPLACED)
            BankAccount.objects.filter(pk=account.pk).update(
                state=AccountState.APPROVED, decided_by=self.users["leader"], decided_on=TODAY
            )
        account.refresh_from_db()
        return account


def funded(
    office: Any, amount_fen: int, *, document: str = "吉财社〔2024〕1号", scheme: str = "", on: date = TODAY
) -> None:
    """So much money, entered by the maker from its document and approved by the checker."""
    told = {"source": "PROVINCIAL", "scheme": scheme, "document": document, "issued_on": on, "on": on}
    one = actions.propose_appropriation(**told, amount_fen=amount_fen, acting_user=office.maker)
    actions.approve_proposal(one, acting_user=office.checker, on=on)


def declared(batch: Batch) -> dict[str, int]:
    """Count and total as the signed roster says them."""
    content = content_of(batch)
    return {"declared_count": content.count, "declared_total_fen": content.total_fen}


def all_cleared(batch: Batch, one: User, another: User, on: date) -> Batch:
    """Every finding let through by one, confirmed by another where two are needed."""
    waiting = list(Finding.objects.of(batch).filter(state=FindingState.OPEN).values_list("pk", flat=True))
    if waiting:
        actions.clear_findings(batch, findings=waiting, ground="已与乡镇核对无误", acting_user=one, on=on)
    grave = list(Finding.objects.of(batch).filter(state=FindingState.SECOND).values_list("pk", flat=True))
    if grave:
        actions.confirm_overrides(batch, findings=grave, acting_user=another, on=on)
    return batch


def account_of(household: Household, number: str, *, by: User) -> BankAccount:
    """An unsaved proposal."""
    account = BankAccount(
        household=household,
        holder=household.head,
        payee_kind=PayeeKind.HEAD,
        bank_name="蛟河农商行",
        proposed_by=by,
        proposed_on=TODAY,
    )
    account.set_number(number)
    return account


def open_office(families: int = 4, *, amount: Callable[[int], int] = lambda n: 30000 + 1050 * n) -> PayOffice:
    """The office on 2024-05-20 with a confirmed May: family n is due ``amount(n)`` fen."""
    office = PayOffice()
    OfficeDate.objects.update_or_create(pk=1, defaults={"day": TODAY})
    with act(Verb.LOAD_DEMO, acting_user=User.objects.system(), on=TODAY):
        _hire(office)
        for n in range(families):
            office.households.append(_family(office, n))
        office.run = _month(office, amount)
    funded(office, office.money)
    return office


def _hire(office: PayOffice) -> None:
    def area(code: str, name: str, level: Level, kind: Area.Kind, parent: Area | None) -> Area:
        given = {"name": name, "level": level, "kind": kind, "parent": parent}
        return Area.objects.get_or_create(code=code, defaults=given)[0]

    county = area("220281", "蛟河市", Level.COUNTY, Area.Kind.COUNTY, None)
    for code, name in (("220281100", "新站镇"), ("220281101", "天岗镇")):
        office.townships.append(area(code, name, Level.TOWNSHIP, Area.Kind.TOWN, county))
    posts = [(name, role, county) for name, role in POSTS.items()]
    posts += [
        ("caseworker", Role.CASEWORKER, office.townships[0]),
        ("leader", Role.TOWNSHIP_LEADER, office.townships[0]),
    ]
    posts += [("stranger", Role.CASEWORKER, office.townships[1])]
    for name, role, place in posts:
        user = User(username=f"pay-{name}", name=f"测试{name}")
        user.set_password(PASSWORD)
        user.save()
        Posting.objects.create(user=user, area=place, role=role, since=date(2020, 1, 1))
        office.users[name] = user


def _family(office: PayOffice, n: int) -> Household:
    head = Person(name=f"户主{'甲乙丙丁戊己庚辛壬癸'[n % 10]}·{n}", birth_date=date(1970, 1, 1), sex="MALE")
    head.id_number_mask, head.id_number_sealed, head.id_number_index = "220281********0000", b"-", f"id{n}".encode()
    head.save()
    township = office.townships[n % 2]
    given = {"head": head, "township": township, "village": township, "area_kind": AreaKind.RURAL}
    household = Household.objects.create(number=f"2202811002400{n:04d}", **given)
    account = account_of(household, f"62170000100012{n:05d}", by=office.users["caseworker"])
    account.save()
    BankAccount.objects.filter(pk=account.pk).update(
        state=AccountState.APPROVED, decided_by=office.users["leader"], decided_on=TODAY
    )
    return household


def _month(office: PayOffice, amount: Callable[[int], int]) -> MonthRun:
    def lines(run: MonthRun, chunk: Chunk) -> None:
        for n, household in enumerate(office.households):
            _line(office, run, chunk, household, amount(n))

    return _confirmed(office, MAY, lines)


def _confirmed(office: PayOffice, month: date, lines: Callable[[MonthRun, Chunk], None]) -> MonthRun:
    run = MonthRun.objects.create(
        month=month, started_by=office.maker, started_on=TODAY, units=len(office.households), law_digest="0" * 64
    )
    lines(run, Chunk.objects.create(run=run, number=1, award_ids=[]))
    total = run.lines.aggregate(fen=Sum("amount_fen"))["fen"]
    done = {"state": ChunkState.DONE, "rows": run.units, "total_fen": total, "lines_sha256": "0" * 64}
    run.chunks.update(**done)
    MonthRun.objects.filter(pk=run.pk).update(state=RunState.CALCULATED, total_fen=total)
    confirmed = {"state": RunState.CONFIRMED, "confirmed_by": office.checker, "confirmed_on": TODAY}
    MonthRun.objects.filter(pk=run.pk).update(**confirmed)
    run.refresh_from_db()
    return run


def _carry_over(before: MonthRun, run: MonthRun, chunk: Chunk) -> None:
    for line in before.lines.order_by("pk"):
        line.pk, line.run, line.chunk, line.month, line.change = None, run, chunk, run.month, Change.SAME
        line.save(force_insert=True)


def _line(office: PayOffice, run: MonthRun, chunk: Chunk, household: Household, fen: int) -> None:
    declaration = Declaration.objects.create(
        household=household,
        effective_on=TODAY,
        area_kind=AreaKind.RURAL,
        incomes_known=True,
        financial_assets_known=True,
        other_assets_known=True,
    )
    digests = {"facts_digest": "0" * 64, "policy_digest": "0" * 64, "law_digest": "0" * 64}
    empty: dict[str, Any] = {"facts": {}, "answer": {"category": "DIBAO", "steps": []}, "terms": {}, "refs": {}}
    assessment = Assessment.objects.create(
        household=household, declaration=declaration, as_of=APRIL, made_by=office.reviewer, **digests, **empty
    )
    decision = Decision.objects.create(
        household=household,
        kind=DecisionKind.START,
        decided_on=APRIL,
        effective_month=MAY,
        decided_by=office.reviewer,
        assessment=assessment,
        sentence="起发低保",
    )
    given = {"household": household, "township": household.township, "scheme": Scheme.DIBAO}
    award = Award.objects.create(decision=decision, first_month=MAY, terms={}, **given)
    CalcLine.objects.create(
        run=run, chunk=chunk, award=award, month=MAY, amount_fen=fen, parts=[], change=Change.NEW, **given
    )


def sql(statement: str, *values: Any) -> None:
    """A statement as the application's role."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
