"""The words of proposed parameters."""

from django.db import models


class ChangeState(models.TextChoices):
    """How far a proposed value is."""

    DRAFT = "DRAFT", "草案"
    APPROVED = "APPROVED", "已核准"
    REJECTED = "REJECTED", "已退回"
