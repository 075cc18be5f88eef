"""A bank for demo and tests: answers a payment file as a bank would. Pure: bytes in, bytes out."""

from collections.abc import Collection, Mapping
from datetime import date

from apps.payments.bankfile import RESULTS, ReturnLine, parse, write_return

SUCCESS = "00"


def reply(content: bytes, *, on: date, failing: Mapping[int | str, str], missing: Collection[int] = ()) -> bytes:
    """The return file to a payment file: every line paid but the named ones.

    ``failing`` maps a line's sequence number or end-to-end id to a result code; ``missing`` are sequence numbers the
    bank says nothing about. BankFileError when the payment file cannot be read; ValueError for an unknown code.
    """
    if unknown := set(failing.values()) - set(RESULTS):
        raise ValueError(f"没有这样的结果码：{'、'.join(sorted(unknown))}")
    sent = parse(content)
    lines = []
    for sequence, line in enumerate(sent.lines, start=1):
        code = failing.get(sequence) or failing.get(line.end_to_end_id) or SUCCESS
        note = "" if code == SUCCESS else RESULTS[code].label
        if sequence not in missing:
            lines.append(ReturnLine(sequence, line.end_to_end_id, line.amount_fen, code, note))
    return write_return(sent.batch_number, on, lines)
