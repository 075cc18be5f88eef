"""What is owed, how it is paid, and the book it is kept in."""

from apps.payments.models.batch import Batch
from apps.payments.models.correction import Annulment, Backdating, Correction, CorrectionLine, Difference, Examined
from apps.payments.models.entitlement import Entitlement
from apps.payments.models.file import BankFile, ReturnFile, ReturnLine
from apps.payments.models.instruction import Instruction
from apps.payments.models.ledger import LedgerEntry, LedgerTransaction
from apps.payments.models.receivable import Instalment, Overpayment, Receivable, Repayment

__all__ = [
    "Annulment",
    "Backdating",
    "BankFile",
    "Batch",
    "Correction",
    "CorrectionLine",
    "Difference",
    "Entitlement",
    "Examined",
    "Instalment",
    "Instruction",
    "LedgerEntry",
    "LedgerTransaction",
    "Overpayment",
    "Receivable",
    "Repayment",
    "ReturnFile",
    "ReturnLine",
]
