"""The sealed file leaves the system: once against a reason, every further time with a second person's consent."""

import hashlib
from dataclasses import dataclass
from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import different_person, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said
from apps.payments.actions.batches import FiguresDisagree, locked
from apps.payments.enums import BatchState, HandoutState
from apps.payments.facts import downloads_of
from apps.payments.models import Batch, Handout
from apps.payments.transitions import HANDOUT_MOVES

REASON_LENGTH = 4
CONSENT_NEEDED = "这份文件已经下载过。再次下载请先申请，由另一位同事同意后才能取出。"


@dataclass(frozen=True)
class TakenFile:
    """A file handed out: its name, its bytes, and who had it before."""

    name: str
    content: bytes
    earlier: tuple[str, ...]


def download(batch: Batch, *, reason: str, acting_user: User, on: date) -> TakenFile:
    """Hand out the sealed file, as an act with a reason that says who already had it.

    Refused("reason_needed"), ("no_file") before release and once the bank has answered, or ("consent_needed") for the
    second time and later, unless a second person granted what this person asked for (``ask_again``).
    """
    require(acting_user, Verb.DOWNLOAD_FILE, on=on)
    _reason(reason)
    earlier = tuple(f"{one.user.name}（{one.on:%Y-%m-%d}）" for one in downloads_of(batch))
    nth = len(earlier) + 1
    with act(Verb.DOWNLOAD_FILE, acting_user=acting_user, on=on, subject=batch, reason=reason.strip(), nth=nth):
        batch = _with_file(batch)
        _take(batch, reason=reason.strip(), acting_user=acting_user, on=on)
        file = batch.bank_file
        content = file.content()
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise FiguresDisagree(f"{file}: not the bytes that were sealed")
        return TakenFile(str(file), content, earlier)


def _take(batch: Batch, *, reason: str, acting_user: User, on: date) -> None:
    if not may_take(batch, acting_user):
        raise Refused("consent_needed", CONSENT_NEEDED)
    granted = batch.handouts.filter(state=HandoutState.GRANTED).first()
    if granted is None:
        given = {"nth": 1, "state": HandoutState.TAKEN, "reason": reason}
        Handout.objects.create(batch=batch, asked_by=acting_user, asked_on=on, taken_on=on, **given)
        return
    granted.state, granted.taken_on = HANDOUT_MOVES.target(Verb.DOWNLOAD_FILE, granted.state), on
    granted.save(update_fields=["state", "taken_on"])


def may_take(batch: Batch, user: User) -> bool:
    """Whether it would be the first time, or a second person granted what this user asked for."""
    granted = batch.handouts.filter(state=HandoutState.GRANTED, asked_by=user)
    return granted.exists() or not batch.handouts.filter(state=HandoutState.TAKEN).exists()


def ask_again(batch: Batch, *, reason: str, acting_user: User, on: date) -> Handout:
    """Ask for the file once more, with a reason; another person grants it or not.

    Refused("first_time") when nobody took it yet, ("asked_already") while another request is open.
    """
    require(acting_user, Verb.ASK_DOWNLOAD, on=on)
    _reason(reason)
    with act(Verb.ASK_DOWNLOAD, acting_user=acting_user, on=on, subject=batch, reason=reason.strip()):
        batch = _with_file(batch)
        taken = batch.handouts.filter(state=HandoutState.TAKEN).count()
        if not taken:
            raise Refused("first_time", "这份文件还没有人下载过，不必申请，请直接下载。")
        if batch.handouts.open().exists():
            raise Refused("asked_already", "已有一次再次下载的申请没有办完，请先办完那一次。")
        given = {"nth": taken + 1, "state": HandoutState.ASKED, "reason": reason.strip()}
        return Handout.objects.create(batch=batch, asked_by=acting_user, asked_on=on, **given)


def grant_download(handout: Handout, *, acting_user: User, on: date) -> Handout:
    """Let a colleague take the file once more ("own_work" for one's own request)."""
    require(acting_user, Verb.GRANT_DOWNLOAD, on=on)
    return _decide(handout, Verb.GRANT_DOWNLOAD, reason="", acting_user=acting_user, on=on)


def refuse_download(handout: Handout, *, reason: str, acting_user: User, on: date) -> Handout:
    """Do not let the file be taken again, and say why."""
    require(acting_user, Verb.REFUSE_DOWNLOAD, on=on)
    reason = said(reason, field="reason", ask="请写明不同意的理由。")
    return _decide(handout, Verb.REFUSE_DOWNLOAD, reason=reason, acting_user=acting_user, on=on)


def _decide(handout: Handout, verb: Verb, *, reason: str, acting_user: User, on: date) -> Handout:
    with act(verb, acting_user=acting_user, on=on, subject=handout.batch, reason=reason, nth=handout.nth):
        _with_file(handout.batch)
        handout = Handout.objects.select_for_update(no_key=True, of=("self",)).get(pk=handout.pk)
        handout.state = HANDOUT_MOVES.target(verb, handout.state)
        different_person(acting_user, handout.asked_by_id, what="再次下载")
        handout.decided_by, handout.decided_on = acting_user, on
        handout.save(update_fields=["state", "decided_by", "decided_on"])
        return handout


def _with_file(batch: Batch) -> Batch:
    batch = locked(batch)
    refuse_no_file(batch)
    return batch


def refuse_no_file(batch: Batch) -> None:
    """Refused("no_file") before release and once the bank has answered."""
    if batch.state not in (BatchState.SEALED, BatchState.SUBMITTED):
        raise Refused("no_file", "现在没有可下载的银行文件：须在放行之后、银行回盘之前下载。")


def _reason(reason: str) -> None:
    if len(reason.strip()) < REASON_LENGTH:
        raise Refused("reason_needed", "请写明下载的用途（至少四个字）。", field="reason")
