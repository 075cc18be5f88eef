"""The money's part of an office that has lived: what may change of each row, a first one and a new one of each."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import models

from apps.applications.tests import factories as f
from apps.eligibility.policy.enums import Scheme
from apps.payments.enums import (
    BatchState,
    EntitlementKind,
    FindingKind,
    FindingState,
    HandoutState,
    LimitKind,
    ProposalState,
    Purpose,
    RecalculationGround,
    ReturnOutcome,
)
from apps.payments.models import (
    AgencyBank,
    Appropriation,
    BankStatement,
    Batch,
    Correction,
    Entitlement,
    Finding,
    Handout,
    Instruction,
    LateReturn,
    Limit,
    PriceIndex,
    Receivable,
    ReturnAlarm,
    ReturnFile,
    Settlement,
    SharedAccount,
    SubsidyRun,
)

ON = f.PAY_DAY
FAR = date(2040, 1, 1)
PROPOSALS = {AgencyBank, Appropriation, Limit, Settlement, SharedAccount, PriceIndex, SubsidyRun}
# What somebody has to answer for is decided, cleared or paid back, never deleted.
ANSWERED_FOR = {*PROPOSALS, Finding, Receivable}

# A proposal and a finding change only by being decided, by who says so: the colleague in whose act everything changes.
_DECIDED = {"state": ProposalState.REJECTED, "decided_by": lambda lived: lived.o.colleague, "decided_on": ON}
_CLEARED = {"state": FindingState.CLEARED, "cleared_by": _DECIDED["decided_by"], "cleared_on": ON, "ground": "已核实"}
CHANGE: dict[type[models.Model], dict[str, Any]] = {
    **dict.fromkeys(PROPOSALS, _DECIDED),
    Finding: _CLEARED,
    BankStatement: {"paid_in_fen": 1},
    Correction: {"text": "改"},
    Handout: {"reason": "改"},
    LateReturn: {"text": "改"},
    Receivable: {"hearing": "改"},
    ReturnAlarm: {"lines": [1]},
}


def new_of_money(lived: Any) -> dict[type[models.Model], Callable[[], Any]]:
    """An unsaved row of each, put forward by the colleague."""
    return _rows(lived.o, lived.o.colleague, lived.queued, FindingKind.OVER_CAP, "新")


def owed_again(failed: Instruction) -> Entitlement:
    """Something owed besides, so that a second payment may wait in the draft; inside an act."""
    copied = {name: getattr(failed.entitlement, name) for name in ("household", "township", "scheme", "month")}
    return Entitlement.objects.create(**copied, kind=EntitlementKind.CORRECTION, amount_fen=failed.amount_fen)


def money_has_moved(o: f.Office, failed: Instruction) -> None:
    """One row of each that may still change, and a refused return file to spare; inside an act of the maker."""
    told = {"drawn_by": o.maker, "drawn_on": ON, "expected_count": 1, "expected_total_fen": 1}
    told |= {"declared_count": 1, "declared_total_fen": 1, "content_sha256": "0" * 64}
    frozen = Batch.objects.create(number="B1", month=f.JUNE, purpose=Purpose.REISSUE, **told)
    Batch.objects.filter(pk=frozen.pk).update(state=BatchState.FROZEN, round=1)
    for sign in "12":
        file = ReturnFile(batch=failed.batch, sha256=sign * 64, outcome=ReturnOutcome.REJECTED, errors=["多出一笔"])
        file.line_count, file.imported_by, file.imported_on = 1, o.maker, ON
        file.set_content("多出一笔".encode())
        file.save()
    Correction.objects.create(**_recalculated(o, "CS旧"))
    for make in _rows(o, o.maker, failed, FindingKind.ACCOUNT_CHANGED, "旧").values():
        make().save()


def _recalculated(o: f.Office, number: str) -> dict[str, Any]:
    told = {"ground": RecalculationGround.LATE, "text": "文件晚到", "households": 1, "up_fen": 0, "down_fen": 1}
    return {"number": number, **told, "proposed_by": o.maker, "proposed_on": ON}


def _rows(o: f.Office, by: Any, payment: Instruction, kind: FindingKind, name: str) -> dict[Any, Callable[[], Any]]:
    put = {"proposed_by": by, "proposed_on": ON}
    since = FAR if name == "新" else date(2039, 1, 1)
    own = {"number_index": name.encode(), "number_mask": "**** 1", "holder": "福利院", "ground": "集中供养"}
    bank = {"bank": "JLBK", "name": f"{name}银行", "layout": "JHNX-1", "since": since, "ground": "约"}
    index = {"month": since.replace(month=1), "paid_month": since.replace(month=2), "cpi": 4, "food": 7}
    index |= {"published_on": since.replace(month=2), "document_on": ON, "document": f"{name}文"}
    owed = {"urban_fen": 1, "rural_fen": 1, "people": 1, "total_fen": 1, "content_sha256": "0", "seq": len(name)}
    funds = {"source": "COUNTY", "scheme": "", "amount_fen": 1, "document": f"{name}文", "issued_on": ON}
    answer = {"code": "00", "outcome": "PAID", "settled_on": ON, "evidence": "银行回单"}
    return {
        Appropriation: lambda: Appropriation(**funds, **put),
        Limit: lambda: Limit(kind=LimitKind.CAP, amount_fen=1, since=since, document=f"{name}文", **put),
        Settlement: lambda: Settlement(instruction=payment, **answer, **put),
        SharedAccount: lambda: SharedAccount(**own, until=FAR, **put),
        PriceIndex: lambda: PriceIndex(**index, **put),
        SubsidyRun: lambda: SubsidyRun(index=PriceIndex.objects.earliest("pk"), month=since, **owed, **put),
        Finding: lambda: Finding(
            batch=Batch.objects.get(state=BatchState.FROZEN), round=1, kind=kind, facts={}, found_on=ON
        ),
        AgencyBank: lambda: AgencyBank(**bank, **put),
        BankStatement: lambda: BankStatement(day=since, paid_out_fen=1, entered_by=by, entered_on=ON),
        Correction: lambda: Correction(**_recalculated(o, f"CS{name}一")),
        **_with_the_bank(by, payment),
        Receivable: lambda: Receivable(
            number=f"YS{name}",
            correction=Correction.objects.get(number="CS旧"),
            household=payment.entitlement.household,
            township=o.town,
            scheme=Scheme.DIBAO if name == "新" else Scheme.TEKUN,
            amount_fen=1,
            opened_on=ON,
        ),
    }


def _with_the_bank(by: Any, payment: Instruction) -> dict[Any, Callable[[], Any]]:
    asked = {"state": HandoutState.ASKED, "reason": "再次下载", "asked_by": by, "asked_on": ON}
    back = {"state": ProposalState.PROPOSED, "returned_on": ON, "code": "52", "text": "退票"}

    def alarm() -> ReturnAlarm:
        file = ReturnFile.objects.filter(alarm=None, outcome=ReturnOutcome.REJECTED).earliest("pk")
        raised = {"lines": [], "raised_by": by, "raised_on": ON}
        return ReturnAlarm(batch=file.batch, return_file=file, sha256=file.sha256, **raised)

    return {
        Handout: lambda: Handout(batch=payment.batch, nth=7, **asked),
        LateReturn: lambda: LateReturn(batch=payment.batch, instruction=payment, **back, entered_by=by, entered_on=ON),
        ReturnAlarm: alarm,
    }
