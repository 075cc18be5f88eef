"""The words of payments."""

from django.db import models


class EntitlementKind(models.TextChoices):
    """Why something is owed: the month's run, arrears found later, or a correction."""

    REGULAR = "REGULAR", "当月应发"
    SUPPLEMENT = "SUPPLEMENT", "补发"
    CORRECTION = "CORRECTION", "更正"


class Purpose(models.TextChoices):
    """What a batch is for."""

    REGULAR = "REGULAR", "按月发放"
    REISSUE = "REISSUE", "重新发放"


class BatchState(models.TextChoices):
    """How far a batch is on its way to the bank and back."""

    DRAFT = "DRAFT", "编制中"
    FROZEN = "FROZEN", "待复核"
    APPROVED = "APPROVED", "待放行"
    SEALED = "SEALED", "已封存待送"
    SUBMITTED = "SUBMITTED", "已送银行"
    RETURNED = "RETURNED", "部分回盘"
    RECONCILED = "RECONCILED", "待关闭"
    CLOSED = "CLOSED", "已关闭"
    CANCELLED = "CANCELLED", "已撤销"


class InstructionState(models.TextChoices):
    """What became of one payment."""

    QUEUED = "QUEUED", "待送出"
    SUBMITTED = "SUBMITTED", "银行处理中"
    PAID = "PAID", "已到账"
    RETURNED = "RETURNED", "已退票"
    REJECTED = "REJECTED", "银行拒付"
    UNKNOWN = "UNKNOWN", "结果未定"
    CANCELLED = "CANCELLED", "已撤销"


# An entitlement has at most one instruction in these states: on its way, perhaps paid, or paid.
LIVE = (
    InstructionState.QUEUED,
    InstructionState.SUBMITTED,
    InstructionState.UNKNOWN,
    InstructionState.PAID,
)
FAILED = (InstructionState.RETURNED, InstructionState.REJECTED)


class Step(models.TextChoices):
    """What somebody signs on a batch's way to the bank: each of them is another person."""

    SENT = "SENT", "送审"
    APPROVED = "APPROVED", "复核批准"
    RELEASED = "RELEASED", "放行"


class FindingKind(models.TextChoices):
    """What the gate before payment asks of each batch."""

    DECEASED = "DECEASED", "死亡"
    NOT_DUE = "NOT_DUE", "已停发或迁出"
    DUPLICATE_PERSON = "DUPLICATE_PERSON", "疑似同一人"
    OVERLAPPING_SCHEME = "OVERLAPPING_SCHEME", "待遇重叠"
    ACCOUNT_CHANGED = "ACCOUNT_CHANGED", "账户新近更换"
    SHARED_ACCOUNT = "SHARED_ACCOUNT", "账户共用"
    OVER_CAP = "OVER_CAP", "超过单笔上限"
    CHECK_EXPIRED = "CHECK_EXPIRED", "核对过期"
    LATE_REFUSAL = "LATE_REFUSAL", "账户被银行退回过"
    LOOK_ALIKE = "LOOK_ALIKE", "与近期批次雷同"


# Nobody lets these through alone: one gives the ground, another confirms it.
TWO_PERSONS = (FindingKind.DECEASED, FindingKind.NOT_DUE, FindingKind.LOOK_ALIKE)


class FindingState(models.TextChoices):
    """Whether a finding still stands in the way."""

    OPEN = "OPEN", "待核销"
    SECOND = "SECOND", "待第二人确认"
    CLEARED = "CLEARED", "已核销"


class ReturnOutcome(models.TextChoices):
    """Whether a return file was taken over: whole, or not at all."""

    APPLIED = "APPLIED", "已导入"
    REJECTED = "REJECTED", "整份退回"


class LedgerAccount(models.TextChoices):
    """The accounts of the ledger."""

    EXPENSE = "EXPENSE", "救助支出"
    PAYABLE = "PAYABLE", "应付救助金"
    IN_TRANSIT = "IN_TRANSIT", "在途资金"
    CASH = "CASH", "代发专户"


class LedgerEvent(models.TextChoices):
    """What a ledger transaction says has happened."""

    ENTITLED = "ENTITLED", "应发"
    SUBMITTED = "SUBMITTED", "送交银行"
    PAID = "PAID", "银行付讫"
    FAILED = "FAILED", "银行未付"
