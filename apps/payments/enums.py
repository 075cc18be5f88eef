"""The words of payments."""

from django.db import models

from apps.awards.enums import SCHEMES

# What money is paid under: the monthly schemes, and what is paid beside them.
PRICE_SUBSIDY = "PRICE_SUBSIDY"
PAID_UNDER = [*SCHEMES, (PRICE_SUBSIDY, "价格临时补贴")]


class EntitlementKind(models.TextChoices):
    """Why something is owed: the month's run, arrears found later, a correction, or a rise in prices."""

    REGULAR = "REGULAR", "当月应发"
    SUPPLEMENT = "SUPPLEMENT", "补发"
    CORRECTION = "CORRECTION", "更正"
    SUBSIDY = "SUBSIDY", "价格补贴"


class Purpose(models.TextChoices):
    """What a batch is for."""

    REGULAR = "REGULAR", "按月发放"
    REISSUE = "REISSUE", "重新发放"
    SUBSIDY = "SUBSIDY", "价格补贴"


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


class ProposalState(models.TextChoices):
    """What one person put forward, until another decides."""

    PROPOSED = "PROPOSED", "待核准"
    APPROVED = "APPROVED", "已核准"
    REJECTED = "REJECTED", "已退回"


class LimitKind(models.TextChoices):
    """From which amount on something more is asked for."""

    CAP = "CAP", "单笔上限"
    SECOND_APPROVAL = "SECOND_APPROVAL", "两人复核起点"


class FundSource(models.TextChoices):
    """Whose money it is."""

    CENTRAL = "CENTRAL", "中央"
    PROVINCIAL = "PROVINCIAL", "省级"
    PREFECTURE = "PREFECTURE", "市级"
    COUNTY = "COUNTY", "本级"


class FundEvent(models.TextChoices):
    """Why money is set aside or given back."""

    RESERVED = "RESERVED", "批准占用"
    RELEASED = "RELEASED", "退回或撤销释放"
    RETURNED = "RETURNED", "银行未付释放"


class ReturnOutcome(models.TextChoices):
    """Whether a return file was taken over: whole, or not at all."""

    APPLIED = "APPLIED", "已导入"
    REJECTED = "REJECTED", "整份退回"


class HandoutState(models.TextChoices):
    """How far one taking of the bank file has come."""

    ASKED = "ASKED", "待同意"
    GRANTED = "GRANTED", "可下载"
    TAKEN = "TAKEN", "已下载"
    REFUSED = "REFUSED", "不同意"


class AlarmState(models.TextChoices):
    """Whether it is known where payments we never sent came from."""

    OPEN = "OPEN", "待查明"
    RESOLVED = "RESOLVED", "已查明"


class LedgerAccount(models.TextChoices):
    """The accounts of the ledger."""

    EXPENSE = "EXPENSE", "救助支出"
    PAYABLE = "PAYABLE", "应付救助金"
    IN_TRANSIT = "IN_TRANSIT", "在途资金"
    CASH = "CASH", "代发专户"
    RECEIVABLE = "RECEIVABLE", "应收多发款"
    WRITTEN_OFF = "WRITTEN_OFF", "核销损失"


class LedgerEvent(models.TextChoices):
    """What a ledger transaction says has happened."""

    ENTITLED = "ENTITLED", "应发"
    SUBMITTED = "SUBMITTED", "送交银行"
    PAID = "PAID", "银行付讫"
    FAILED = "FAILED", "银行未付"
    REVERSED = "REVERSED", "到账后退回"
    SUPPLEMENTED = "SUPPLEMENTED", "补发应发"
    ANNULLED = "ANNULLED", "撤销应发"
    OVERPAID = "OVERPAID", "确认多发"
    REPAID = "REPAID", "收到退款"
    OFFSET = "OFFSET", "同意抵扣"
    WRITTEN_OFF = "WRITTEN_OFF", "核销"
    SUBSIDISED = "SUBSIDISED", "价格补贴应发"


class RecalculationGround(models.TextChoices):
    """Why a sealed month is calculated anew."""

    STANDARD = "STANDARD", "标准追溯执行"
    DEATH = "DEATH", "死亡后多发"
    CHANGE = "CHANGE", "情况变化"
    CORRECTION = "CORRECTION", "更正差错"
    LATE = "LATE", "决定迟延"
    REVOKED = "REVOKED", "撤销确认"
    PRICES = "PRICES", "价格补贴多发"


class CorrectionState(models.TextChoices):
    """How far a correction is."""

    PROPOSED = "PROPOSED", "待确认"
    CONFIRMED = "CONFIRMED", "已确认"
    REJECTED = "REJECTED", "已退回"


class ReceivableState(models.TextChoices):
    """What has been done about money paid too much."""

    OPEN = "OPEN", "待告知"
    NOTIFIED = "NOTIFIED", "已告知"
    HEARD = "HEARD", "已听取陈述"
    AGREED = "AGREED", "已商定退还"
    REPAYING = "REPAYING", "退还中"
    CLOSED = "CLOSED", "已结清"
    WRITTEN_OFF = "WRITTEN_OFF", "已核销"


# No state of its own: a plan was agreed, and less came in than it says by now.
OVERDUE = "OVERDUE"


class RepaymentKind(models.TextChoices):
    """How a family gives back."""

    CASH = "CASH", "现金缴回"
    TRANSFER = "TRANSFER", "转账缴回"
    OFFSET = "OFFSET", "书面同意抵扣"


class WriteOffGround(models.TextChoices):
    """Why nothing more is asked for."""

    NO_ESTATE = "NO_ESTATE", "当事人去世且无遗产"
    HARDSHIP = "HARDSHIP", "生活确有困难"
    OFFICE_ERROR = "OFFICE_ERROR", "经办机构差错"
    NOT_FOUND = "NOT_FOUND", "无法联系当事人"
    OTHER = "OTHER", "其他（见说明）"
