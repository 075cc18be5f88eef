"""Every table of moves, in Python and in the database: what it does not list does not happen."""

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from apps.applications.models import Application, Complaint, Ending, Interruption, Lead, Objection, Revocation
from apps.applications.transitions import (
    COMPLAINT_MOVES,
    ENDING_MOVES,
    INTERRUPTION_MOVES,
    LEAD_MOVES,
    MOVES,
    OBJECTION_MOVES,
    REVOCATION_MOVES,
    ComplaintState,
    EndingState,
    InterruptionState,
    LeadState,
    ObjectionState,
    RevocationState,
    State,
)
from apps.awards.enums import AsideState, AwardState, ChunkState, RunState, WhatIfState
from apps.awards.models import Award, Chunk, MonthRun, SetAside, WhatIf, WhatIfChunk
from apps.awards.transitions import ASIDE_MOVES, AWARD_MOVES, CHUNK_MOVES, RUN_MOVES, WHAT_IF_MOVES
from apps.core.privileges import is_history
from apps.core.refusal import Refused
from apps.core.transitions import Move, Moves
from apps.eligibility.enums import ChangeState
from apps.eligibility.models import ParameterChange
from apps.eligibility.transitions import CHANGE_MOVES
from apps.households.models import AccountState, BankAccount, Relocation
from apps.households.models.account import ACCOUNT_MOVES
from apps.households.models.relocation import RELOCATION_MOVES, RelocationState
from apps.partners.enums import GrantState
from apps.partners.models import Alert, Certificate, Delivery, Grant, Referral
from apps.partners.transitions import (
    ALERT_MOVES,
    DELIVERY_MOVES,
    GRANT_MOVES,
    REFERRAL_MOVES,
    AlertState,
    DeliveryState,
    ReferralState,
)
from apps.payments import transitions as payments
from apps.payments.enums import (
    AlarmState,
    BatchState,
    CorrectionState,
    FindingState,
    HandoutState,
    InstructionState,
    ProposalState,
    ReceivableState,
)
from apps.payments.models import (
    AgencyBank,
    Appropriation,
    Batch,
    Correction,
    Finding,
    Handout,
    Instruction,
    LateReturn,
    Limit,
    PriceIndex,
    Receivable,
    ReturnAlarm,
    Settlement,
    SharedAccount,
    SubsidyRun,
)
from apps.takeover.enums import RollState, UploadState
from apps.takeover.models import ParallelMonth, RegisterUpload
from apps.takeover.transitions import ROLL_MOVES, UPLOAD_MOVES

pytestmark = pytest.mark.django_db

TABLES: dict[type[models.Model], tuple[Moves, Any]] = {
    Application: (MOVES, State),
    Award: (AWARD_MOVES, AwardState),
    BankAccount: (ACCOUNT_MOVES, AccountState),
    Batch: (payments.BATCH_MOVES, BatchState),
    Chunk: (CHUNK_MOVES, ChunkState),
    SetAside: (ASIDE_MOVES, AsideState),
    Instruction: (payments.INSTRUCTION_MOVES, InstructionState),
    ParameterChange: (CHANGE_MOVES, ChangeState),
    MonthRun: (RUN_MOVES, RunState),
    ParallelMonth: (ROLL_MOVES, RollState),
    RegisterUpload: (UPLOAD_MOVES, UploadState),
    WhatIf: (WHAT_IF_MOVES, WhatIfState),
    WhatIfChunk: (CHUNK_MOVES, ChunkState),
    Complaint: (COMPLAINT_MOVES, ComplaintState),
    Ending: (ENDING_MOVES, EndingState),
    Interruption: (INTERRUPTION_MOVES, InterruptionState),
    Lead: (LEAD_MOVES, LeadState),
    Objection: (OBJECTION_MOVES, ObjectionState),
    Relocation: (RELOCATION_MOVES, RelocationState),
    Revocation: (REVOCATION_MOVES, RevocationState),
    Grant: (GRANT_MOVES, GrantState),
    Certificate: (GRANT_MOVES, GrantState),
    Referral: (REFERRAL_MOVES, ReferralState),
    Alert: (ALERT_MOVES, AlertState),
    Delivery: (DELIVERY_MOVES, DeliveryState),
    AgencyBank: (payments.PROPOSAL_MOVES, ProposalState),
    Appropriation: (payments.PROPOSAL_MOVES, ProposalState),
    Limit: (payments.PROPOSAL_MOVES, ProposalState),
    Settlement: (payments.PROPOSAL_MOVES, ProposalState),
    SharedAccount: (payments.PROPOSAL_MOVES, ProposalState),
    PriceIndex: (payments.PROPOSAL_MOVES, ProposalState),
    SubsidyRun: (payments.PROPOSAL_MOVES, ProposalState),
    Correction: (payments.CORRECTION_MOVES, CorrectionState),
    Finding: (payments.FINDING_MOVES, FindingState),
    Handout: (payments.HANDOUT_MOVES, HandoutState),
    LateReturn: (payments.LATE_RETURN_MOVES, ProposalState),
    Receivable: (payments.RECEIVABLE_MOVES, ReceivableState),
    ReturnAlarm: (payments.ALARM_MOVES, AlarmState),
}
by_model = pytest.mark.parametrize("model", TABLES, ids=lambda m: m.__name__)


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def guard_of(model: type[models.Model]) -> str:
    """The guard's function as it stands in the database, with when it fires."""
    found = sql(
        "SELECT p.proname, t.tgenabled, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgrelid = %s::regclass AND p.proname LIKE %s",
        model._meta.db_table,
        "pgtrigger\\_moves\\_state\\_%",
    )
    assert len(found) == 1
    function, enabled, definition = found[0]
    assert enabled == "O"
    assert "BEFORE INSERT OR UPDATE OF state" in definition
    assert "FOR EACH ROW" in definition
    assert "WHEN" not in definition
    return str(function)


@pytest.fixture
def probe(request: pytest.FixtureRequest) -> type[models.Model]:
    """A bare table under the guard of the model, so that no other rule is in its way; rows can be put in any state."""
    model: type[models.Model] = request.getfixturevalue("model")
    sql("CREATE TEMP TABLE probe (state text)")
    when = "BEFORE INSERT OR UPDATE OF state ON probe FOR EACH ROW"
    sql(f'CREATE TRIGGER guard {when} EXECUTE FUNCTION "{guard_of(model)}"()')
    return model


def goes(statement: str, *values: Any) -> bool:
    """Whether the guard lets the statement pass."""
    try:
        with transaction.atomic():
            sql(statement, *values)
    except DatabaseError as refused:
        if getattr(refused.__cause__, "pgcode", "") != "JH002":
            raise
        return False
    return True


def test_a_proxy_adds_nothing_but_triggers() -> None:
    """Table, rows, states and manager are its model's: the walks over history, scope and states pass it over."""
    proxies = [model for model in apps.get_models() if model._meta.proxy and model.__module__.startswith("apps.")]
    assert proxies
    for model in proxies:
        assert {name for name in vars(model) if not name.startswith("_")} == {"DoesNotExist", "MultipleObjectsReturned"}
        assert (model._meta.local_managers, model._meta.local_fields) == ([], []), model
        assert model._meta.triggers, model


def test_whatever_has_a_state_has_a_table_of_moves() -> None:
    with_state = {
        model
        for model in apps.get_models()
        if model.__module__.startswith("apps.")
        and not is_history(model)
        and not model._meta.proxy
        and any(field.name == "state" for field in model._meta.fields)
    }
    assert with_state == set(TABLES)


@by_model
def test_the_table_knows_exactly_the_states_there_are(model: type[models.Model]) -> None:
    moves, states = TABLES[model]
    named = {str(s) for s in moves.initial} | {str(s) for pair in moves.pairs() for s in pair}
    assert named == {str(s) for s in states}


@by_model
def test_a_row_begins_in_the_first_state_only(model: type[models.Model], probe: Any) -> None:
    moves, states = TABLES[model]
    begun = {str(s) for s in states if goes("INSERT INTO probe VALUES (%s)", str(s))}
    assert begun == {str(s) for s in moves.initial}
    assert not goes("INSERT INTO probe VALUES ('NOTHING')")


@by_model
def test_the_database_lets_pass_the_moves_of_the_table_and_no_other(model: type[models.Model], probe: Any) -> None:
    moves, states = TABLES[model]
    legal = set()
    for before in map(str, states):
        sql("DELETE FROM probe")
        sql("ALTER TABLE probe DISABLE TRIGGER guard")
        sql("INSERT INTO probe VALUES (%s)", before)
        sql("ALTER TABLE probe ENABLE TRIGGER guard")
        for after in map(str, states):
            mark = transaction.savepoint()
            if goes("UPDATE probe SET state = %s", after) and before != after:
                legal.add((before, after))
            transaction.savepoint_rollback(mark)
    assert legal == moves.pairs()


@by_model
def test_a_state_that_stays_is_no_move(model: type[models.Model], probe: Any) -> None:
    first = str(TABLES[model][0].initial[0])
    sql("INSERT INTO probe VALUES (%s)", first)
    assert goes("UPDATE probe SET state = %s", first)


@by_model
def test_python_refuses_what_the_table_does_not_list(model: type[models.Model]) -> None:
    moves, states = TABLES[model]
    acts = {str(move.act) for move in moves.moves}
    for act in acts | {"SOMETHING_ELSE"}:
        for state in states:
            listed = [m.target for m in moves.moves if m.act == act and state in m.sources]
            assert moves.allows(act, state) == bool(listed)
            if listed:
                assert moves.target(act, state) == listed[0]
            else:
                with pytest.raises(Refused) as refused:
                    moves.target(act, state)
                assert refused.value.code == "illegal_move"


def test_acts_come_in_the_order_of_the_table_and_once() -> None:
    moves = Moves(
        initial=["A"],
        moves=[Move("go", ("A",), "B"), Move("end", ("A", "B"), "C"), Move("go", ("A", "C"), "B")],
    )
    assert moves.acts_from("A") == ["go", "end"]
    assert moves.acts_from("B") == ["end"]
    assert moves.acts_from("Z") == []
    assert moves.pairs() == {("A", "B"), ("A", "C"), ("B", "C"), ("C", "B")}
