"""What the sweep finds of bank files and return files: taken out again, come back late, never sent, another bank."""

from datetime import date
from typing import Any

from apps.applications.tests import factories as f
from apps.office.tests.sweep_scene import Scene
from apps.payments import actions as money
from apps.payments.enums import BatchState
from apps.payments.models import AgencyBank, Batch, Handout, Instruction, LateReturn, ReturnAlarm
from apps.payments.simulator import reply


def handout(s: Scene, side: str) -> dict[str, Any]:
    """A sealed file asked for once more."""
    if not Handout.objects.open().exists():
        reached = Batch.objects.first() or f.batch_at(s.o, BatchState.SUBMITTED)
        money.ask_again(reached, reason="网银没有收到文件", acting_user=s.o.maker, on=f.PAY_DAY)
    return {"pk": Handout.objects.open().get().pk}


def arrived(s: Scene, side: str) -> dict[str, Any]:
    """A payment that arrived, in a batch that is reconciled."""
    standing = Batch.objects.first() or f.batch_at(s.o, BatchState.RECONCILED)
    return {"pk": standing.instructions.earliest("pk").pk}


def late_return(s: Scene, side: str) -> dict[str, Any]:
    """A payment that came back, entered by one person."""
    if not LateReturn.objects.exists():
        came_back = Instruction.objects.get(pk=arrived(s, side)["pk"])
        given = {"code": "52", "returned_on": f.PAY_DAY, "ground": "银行退票通知1号"}
        money.propose_late_return(came_back, acting_user=s.o.maker, on=f.PAY_DAY, **given)
    return {"pk": LateReturn.objects.get().pk}


def alarm(s: Scene, side: str) -> dict[str, Any]:
    """An answer with a payment nobody sent."""
    if not ReturnAlarm.objects.exists():
        sent = Batch.objects.first() or f.batch_at(s.o, BatchState.SUBMITTED)
        content = reply(sent.bank_file.content(), on=f.PAY_DAY, failing={}, extra=True)
        money.import_return(sent, content=content, acting_user=s.o.maker, on=f.PAY_DAY)
    return {"pk": ReturnAlarm.objects.get().pk}


def alarmed(s: Scene, side: str) -> dict[str, Any]:
    """Not in the address: the same."""
    alarm(s, side)
    return {}


def agency(s: Scene, side: str) -> dict[str, Any]:
    """Another bank, proposed."""
    if not AgencyBank.objects.exists():
        given = {"bank": "DKYH", "name": "定宽银行", "layout": "DKWB-1", "since": date(2024, 8, 1)}
        money.propose_agency(ground="代发协议2号", acting_user=s.o.chief, on=f.PAY_DAY, **given)
    return {"pk": AgencyBank.objects.get().pk}
