"""A return file held against its batch: every line checked, everything that contradicts found. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from apps.core.money import plain_yuan
from apps.payments.bankfile import RESULTS, FileError, Outcome, ReturnedFile, ReturnLine

WAITING = frozenset({"SUBMITTED", "UNKNOWN"})
_LABELS = {"PAID": "已到账", "RETURNED": "已退票", "REJECTED": "银行拒付", "UNKNOWN": "结果未定"}
# Nobody here ever sent it: the one fault that is an alarm.
UNKNOWN_ID = "unknown_id"


@dataclass(frozen=True)
class Expected:
    """A payment of the batch as the office knows it: key, amount in fen, state, payee, the account's digest."""

    key: int
    amount_fen: int
    state: str
    name: str = ""
    account: str = ""


@dataclass(frozen=True)
class Sent:
    """The batch a file is held against.

    ``elsewhere`` are ids in the file that belong to other batches; ``known_txns`` says for (bank's transaction number,
    outcome) which payment it already stood for; ``used_file_nos`` are the bank's numbers of files taken over before;
    ``digest`` makes of an account number what ``Expected.account`` holds; ``late``: the batch is reconciled and only
    payments that came back are news; ``pending`` are payments whose coming back waits for a second person.
    """

    batch_number: str
    sent_on: date
    today: date
    expected: Mapping[str, Expected]
    elsewhere: frozenset[str] = frozenset()
    known_txns: Mapping[tuple[str, str], int] | None = None
    used_file_nos: frozenset[str] = frozenset()
    digest: Callable[[str], str] = str
    late: bool = False
    pending: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Answer:
    """Something new: what the bank says about one payment."""

    line: ReturnLine
    key: int
    outcome: Outcome


@dataclass(frozen=True)
class Verdict:
    """Either errors, or what is new: answers, and payments sent of which the file says nothing."""

    errors: tuple[FileError, ...]
    answers: tuple[Answer, ...] = ()
    missing: tuple[int, ...] = ()


def reconcile(file: ReturnedFile, sent: Sent) -> Verdict:
    """Hold the file against the batch; one error anywhere and nothing of it counts.

    A payment already settled may be repeated with the same outcome (nothing new), never with another; but in a late
    file what had arrived may have come back.
    """
    errors = list(file.errors)
    errors += _header_errors(file, sent)
    seen = Counter(line.end_to_end_id for line in file.lines)
    for line in file.lines:
        known = sent.expected.get(line.end_to_end_id)
        if seen[line.end_to_end_id] > 1:
            said = "同一笔支付在文件中出现不止一次"
            errors.append(FileError(line.line, file.place("end_to_end_id"), "duplicate", said))
        errors += _stranger(file, line, sent) if known is None else _contradictions(file, line, known, sent)
    if errors:
        return Verdict(tuple(sorted(errors, key=lambda e: (e.line, e.column))))
    answers = tuple(_answers(file, sent))
    waiting = () if sent.late else sent.expected.items()
    return Verdict((), answers, tuple(e.key for i, e in waiting if e.state == "SUBMITTED" and i not in seen))


def _header_errors(file: ReturnedFile, sent: Sent) -> Iterator[FileError]:
    side = file.layout.returned

    def fault(name: str, code: str, text: str) -> FileError:
        home = side.home(name)
        first = 1 if home is side.header else min((line.line for line in file.lines), default=1)
        return FileError(first, home.place(name), code, text)

    if file.batch_number and file.batch_number != sent.batch_number:
        yield fault("batch_number", "batch", f"这是批次 {file.batch_number} 的回盘，不是 {sent.batch_number} 的")
    if file.on is not None and not sent.sent_on <= file.on <= sent.today:
        between = f"{sent.sent_on:%Y%m%d} 与今天 {sent.today:%Y%m%d} 之间"
        yield fault("on", "date", f"回盘日期应在送交日期 {between}")
    if file.file_no in sent.used_file_nos:
        yield fault("file_no", "file_no", f"银行文件号 {file.file_no} 已经导入过，内容却不同，请向银行查明")


def _stranger(file: ReturnedFile, line: ReturnLine, sent: Sent) -> Iterator[FileError]:
    place = file.place("end_to_end_id")
    if line.end_to_end_id in sent.elsewhere:
        yield FileError(line.line, place, "other_batch", "这一笔属于另一个批次")
    else:
        said = "多出的一笔：本系统没有发出过，请立即报告主管并向银行查明"
        yield FileError(line.line, place, UNKNOWN_ID, said)


def _contradictions(file: ReturnedFile, line: ReturnLine, known: Expected, sent: Sent) -> Iterator[FileError]:
    if line.amount_fen != known.amount_fen:
        told, was = plain_yuan(line.amount_fen), plain_yuan(known.amount_fen)
        yield FileError(line.line, file.place("amount_fen"), "amount", f"金额 {told} 元与送出的 {was} 元不符")
    if file.place("account") and sent.digest(line.account) != known.account:
        yield FileError(line.line, file.place("account"), "account", "账号与送出的不符，请立即报告主管并向银行查明")
    if file.place("name") and line.name != known.name:
        yield FileError(line.line, file.place("name"), "name", "户名与送出的不符，请向银行查明")
    result = RESULTS.get(line.code)
    if result is None:
        return
    if known.state not in WAITING and not _may_follow(known.state, result.outcome, late=sent.late):
        was, says = _LABELS.get(known.state, known.state), _LABELS[result.outcome]
        said = f"这一笔此前已登记为“{was}”，文件中却是“{says}”"
        yield FileError(line.line, file.place("code"), "outcome", said)
    elif known.key in sent.pending and known.state != result.outcome.value:
        said = "这一笔的退票已由人工登记、待另一人确认，请先办完"
        yield FileError(line.line, file.place("code"), "pending", said)
    earlier = (sent.known_txns or {}).get((line.bank_txn_id, result.outcome.value))
    if earlier not in (None, known.key):
        said = "这个银行流水号此前属于另一笔支付"
        yield FileError(line.line, file.place("bank_txn_id"), "txn_known", said)


def _may_follow(state: str, outcome: Outcome, *, late: bool) -> bool:
    return outcome.value == state or (late and (state, outcome) == ("PAID", Outcome.RETURNED))


def _answers(file: ReturnedFile, sent: Sent) -> Iterator[Answer]:
    news = {"PAID"} if sent.late else WAITING
    for line in file.lines:
        known, outcome = sent.expected[line.end_to_end_id], RESULTS[line.code].outcome
        if known.state in news and known.state != outcome.value:
            yield Answer(line, known.key, outcome)
