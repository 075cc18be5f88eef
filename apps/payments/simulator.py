"""A bank for demo and tests: answers a payment file as a bank would. Pure: bytes in, bytes out."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

from apps.payments.bankfile import RESULTS, STANDARD, PaymentFile, PaymentLine, ReturnLine, parse, write_return
from apps.payments.bankformat import SUCCESS, Format

# A payment that nobody asked for, as an invented recipient would be.
STRANGER = PaymentLine(str(uuid5(NAMESPACE_OID, "stranger")), "6217000099999999999", "无名氏", 100_000, "")


def reply(
    content: bytes,
    *,
    on: date,
    failing: Mapping[int | str, str],
    missing: Collection[int] = (),
    extra: bool = False,
    layout: Format = STANDARD,
) -> bytes:
    """The return file to a payment file: every line paid but the named ones.

    ``failing`` maps a line's sequence number or end-to-end id to a result code of the office; ``missing`` are sequence
    numbers the bank says nothing about; ``extra`` adds a line nobody sent. BankFileError when the payment file cannot
    be read; ValueError for an unknown code.
    """
    if unknown := set(failing.values()) - set(RESULTS):
        raise ValueError(f"没有这样的结果码：{'、'.join(sorted(unknown))}")
    sent = parse(content, layout)
    lines = []
    for sequence, line in enumerate(sent.lines, start=1):
        if sequence not in missing:
            code = failing.get(sequence) or failing.get(line.end_to_end_id) or SUCCESS
            lines.append(_answer(sequence, line, code))
    if extra:
        lines.append(_answer(len(sent.lines) + 1, STRANGER, SUCCESS))
    return _written(sent, lines, on, layout)


def late_reply(content: bytes, *, on: date, returned: Mapping[int | str, str], layout: Format = STANDARD) -> bytes:
    """The file of payments that came back after they had arrived: the named lines only, each with its code."""
    sent = parse(content, layout)
    named = ((n, line, returned.get(n) or returned.get(line.end_to_end_id)) for n, line in enumerate(sent.lines, 1))
    return _written(sent, [_answer(n, line, code) for n, line, code in named if code], on, layout)


def _answer(sequence: int, line: PaymentLine, code: str) -> ReturnLine:
    note = "" if code == SUCCESS else RESULTS[code].label
    txn = f"TX{line.end_to_end_id[:8].upper()}{sequence:08}"
    told = ReturnLine(sequence, line.end_to_end_id, line.amount_fen, code, note, bank_txn_id=txn)
    return replace(told, account=line.account, name=line.name)


def _written(sent: PaymentFile, lines: list[ReturnLine], on: date, layout: Format) -> bytes:
    """Its file number stands for its content, so that another answer has another."""
    told = [(line.end_to_end_id, line.code) for line in lines]
    number = sha256(repr((sent.batch_number, on, told)).encode()).hexdigest()[:16].upper()
    return write_return(sent.batch_number, on, lines, layout, file_no=f"HP{number}")
