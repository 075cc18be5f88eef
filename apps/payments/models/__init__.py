"""What is owed, how it is paid, and the book it is kept in."""

from apps.payments.models.agency import AgencyBank
from apps.payments.models.alarm import ReturnAlarm
from apps.payments.models.batch import Batch
from apps.payments.models.correction import Annulment, Backdating, Correction, CorrectionLine, Difference, Examined
from apps.payments.models.entitlement import Entitlement
from apps.payments.models.file import BankFile, ReturnFile, ReturnLine
from apps.payments.models.finding import Finding
from apps.payments.models.fund import Appropriation, FundEntry
from apps.payments.models.handout import Handout
from apps.payments.models.instruction import Instruction
from apps.payments.models.late import LateReturn
from apps.payments.models.ledger import LedgerEntry, LedgerTransaction
from apps.payments.models.limit import Limit, SharedAccount
from apps.payments.models.receivable import Instalment, Overpayment, Receivable, Repayment
from apps.payments.models.settlement import Settlement
from apps.payments.models.signature import Signature
from apps.payments.models.soundness import BankStatement, InvariantCheck
from apps.payments.models.subsidy import PriceIndex, SubsidyLine, SubsidyRun

__all__ = [
    "AgencyBank",
    "Annulment",
    "Appropriation",
    "Backdating",
    "BankFile",
    "BankStatement",
    "Batch",
    "Correction",
    "CorrectionLine",
    "Difference",
    "Entitlement",
    "Examined",
    "Finding",
    "FundEntry",
    "Handout",
    "Instalment",
    "Instruction",
    "InvariantCheck",
    "LateReturn",
    "LedgerEntry",
    "LedgerTransaction",
    "Limit",
    "Overpayment",
    "PriceIndex",
    "Receivable",
    "Repayment",
    "ReturnAlarm",
    "ReturnFile",
    "ReturnLine",
    "Settlement",
    "SharedAccount",
    "Signature",
    "SubsidyLine",
    "SubsidyRun",
]
