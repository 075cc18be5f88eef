"""A workbook as it was handed in, sealed for its row."""

import base64
from uuid import uuid4

from django.conf import settings
from django.db import models

from apps.core.crypto import seal, unseal


class SealedWorkbook(models.Model):
    """Whose file, when, its digest and its bytes; what is in it leaves only through the reader."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    file_name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField("文件摘要", max_length=64)
    content_sealed = models.BinaryField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_on = models.DateField("上传日期")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    error_count = models.PositiveIntegerField("错误", default=0)
    # [sheet, row, column, says]: never a value of the file.
    errors = models.JSONField("错误明细", default=list)

    class Meta:
        abstract = True

    def set_content(self, content: bytes) -> None:
        """Seal the bytes as they came."""
        text = base64.b64encode(content).decode()
        self.content_sealed = seal(text, row=self.uuid, table=self._meta.model_name, column="content")

    def content(self) -> bytes:
        """The bytes as they came."""
        sealed = unseal(self.content_sealed, row=self.uuid, table=self._meta.model_name, column="content")
        return base64.b64decode(sealed)
