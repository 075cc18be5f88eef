"""The words of the take-over."""

from django.db import models


class UploadState(models.TextChoices):
    """How far a register that was handed in is."""

    UPLOADED = "UPLOADED", "校核中"
    FAULTY = "FAULTY", "有错误"
    READY = "READY", "待接管"
    APPROVED = "APPROVED", "接管中"
    APPLIED = "APPLIED", "已接管"
    FAILED = "FAILED", "未能接管"
    REJECTED = "REJECTED", "已退回"

    @property
    def tone(self) -> str:
        """Its colour."""
        return {"APPLIED": "good", "READY": "warn", "UPLOADED": "info", "APPROVED": "info"}.get(self.value, "bad")


class RollState(models.TextChoices):
    """How far the comparison of a paid month is."""

    UPLOADED = "UPLOADED", "试算中"
    FAULTY = "FAULTY", "有错误"
    DONE = "DONE", "已完成"

    @property
    def tone(self) -> str:
        """Its colour."""
        return {"DONE": "good", "UPLOADED": "info"}.get(self.value, "bad")


class Finding(models.TextChoices):
    """How what was paid stands to what the rules give."""

    EQUAL = "EQUAL", "一致"
    EXPLAINED = "EXPLAINED", "不同，已说明"
    UNEXPLAINED = "UNEXPLAINED", "不同，原因不明"
    ROLL_ONLY = "ROLL_ONLY", "只在发放名册"
    REGISTER_ONLY = "REGISTER_ONLY", "只在登记册"

    @property
    def tone(self) -> str:
        """Its colour."""
        return {"EQUAL": "good", "EXPLAINED": "info"}.get(self.value, "warn" if self.value != "UNEXPLAINED" else "bad")
