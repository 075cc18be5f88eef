"""Somebody died alone, and money is still owed: who receives it, how far, and who may not."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.applications.actions import open_document, propose_heir, record_death, remove_document
from apps.applications.models import OF_AN_HEIR, Document, DocumentKind
from apps.applications.tests import factories as f
from apps.applications.tests.papers import PDF
from apps.audit.models import Record
from apps.audit.verbs import Verb
from apps.awards.tests import factories as a
from apps.core.month import Month
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import Relation
from apps.households.actions import approve_account, reject_account, reveal
from apps.households.family import HeirEntry
from apps.households.idnumber import IdNumber, read
from apps.households.models import AccountState, BankAccount, HeirProof, HeirRelation, Household, Person
from apps.payments import actions as money
from apps.payments.enums import FindingKind
from apps.payments.examination import look_through
from apps.payments.facts import drawable, still_owed, without_account
from apps.payments.invariants import broken_invariants
from apps.payments.mending import failed_payments, waiting
from apps.payments.models import Entitlement, Instruction
from apps.payments.tests import course as c
from apps.payments.tests.office import all_cleared, declared, sql
from apps.payments.views.statement import account_of
from apps.payments.wording import said

pytestmark = pytest.mark.django_db

DECIDED, DIED, TOLD, NEXT = date(2024, 3, 20), date(2024, 5, 3), date(2024, 5, 20), date(2024, 5, 21)
APRIL, MAY, JUNE = (Month(2024, n) for n in (4, 5, 6))
CARD, PAPERS = "6228480402564890018", {kind: (f"{kind.label}.pdf", PDF) for kind in OF_AN_HEIR}


@dataclass
class Scene:
    """The office in June: one family died out with money owed, one goes on."""

    office: a.Office
    alone: Household
    others: Household


def died(office: a.Office, family: Household, person: Person, day: date) -> None:
    """The township puts the death on file."""
    told: dict[str, Any] = {"evidence": "医院死亡证明", "sections": {}, "acting_user": office.caseworker, "on": TOLD}
    record_death(person, died_on=day, **told)


def daughter(**other: Any) -> HeirEntry:
    """谭小凤, the only daughter, who lives elsewhere."""
    entry = HeirEntry(
        name="谭小凤",
        number=id_number(date(1980, 6, 1)),
        relation=HeirRelation.CHILD,
        proof=HeirProof.KINSHIP,
        ground="独生女，村委会证明无其他近亲属。",
        bank_name="吉林银行",
        account=CARD,
    )
    return replace(entry, **other)


def id_number(born: date) -> IdNumber:
    return read(a.number_of(born), on=NEXT)


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """April was paid, May refused by the bank; he died on 3 May, told on the 20th; from April the standard is higher.

    560.00 − 5,058.00 ÷ 12 = 138.50, and 60 % of 560.00 for the severely disabled: 336.00; 474.50 a month.
    From April 565.00: 5.00 and 3.00 more, 8.00 for April and 8.00 for May.
    """
    with f.undone(django_db_blocker):
        office = a.office()
        tan = a.member("谭孤", date(1960, 2, 2), grade=1)
        alone = c.granted(office, on=DECIDED, members=(tan,), income_fen=505_800)
        others = c.granted(office, on=DECIDED)
        c.paid(office, APRIL.first())
        batch = c.sealed(office, MAY.first())
        assert batch is not None
        c.settled(office, batch, on=date(2024, 5, 10), failing={1: "52"})
        died(office, alone, alone.head, DIED)
        c.adopted(office, "565", start=APRIL.first(), on=TOLD)
        look_through()
        for family in (alone, others):
            c.corrected(office, family, on=TOLD)
        yield Scene(office, alone, others)


@pytest.fixture
def s(lived: Scene, db: None) -> Iterator[Scene]:
    with f.undone():
        yield lived


def proposed(s: Scene, **other: Any) -> BankAccount:
    return propose_heir(s.alone, entry=daughter(**other), papers=PAPERS, acting_user=s.office.caseworker, on=NEXT)


def in_use(s: Scene, **other: Any) -> BankAccount:
    return approve_account(proposed(s, **other), acting_user=s.office.leader, on=NEXT)


def refusal(action: Any, *args: Any, **given: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as told, transaction.atomic():
        action(*args, **given)
    return told.value.code, told.value.field


def test_what_is_owed_and_the_next_step_are_named(s: Scene) -> None:
    assert still_owed(s.alone, DIED) == [(APRIL.first(), 800), (MAY.first(), 47450 + 800)]
    (failed,) = failed_payments(Entitlement.objects.failed().filter(household=s.alone))
    hint = "收款人已去世，家中已无人，请乡镇（街道）登记遗属代领"
    assert (failed.hint, failed.accounts.wants_heir) == (hint, True)
    waits = waiting(without_account().filter(household=s.alone))
    assert [(one.entitlement.amount_fen, one.hint) for one in waits] == [(800, hint), (800, hint)]


def test_the_daughter_receives_what_was_owed_up_to_the_month_of_the_death(s: Scene) -> None:
    office = s.office
    account = in_use(s)
    assert (account.owed_through, account.heir_of, account.state) == (MAY.first(), s.alone.head, AccountState.APPROVED)
    assert (account.holder.name, account.holder.memberships.count()) == ("谭小凤", 0)
    assert [one.kind for one in account.papers.order_by("pk")] == list(OF_AN_HEIR)

    again = money.reissue(Entitlement.objects.failed(), acting_user=office.maker, on=NEXT)
    assert list(again.instructions.values_list("payee_name", "amount_fen")) == [("谭小凤", 47450)]
    june = c.sealed(office, JUNE.first())
    assert june is not None
    hers = june.instructions.filter(account=account)
    assert list(hers.values_list("entitlement__month", "payee_name", "amount_fen").order_by("entitlement__month")) == [
        (APRIL.first(), "谭小凤", 800),
        (MAY.first(), "谭小凤", 800),
    ]
    for batch in (again, june):
        c.settled(office, batch, on=date(2024, 6, 10))
        assert (
            batch.bank_file.content().decode("gb18030").count("谭小凤")
            == batch.instructions.filter(account=account).count()
        )
    # 474.50 in April, then 474.50 and 8.00 + 8.00 to the daughter: 965.00.
    assert c.money_of(s.alone) == (47450 + 47450 + 1600, 0, 0)
    told = {one.month: (one.paid, one.open, one.heirs) for one in account_of(s.alone, office.caseworker).months}
    assert told == {
        APRIL.first(): (47450 + 800, 0, ["谭小凤（子女）代领"]),
        MAY.first(): (47450 + 800, 0, ["谭小凤（子女）代领"]),
    }
    assert broken_invariants() == []
    assert not Instruction.objects.filter(account=account, entitlement__month__gt=MAY.first()).exists()


def test_the_gate_says_so_and_two_persons_let_it_through(s: Scene) -> None:
    office = s.office
    in_use(s)
    batch = money.reissue(Entitlement.objects.failed(), acting_user=office.maker, on=NEXT)
    batch = money.freeze(batch, **declared(batch), acting_user=office.maker, on=NEXT)
    found = {one.kind: one for one in batch.findings.all()}
    assert set(found) == {FindingKind.DECEASED, FindingKind.ACCOUNT_CHANGED}
    assert said(found[FindingKind.DECEASED]) == "遗属代领：本人已于2024年5月3日死亡，家中已无人，只领到死亡当月"
    assert found[FindingKind.DECEASED].grave
    told = {"content_sha256": batch.content_sha256, "acting_user": office.checker, "on": NEXT}
    assert refusal(money.approve, batch, **told)[0] == "findings_open"
    all_cleared(batch, office.checker, office.chief, NEXT)
    money.approve(batch, **told)


def test_nothing_of_a_later_month_goes_to_the_heir(s: Scene) -> None:
    """June was drawn before anybody told of the death: its 482.50 waits for a 重算, in no batch of the heir's."""
    office = s.office
    account = in_use(s)
    june = Entitlement.objects.filter(household=s.alone, kind="SUPPLEMENT", month=MAY.first()).get()
    with f.act(Verb.LOAD_DEMO, acting_user=office.caseworker, on=NEXT):
        june.pk, june.month, june.amount_fen = None, JUNE.first(), 48250
        june.save(force_insert=True)
        assert set(drawable(JUNE.first()).filter(household=s.alone).values_list("amount_fen", flat=True)) == {800}
        (late,) = waiting(without_account(JUNE.first()).filter(household=s.alone))
        assert (late.reason, late.hint) == ("死亡以后的月份，遗属不能领", "死亡次月起不再发放，请先办理重算")
        batch = money.reissue(Entitlement.objects.failed(), acting_user=office.maker, on=NEXT)
        with pytest.raises(DatabaseError, match="pays exactly what is owed"), transaction.atomic():
            batch.instructions.create(
                entitlement=june, end_to_end_id=account.uuid, township=office.town, account=account, amount_fen=48250
            )


def test_a_draft_that_pays_the_dead_is_pointed_to_the_heir_but_for_later_months(s: Scene) -> None:
    office = s.office
    (failed,) = Entitlement.objects.failed()
    with f.act(Verb.LOAD_DEMO, acting_user=office.caseworker, on=NEXT):
        before = Instruction.objects.get(entitlement=failed).account
        account = in_use(s)
        batch = money.reissue([failed], acting_user=office.maker, on=NEXT)
        later = Entitlement.objects.filter(household=s.alone, kind="SUPPLEMENT", month=MAY.first()).get()
        later.pk, later.month, later.seq = None, JUNE.first(), 9
        later.save(force_insert=True)
        of_june = batch.instructions.create(
            entitlement=later, end_to_end_id=account.uuid, township=office.town, account=before, amount_fen=800
        )
        batch.instructions.filter(entitlement=failed).update(account=before, payee_name="谭孤")
    money.refresh_accounts(batch, acting_user=office.maker, on=NEXT)
    of_june.refresh_from_db()
    assert batch.instructions.get(entitlement=failed).payee_name == "谭小凤"
    assert of_june.account == before


def test_while_somebody_could_receive_it_nobody_inherits(s: Scene) -> None:
    office, told = s.office, {"entry": daughter(), "papers": PAPERS, "acting_user": s.office.caseworker, "on": NEXT}
    assert refusal(propose_heir, s.others, **told)[0] == "payee_lives"
    died(office, s.others, s.others.head, TOLD)
    assert refusal(propose_heir, s.others, **told)[0] == "somebody_left"
    with f.act(Verb.LOAD_DEMO, acting_user=office.caseworker, on=NEXT):
        s.others.memberships.filter(until=None).update(until=NEXT)
        Person.objects.filter(pk=s.others.head_id).update(died_on=None)
        s.others.accounts.update(state=AccountState.REPLACED)
    assert refusal(propose_heir, s.others, **told)[0] == "nobody_died"


def test_who_may_not_be_the_heir_is_told_beside_the_field(s: Scene) -> None:
    dead = read(s.alone.head.full_id_number(), on=NEXT)
    assert refusal(proposed, s, number=dead, name="谭孤") == ("own_heir", "id_number")
    wife = next(one.person for one in s.others.memberships.all() if one.relation == Relation.SPOUSE)
    number = read(wife.full_id_number(), on=NEXT)
    assert refusal(proposed, s, number=number, name="钱三") == ("name_differs", "name")
    assert proposed(s, number=number, name=wife.name).holder == wife
    died(s.office, s.others, wife, TOLD)
    assert refusal(proposed, s, number=number, name=wife.name) == ("heir_died", "id_number")
    assert refusal(proposed, s, ground="  ") == ("reason_needed", "ground")


def test_without_each_of_the_papers_nothing_is_put_down(s: Scene) -> None:
    told: dict[str, Any] = {"entry": daughter(), "acting_user": s.office.caseworker, "on": NEXT}
    for kind in OF_AN_HEIR:
        some = {one: paper for one, paper in PAPERS.items() if one != kind}
        assert refusal(propose_heir, s.alone, papers=some, **told) == ("paper_missing", kind.lower())
    broken = {**PAPERS, DocumentKind.KINSHIP: ("证明.docx", b"PK")}
    assert refusal(propose_heir, s.alone, papers=broken, **told) == ("document_type", "kinship")
    assert not s.alone.accounts.filter(state=AccountState.PROPOSED).exists()


def test_it_is_the_township_s_and_takes_two(s: Scene) -> None:
    office = s.office
    for user in (office.stranger, office.leader, office.reviewer, office.maker):
        told = {"entry": daughter(), "papers": PAPERS, "acting_user": user, "on": NEXT}
        assert refusal(propose_heir, s.alone, **told)[0] == "not_permitted"
    account = proposed(s)
    with f.act(Verb.APPOINT, acting_user=office.chief, on=NEXT):
        office.caseworker.postings.create(area=office.town, role="TOWNSHIP_LEADER", since=DECIDED)
    both = type(office.caseworker).objects.get(pk=office.caseworker.pk)
    assert refusal(approve_account, account, acting_user=both, on=NEXT)[0] == "own_work"
    reject_account(account, acting_user=office.leader, on=NEXT, reason="证明上没有公章")
    record = Record.objects.get(verb=Verb.PROPOSE_HEIR)
    assert (record.user, record.area) == (office.caseworker, office.town)
    assert CARD not in str(record.payload) + record.reason + record.subject_label


def test_the_papers_stay_and_every_look_is_on_record(s: Scene) -> None:
    paper = proposed(s).papers.get(kind=DocumentKind.DEATH)
    assert open_document(paper, acting_user=s.office.leader, on=NEXT) == PDF
    assert refusal(open_document, paper, acting_user=s.office.stranger, on=NEXT)[0] == "not_permitted"
    assert refusal(remove_document, paper, acting_user=s.office.caseworker, on=NEXT)[0] == "not_a_draft"
    told = {"acting_user": s.office.leader, "on": NEXT, "reason": "与复印件核对"}
    assert reveal(paper.account, "holder", **told) == paper.account.holder.full_id_number()
    for user, sees in ((s.office.caseworker, 3), (s.office.auditor, 3), (s.office.stranger, 0)):
        assert Document.objects.visible_to(user).filter(account=paper.account).count() == sees
    assert Record.objects.about(paper.account).filter(verb__in=[Verb.OPEN_DOCUMENT, Verb.REVEAL]).count() == 2


def test_the_heir_s_own_account_may_be_one_that_pays_a_family(s: Scene) -> None:
    """The brother is on benefit himself; the gate shows it, nobody is refused."""
    number = s.others.accounts.get().full_number()
    in_use(s, account=number)
    batch = money.reissue(Entitlement.objects.failed(), acting_user=s.office.maker, on=NEXT)
    batch = money.freeze(batch, **declared(batch), acting_user=s.office.maker, on=NEXT)
    assert batch.findings.filter(kind=FindingKind.SHARED_ACCOUNT).exists()


def test_when_somebody_came_back_an_heir_is_not_approved(s: Scene) -> None:
    account, office = proposed(s), s.office
    with f.act(Verb.LOAD_DEMO, acting_user=office.caseworker, on=NEXT):
        s.alone.memberships.create(person=account.holder, relation=Relation.CHILD, since=NEXT)
    assert refusal(approve_account, account, acting_user=office.leader, on=NEXT)[0] == "somebody_left"
    reject_account(account, acting_user=office.leader, on=NEXT, reason="女儿已迁回本户")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("owed_through = '2024-06-01'", "an heir receives"),
        ("owed_through = NULL", "an heir receives"),
        ("heir_of_id = holder_id", "an heir receives"),
        ("heir_proof = ''", "heir_is_fully_known"),
        ("heir_ground = ''", "heir_is_fully_known"),
        ("payee_kind = 'HEAD'", "heir_is_fully_known"),
        ("decided_by_id = proposed_by_id, state = 'APPROVED'", "account_approved_by_another"),
    ],
)
def test_the_database_refuses_it_too(s: Scene, change: str, says: str) -> None:
    account = proposed(s)
    with (
        f.act(Verb.LOAD_DEMO, acting_user=s.office.caseworker, on=NEXT),
        pytest.raises((IntegrityError, DatabaseError), match=says),
        transaction.atomic(),
    ):
        sql(f"UPDATE households_bankaccount SET {change} WHERE id = %s", account.pk)  # noqa: S608 - written above


def test_the_database_knows_whether_somebody_is_left(s: Scene) -> None:
    account = proposed(s)
    with (
        f.act(Verb.LOAD_DEMO, acting_user=s.office.caseworker, on=NEXT),
        pytest.raises(DatabaseError, match="nobody is left"),
        transaction.atomic(),
    ):
        sql("UPDATE households_bankaccount SET household_id = %s WHERE id = %s", s.others.pk, account.pk)
    with (
        f.act(Verb.LOAD_DEMO, acting_user=s.office.caseworker, on=NEXT),
        pytest.raises(IntegrityError, match="paper_of_a_case_or_an_account"),
        transaction.atomic(),
    ):
        sql("UPDATE applications_document SET account_id = NULL WHERE account_id = %s", account.pk)


def page_of(user: Any, address: str) -> tuple[int, str]:
    response = at_desk(user).get(address)
    return response.status_code, response.content.decode()


def at_desk(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**other: Any) -> dict[str, Any]:
    """The form as filled in at the desk."""
    given: dict[str, Any] = {
        "name": "谭小凤",
        "id_number": a.number_of(date(1980, 6, 1)),
        "relation": "CHILD",
        "proof": "KINSHIP",
        "ground": "独生女，村委会证明无其他近亲属。",
        "bank_name": "吉林银行",
        "number": CARD,
    }
    files = {kind.lower(): SimpleUploadedFile(f"{kind}.pdf", PDF) for kind in OF_AN_HEIR}
    return given | files | other


def test_every_page_leads_to_the_form_and_the_form_to_the_leader(s: Scene) -> None:
    worker, leader = s.office.caseworker, s.office.leader
    a.office_date(NEXT)
    form = reverse("family-heir", args=[s.alone.uuid])
    family = s.alone.get_absolute_url()
    for address in (family, reverse("failed-list")):
        assert form in page_of(worker, address)[1]
    assert "还有 490.50 元待发，家中已无人，须登记遗属代领" in page_of(worker, family)[1]
    assert page_of(worker, reverse("account-new", args=[s.alone.uuid]))[0] == 409
    status, shown = page_of(worker, form)
    assert status == 200
    assert "现在待发：2024年4月 8.00 元，2024年5月 482.50 元；" in shown

    assert at_desk(worker).post(form, typed()).status_code == 302
    account = s.alone.accounts.get(state=AccountState.PROPOSED)
    approve = reverse("account-approve", args=[account.uuid])
    assert approve in page_of(leader, reverse("account-list"))[1]
    shown = page_of(leader, approve)[1]
    for words in ("谭小凤", "子女", "亲属关系证明", "独生女", "死亡证明", "存折或银行卡"):
        assert words in shown
    assert CARD not in shown
    assert at_desk(leader).post(approve).status_code == 302
    shown = page_of(worker, family)[1]
    assert "谭小凤 代领" in shown
    assert "须登记遗属代领" not in shown
    assert "更换代领人" in shown
    assert "可重新发放" in page_of(worker, reverse("failed-list"))[1]


@pytest.mark.parametrize(
    ("other", "status", "field", "says"),
    [
        ({"number": "6228480402564890017"}, 422, "number", "校验位不符"),
        ({"id_number": "229999198006010001"}, 422, "id_number", "校验"),
        ({"relation": ""}, 422, "relation", "必填"),
        ({"death": ""}, 422, "death", "必填"),
        ({"kinship": SimpleUploadedFile("证明.docx", b"PK")}, 409, "kinship", "证明.docx：只收"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    s: Scene, other: dict[str, Any], status: int, field: str, says: str
) -> None:
    a.office_date(NEXT)
    given = typed(**other)
    answer = at_desk(s.office.caseworker).post(reverse("family-heir", args=[s.alone.uuid]), given)
    assert answer.status_code == status
    (wrong,) = answer.context["form"].errors.items()
    assert wrong[0] == field
    assert says in wrong[1].as_text()
    assert "三份材料请重新选择" in answer.content.decode()
    assert f'value="{given["id_number"]}"' in answer.content.decode(), "a mask instead could not be sent again"


def test_the_roster_names_the_heir_and_the_dead(s: Scene) -> None:
    in_use(s)
    batch = money.reissue(Entitlement.objects.failed(), acting_user=s.office.maker, on=NEXT)
    shown = page_of(s.office.maker, f"{reverse('batch-roster', args=[batch.pk])}?township=all")[1]
    assert "谭小凤" in shown
    assert "谭孤的遗属（子女）代领" in shown
