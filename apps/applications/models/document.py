"""Attachments of a case: sealed in a folder outside the web root, known by a row."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.applications.models.application import Application
from apps.audit.history import history, kept
from apps.core.crypto import seal, unseal, unseal_bytes


class DocumentKind(models.TextChoices):
    """What a paper proves."""

    IDENTITY = "IDENTITY", "身份证"
    HUKOU = "HUKOU", "户口簿"
    INCOME = "INCOME", "收入证明"
    PROPERTY = "PROPERTY", "财产证明"
    DISABILITY = "DISABILITY", "残疾证"
    DIAGNOSIS = "DIAGNOSIS", "诊断证明"
    RECEIPT = "RECEIPT", "支出票据"
    CONSENT = "CONSENT", "核对授权书"
    PROMISE = "PROMISE", "承诺书"
    OTHER = "OTHER", "其他"
    # What an heir brings; never asked of an application.
    DEATH = "DEATH", "死亡证明"
    KINSHIP = "KINSHIP", "关系凭据"
    ACCOUNT = "ACCOUNT", "存折或银行卡"


OF_AN_HEIR = (DocumentKind.DEATH, DocumentKind.KINSHIP, DocumentKind.ACCOUNT)


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any) -> "DocumentQuerySet":
        """Papers of the cases and of the heirs' accounts this user may see."""
        rows = user.scope().rows
        return self.filter(rows("application__township") | rows("account__household__township"))

    def standing(self) -> "DocumentQuerySet":
        """Those nobody took back."""
        return self.filter(removed_on=None)


class Document(models.Model):
    """One paper of a case, or of an account that pays an heir; taken back it stays as a row, its content with it."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents", null=True)
    account = models.ForeignKey("households.BankAccount", on_delete=models.PROTECT, related_name="papers", null=True)
    kind = models.CharField("种类", max_length=12, choices=DocumentKind.choices)
    member = models.CharField("哪位成员", max_length=60, blank=True)
    name_sealed = models.BinaryField(default=bytes)
    content_type = models.CharField("格式", max_length=20)
    sha256 = models.CharField("摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    has_preview = models.BooleanField("有缩略图", default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_on = models.DateField("上传日期")
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    removed_on = models.DateField("移除日期", null=True, blank=True)

    seen_through = ("application", "account")
    history = history()
    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        triggers = kept()
        constraints = (
            models.CheckConstraint(name="document_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="paper_of_a_case_or_an_account",
                condition=Q(application__isnull=False, account=None) | Q(application=None, account__isnull=False),
            ),
            models.CheckConstraint(
                name="document_removed_by_somebody",
                condition=Q(removed_on=None, removed_by=None) | Q(removed_on__isnull=False, removed_by__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.member}".strip()

    def get_absolute_url(self) -> str:
        return self.owner.get_absolute_url()

    @property
    def owner(self) -> Any:
        """The case or the account whose paper it is."""
        return self.application or self.account

    @property
    def township(self) -> Any:
        return self.owner.township

    @property
    def is_image(self) -> bool:
        """An image was drawn anew when it came in, so it may be looked at in the browser."""
        return self.content_type == "image/jpeg"

    def set_name(self, name: str) -> None:
        self.name_sealed = seal(name, row=self.uuid, table="document", column="name")

    def full_name(self) -> str:
        """The file's name as it came."""
        return unseal(self.name_sealed, row=self.uuid, table="document", column="name")

    def path(self, column: str) -> Path:
        """Where the sealed ``content`` or ``preview`` lies; its name says nothing."""
        return Path(settings.DOCUMENTS_FOLDER) / self.uuid.hex[:2] / f"{self.uuid.hex}.{column}"

    def read(self, column: str = "content") -> bytes:
        """The file in clear; callers declare an OPEN_DOCUMENT unless it is the small ``preview``."""
        return unseal_bytes(self.path(column).read_bytes(), row=self.uuid, table="document", column=column)
