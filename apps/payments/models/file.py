"""What went to the bank and what came back, exactly as it was."""

import base64
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.audit.history import added
from apps.core.crypto import seal, seal_bytes, unseal, unseal_bytes
from apps.payments.bankformat import DEFAULT, Format, format_of
from apps.payments.enums import InstructionState, ReturnOutcome
from apps.payments.models.agency import FIRST_BANK
from apps.payments.models.batch import Batch
from apps.payments.models.instruction import Instruction

_BANK_OUTCOMES = [InstructionState[name] for name in ("PAID", "RETURNED", "REJECTED", "UNKNOWN")]


class FileQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> "FileQuerySet":
        """Files are the county's, as their batches are."""
        return self if user.scope().whole_county else self.none()


class BankFile(models.Model):
    """The file of a batch, made once and sealed."""

    append_only = True

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, related_name="bank_file")
    bank = models.CharField("银行代号", max_length=12, default=FIRST_BANK)
    layout = models.CharField("文件格式", max_length=20, default=DEFAULT)
    serial_no = models.CharField("文件流水号", max_length=50)
    content_sealed = models.BinaryField()
    sha256 = models.CharField("文件摘要", max_length=64, unique=True)
    line_count = models.PositiveIntegerField("笔数")
    total_fen = models.BigIntegerField("合计（分）")
    made_on = models.DateField("生成日期")

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = "银行文件"
        triggers = added()
        constraints = (models.UniqueConstraint(name="one_file_a_serial_of_a_bank", fields=["bank", "serial_no"]),)

    def __str__(self) -> str:
        return f"{self.serial_no}.{self.format.suffix}"

    @property
    def format(self) -> Format:
        """How it is written, and how the bank's answer to it is read."""
        return format_of(self.layout)

    def set_content(self, content: bytes) -> None:
        """Seal the file's bytes for this row."""
        self.content_sealed = seal_bytes(content, row=self.uuid, table="bankfile", column="content")

    def content(self) -> bytes:
        """The file's bytes in clear; callers declare a DOWNLOAD_FILE."""
        return unseal_bytes(bytes(self.content_sealed), row=self.uuid, table="bankfile", column="content")


class ReturnFile(models.Model):
    """A return file as it was brought, taken over whole or refused whole with every fault.

    ``late``: it came after the batch was reconciled and says which payments came back after they had arrived.
    """

    append_only = True

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="return_files")
    late = models.BooleanField("到账后退票", default=False)
    bank = models.CharField("银行代号", max_length=12, default=FIRST_BANK)
    bank_file_no = models.CharField("银行文件号", max_length=40, blank=True)
    layout = models.CharField("文件格式", max_length=20, default=DEFAULT)
    sha256 = models.CharField("文件摘要", max_length=64, db_index=True)
    content_sealed = models.BinaryField()
    outcome = models.CharField("结果", max_length=10, choices=ReturnOutcome.choices)
    errors = models.JSONField("错误", default=list)
    line_count = models.PositiveIntegerField("行数")
    paid_count = models.PositiveIntegerField("成功笔数", default=0)
    failed_count = models.PositiveIntegerField("失败笔数", default=0)
    unknown_count = models.PositiveIntegerField("未定笔数", default=0)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导入人", on_delete=models.PROTECT, related_name="+"
    )
    imported_on = models.DateField("导入日期")

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = "银行回盘"
        triggers = added()
        constraints = (
            models.UniqueConstraint(
                name="return_file_applied_once", fields=["bank", "sha256"], condition=Q(outcome=ReturnOutcome.APPLIED)
            ),
            models.UniqueConstraint(
                name="bank_file_number_applied_once",
                fields=["bank", "bank_file_no"],
                condition=Q(outcome=ReturnOutcome.APPLIED) & ~Q(bank_file_no=""),
            ),
            models.CheckConstraint(
                name="refused_file_says_why", condition=Q(outcome=ReturnOutcome.APPLIED) ^ ~Q(errors=[])
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch} {self.get_outcome_display()}"

    @property
    def format(self) -> Format:
        """How it was read."""
        return format_of(self.layout)

    def set_content(self, content: bytes) -> None:
        """Seal the bytes as they came (they need not be text)."""
        text = base64.b64encode(content).decode()
        self.content_sealed = seal(text, row=self.uuid, table="returnfile", column="content")

    def content(self) -> bytes:
        """The bytes as they came."""
        return base64.b64decode(unseal(self.content_sealed, row=self.uuid, table="returnfile", column="content"))


class ReturnLine(models.Model):
    """What one line of an applied return file said about one instruction."""

    seen_through = ("instruction",)
    append_only = True

    return_file = models.ForeignKey(ReturnFile, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line_no = models.PositiveIntegerField("行号")
    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT, related_name="return_lines")
    amount_fen = models.BigIntegerField("金额（分）")
    code = models.CharField("结果码", max_length=24)
    bank = models.CharField("银行代号", max_length=12, default=FIRST_BANK)
    bank_txn_id = models.CharField("银行流水号", max_length=40, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=[(o.value, o.label) for o in _BANK_OUTCOMES])

    class Meta:
        verbose_name = "回盘明细"
        triggers = added()
        constraints = (
            models.UniqueConstraint(name="one_return_line_of_a_number", fields=["return_file", "line_no"]),
            models.UniqueConstraint(name="one_answer_in_a_file", fields=["return_file", "instruction"]),
            models.UniqueConstraint(
                name="paid_is_said_once", fields=["instruction"], condition=Q(outcome=InstructionState.PAID)
            ),
            models.UniqueConstraint(
                name="bank_transaction_said_once",
                fields=["bank", "bank_txn_id", "outcome"],
                condition=~Q(bank_txn_id=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.return_file} {self.line_no}"
