"""What is owed, how it is paid, and the book it is kept in."""

from apps.payments.models.batch import Batch
from apps.payments.models.entitlement import Entitlement
from apps.payments.models.file import BankFile, ReturnFile, ReturnLine
from apps.payments.models.finding import Finding
from apps.payments.models.instruction import Instruction
from apps.payments.models.ledger import LedgerEntry, LedgerTransaction
from apps.payments.models.signature import Signature
from apps.payments.models.soundness import BankStatement, InvariantCheck

__all__ = [
    "BankFile",
    "BankStatement",
    "Batch",
    "Entitlement",
    "Finding",
    "Instruction",
    "InvariantCheck",
    "LedgerEntry",
    "LedgerTransaction",
    "ReturnFile",
    "ReturnLine",
    "Signature",
]
