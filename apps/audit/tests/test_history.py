"""Every table with history, whatever way a row is written: the right row in the history, or the write is refused."""

# ruff: noqa: S608 - the names in the statements come from the models
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import Level, Role
from apps.applications.actions import pause_clock, propose_interruption, propose_relocation
from apps.applications.enums import PauseReason
from apps.applications.models import (
    Application,
    Applied,
    Delegation,
    Interruption,
    InterruptionKind,
    Notice,
    Objection,
    Pause,
    SpotCheck,
    SpotCheckDraw,
)
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.models import Award, AwardMember, Decision, MonthRun, Recognition
from apps.core.privileges import is_history
from apps.eligibility.models import ParameterChange
from apps.eligibility.policy.enums import Category, Relation, Scheme
from apps.eligibility.tests.builders_standards import proposed_standard
from apps.households.idnumber import read
from apps.households.models import AccountState, BankAccount, Household, Membership, PayeeKind, Person, Relocation
from apps.payments.enums import InstructionState, Purpose
from apps.payments.models import Batch, Instruction
from apps.takeover.models import RegisterUpload

ON = f.PAY_DAY
FAR = date(2040, 1, 1)
REASON = "核对后更正"
KEPT = sorted(
    (m for m in apps.get_models() if m.__module__.startswith("apps.") and hasattr(m, "history") and not is_history(m)),
    key=lambda model: model._meta.label,
)
# Of these nothing is ever deleted, declared or not.
NEVER_DELETED = {Batch, Instruction}

# What may be changed of each without breaking another rule.
CHANGE: dict[type[models.Model], tuple[str, Any]] = {
    Application: ("applicant_name", "改名"),
    Area: ("name", "改名"),
    Award: ("terms", {"改": 1}),
    AwardMember: ("last_month", FAR),
    BankAccount: ("bank_name", "改名银行"),
    Delegation: ("document", "改文号"),
    Objection: ("raised_by", "改名"),
    SpotCheck: ("sampled", True),
    Batch: ("submitted_on", FAR),
    Household: ("area_kind", "RURAL"),
    Instruction: ("failure_text", "改"),
    Membership: ("since", date(2020, 1, 1)),
    MonthRun: ("total_fen", 7),
    Notice: ("place", "村口"),
    ParameterChange: ("reason", "改"),
    Pause: ("text", "改"),
    Interruption: ("reason", "改"),
    Recognition: ("until", FAR),
    Relocation: ("reason", "改"),
    Person: ("name", "改名"),
    Posting: ("until", FAR),
    RegisterUpload: ("why_not", "改"),
    User: ("name", "改名"),
}

# A password leaves no versions; a draft is what a family may still take back.
UNKEPT: dict[type[models.Model], set[str]] = {User: {"password"}, Application: {"draft_sealed"}}
UNKEPT[RegisterUpload] = {"content_sealed", "errors", "warnings", "attempts"}
# Awards begin in few acts only; everything else here is done in one that has nothing to do with it.
ACTS: dict[type[models.Model], Verb] = {Award: Verb.DECIDE_AWARD}


@dataclass
class Lived:
    """An office that has paid a month, and what new rows can hang on."""

    o: f.Office
    waiting: Application
    newcomer: Person
    batch: Batch
    failed: Instruction


def new_of(lived: Lived, model: type[models.Model]) -> Any:
    """An unsaved row that breaks no rule."""
    o, family, case = lived.o, lived.waiting.household, lived.waiting
    other = Award.objects.get()
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
        Instruction: lambda: again(lived),
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
        User: lambda: User(username="新账号", name="新人", password="!"),
    }
    return (made | _of_the_workflow(lived) | of_its_life(lived))[model]()


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


def register_of(o: f.Office, name: str) -> RegisterUpload:
    """An old register handed in."""
    given = {"content_sealed": b"", "first_month": FAR, "uploaded_by": o.chief, "uploaded_on": ON}
    return RegisterUpload(file_name=name, sha256=name, **given)


def of_its_life(lived: Lived) -> dict[type[models.Model], Callable[[], Any]]:
    """What may happen to the family."""
    o, family = lived.o, lived.waiting.household
    told = {"household": family, "reason": "新说明", "proposed_by": o.caseworker, "proposed_on": ON}
    decision = Award.objects.get().decision
    low = Category.LOW_INCOME
    return {
        Interruption: lambda: Interruption(kind=InterruptionKind.RESUME, **told),
        Recognition: lambda: Recognition(household=family, category=low, decision=decision, since=ON),
        Relocation: lambda: Relocation(from_township=o.town, to_township=o.other_town, moved_on=ON, **told),
    }


def again(lived: Lived) -> Instruction:
    """A second attempt at a failed payment, in a draft batch."""
    old = lived.failed
    copied = {name: getattr(old, name) for name in ("entitlement", "township", "account", "payee_name", "account_mask")}
    return Instruction(
        **copied,
        end_to_end_id="00000000-0000-4000-8000-000000000001",
        attempt_no=9,
        batch=lived.batch,
        amount_fen=old.amount_fen,
    )


def by(o: f.Office) -> dict[str, Any]:
    return {"acting_user": o.caseworker, "on": ON}


@pytest.fixture(scope="module")
def shared(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lived]:
    with f.undone(django_db_blocker):
        o = f.office()
        f.confirmed(o)
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
            draft = Batch.objects.create(
                number="B0", month=f.JUNE, purpose=Purpose.REISSUE, drawn_by=o.maker, drawn_on=ON
            )
            Notice.objects.filter(application=waiting).update(taken_down_on=ON)
            waiting.household.accounts.update(state=AccountState.REPLACED)
            # The one that is paid does not change any more.
            MonthRun.objects.create(month=date(2039, 1, 1), started_by=o.maker, started_on=ON, units=0, law_digest="")
            register_of(o, "旧册").save()
        happened_to(o, Award.objects.get())
        proposed_standard(o.chief, on=ON, start=FAR)
        pause_clock(f.accepted(o, f.the_zhaos(o, name="李戊")), reason=PauseReason.CHECK, text="", **by(o))
        yield Lived(o, waiting, newcomer, draft, Instruction.objects.get(batch=batch))


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


@pytest.fixture
def lived(shared: Lived) -> Iterator[Lived]:
    with f.undone():
        yield shared


def columns(model: type[models.Model]) -> list[str]:
    """The columns of a row that its history repeats."""
    excluded = UNKEPT.get(model, set())
    return [field.column for field in model._meta.concrete_fields if field.name not in excluded]


def history_of(model: type[models.Model]) -> str:
    return model.history.model._meta.db_table  # type: ignore[attr-defined]


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def insert(row: models.Model) -> None:
    """INSERT by hand, past Django's models."""
    given = [field for field in row._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in given)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in given]
    marks = ", ".join(["%s"] * len(values))
    row.pk = rows(f'INSERT INTO "{row._meta.db_table}" ({names}) VALUES ({marks}) RETURNING id', *values)[0][0]


def bulk_create(row: models.Model) -> None:
    type(row)._base_manager.bulk_create([row])


def change_by_save(row: models.Model) -> None:
    row.save()


def change_by_update(row: models.Model) -> None:
    name = CHANGE[type(row)][0]
    type(row)._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name)})


def change_by_bulk_update(row: models.Model) -> None:
    type(row)._base_manager.bulk_update([row], [CHANGE[type(row)][0]])


def change_by_sql(row: models.Model) -> None:
    field = row._meta.get_field(CHANGE[type(row)][0])
    value = field.get_db_prep_save(getattr(row, field.name), connection)
    rows(f'UPDATE "{row._meta.db_table}" SET "{field.column}" = %s WHERE id = %s', value, row.pk)


def delete_by_sql(row: models.Model) -> None:
    rows(f'DELETE FROM "{row._meta.db_table}" WHERE id = %s', row.pk)


def delete_by_queryset(row: models.Model) -> None:
    type(row)._base_manager.filter(pk=row.pk).delete()


INSERTS = {"save": models.Model.save, "bulk_create": bulk_create, "sql": insert}
UPDATES = {
    "save": change_by_save,
    "update": change_by_update,
    "bulk_update": change_by_bulk_update,
    "sql": change_by_sql,
}
DELETES = {"delete": models.Model.delete, "queryset": delete_by_queryset, "sql": delete_by_sql}


def written(
    lived: Lived, model: type[models.Model], sign: str, write: Callable[[], Any], pk: Callable[[], Any]
) -> None:
    """The write leaves exactly one historical row: sign, person, act, reason, and the values as they stood."""
    table, names = history_of(model), ", ".join(f'"{column}"' for column in columns(model))
    (last,) = rows(f"SELECT coalesce(max(history_id), 0) FROM {table}")[0]
    before = rows(f'SELECT {names} FROM "{model._meta.db_table}" WHERE id = %s', pk() or 0)
    verb = ACTS.get(model, Verb.APPOINT)
    with act(verb, acting_user=lived.o.colleague, on=ON, reason=REASON) as record:
        write()
    left = rows(
        f"SELECT history_type, history_user_id, act_id, history_change_reason FROM {table} WHERE history_id > %s", last
    )
    assert left == [(sign, lived.o.colleague.pk, record.pk, REASON)]
    kept = rows(f"SELECT {names} FROM {table} WHERE history_id > %s", last)
    now = rows(f'SELECT {names} FROM "{model._meta.db_table}" WHERE id = %s', pk() or 0)
    assert kept == (before if sign == "-" else now)
    assert sign == "-" or now != before


def changed(lived: Lived, model: type[models.Model]) -> Any:
    """A row of the office with something new in it, unsaved."""
    row = lived.failed if model is Instruction else model._base_manager.order_by("pk").last()
    row = model._base_manager.get(pk=row.pk)
    setattr(row, *CHANGE[model])
    return row


@pytest.mark.parametrize("way", INSERTS)
@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_a_new_row_is_in_the_history(lived: Lived, model: type[models.Model], way: str) -> None:
    row = new_of(lived, model)
    written(lived, model, "+", lambda: INSERTS[way](row), lambda: row.pk)


@pytest.mark.parametrize("way", UPDATES)
@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_a_changed_row_is_in_the_history(lived: Lived, model: type[models.Model], way: str) -> None:
    row = changed(lived, model)
    written(lived, model, "~", lambda: UPDATES[way](row), lambda: row.pk)


# Django would take a deleted user's name out of the history first, which nobody may write.
DELETABLE = [(m, way) for m in KEPT for way in DELETES if m not in NEVER_DELETED and (m is not User or way == "sql")]


@pytest.mark.parametrize(("model", "way"), DELETABLE, ids=lambda part: getattr(part, "__name__", part))
def test_a_deleted_row_is_in_the_history(lived: Lived, model: type[models.Model], way: str) -> None:
    row = new_of(lived, model)
    with act(ACTS.get(model, Verb.APPOINT), acting_user=lived.o.colleague, on=ON):
        row.save()
    pk = row.pk
    written(lived, model, "-", lambda: DELETES[way](row), lambda: pk)


@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_no_way_writes_without_a_declared_act(lived: Lived, model: type[models.Model]) -> None:
    row = changed(lived, model)
    ways = [lambda w=w: w(new_of(lived, model)) for w in INSERTS.values()]
    ways += [lambda w=w: w(row) for w in (*UPDATES.values(), delete_by_sql)]
    for way in ways:
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            way()
        codes = {"JH001", "JH003"} if model in NEVER_DELETED else {"JH001"}
        assert refused.value.__cause__.pgcode in codes  # type: ignore[union-attr]


@pytest.mark.parametrize("model", NEVER_DELETED, ids=lambda m: m.__name__)
def test_payments_are_cancelled_never_deleted(lived: Lived, model: type[models.Model]) -> None:
    with act(Verb.APPOINT, acting_user=lived.o.maker, on=ON):
        row = new_of(lived, model)
        row.save()
        with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
            delete_by_sql(row)


@pytest.mark.parametrize("model", KEPT, ids=lambda m: m.__name__)
def test_history_repeats_every_column(lived: Lived, model: type[models.Model]) -> None:
    own = {"history_id", "history_date", "history_type", "history_user_id", "history_change_reason", "act_id"}
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    here = {name for (name,) in rows(query, model._meta.db_table)} - UNKEPT.get(model, set())
    there = {name for (name,) in rows(query, history_of(model))}
    assert there == here | own


def test_many_rows_of_one_statement_are_each_kept(lived: Lived) -> None:
    with act(Verb.LOAD_AREAS, acting_user=lived.o.admin, on=ON) as record:
        changed_rows = Area.objects.update(is_active=False)
        removed = Area.objects.filter(pk__in=[lived.o.village.pk + 10_000]).delete()
    assert Area.history.filter(act=record).count() == changed_rows == Area.objects.count()
    assert removed[0] == 0


def test_a_new_password_is_neither_kept_nor_a_change(lived: Lived) -> None:
    with act(Verb.CHANGE_PASSWORD, acting_user=lived.o.auditor, on=ON) as record:
        User.objects.filter(pk=lived.o.auditor.pk).update(password="geheim")
    assert not User.history.filter(act=record).exists()
    assert "password" not in {field.name for field in User.history.model._meta.fields}


def test_a_reason_longer_than_the_library_keeps_is_cut_not_refused(lived: Lived) -> None:
    with act(Verb.LOAD_AREAS, acting_user=lived.o.admin, on=ON, reason="长" * 300) as record:
        Area.objects.filter(pk=lived.o.village.pk).update(name="改")
    assert Area.history.get(act=record).history_change_reason == "长" * 100
    assert record.reason == "长" * 300


def test_inside_a_part_of_an_act_the_part_is_named_and_afterwards_the_whole(lived: Lived) -> None:
    with act(Verb.CONFIRM, acting_user=lived.o.reviewer, on=ON) as whole:
        with act(Verb.DECIDE_AWARD, acting_user=lived.o.reviewer, on=ON) as part:
            Area.objects.filter(pk=lived.o.village.pk).update(name="甲")
        Area.objects.filter(pk=lived.o.village.pk).update(name="乙")
    assert part.within == whole
    names = Area.history.filter(act__in=(whole, part)).order_by("history_id").values_list("name", "act_id")
    assert list(names) == [("甲", part.pk), ("乙", whole.pk)]


def test_a_failed_part_leaves_the_whole_declared(lived: Lived) -> None:
    with act(Verb.CONFIRM, acting_user=lived.o.reviewer, on=ON) as whole:
        with pytest.raises(ValueError, match="part"), act(Verb.ASSESS, acting_user=lived.o.reviewer, on=ON):
            raise ValueError("part")
        Area.objects.filter(pk=lived.o.village.pk).update(name="乙")
    assert Area.history.get(act=whole).name == "乙"


def test_the_office_s_decisions_name_the_person(lived: Lived) -> None:
    confirmed = Application.objects.get(state="CONFIRMED")
    last = confirmed.history.latest("history_id")
    assert (last.history_user, last.act.verb, last.state) == (lived.o.reviewer, Verb.CONFIRM, "CONFIRMED")
    assert Decision.objects.get().decided_by == lived.o.reviewer
    assert Instruction.objects.get().state == InstructionState.REJECTED
