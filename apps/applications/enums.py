"""What falls due in a case, and why its clock may stand still."""

from django.db import models


class Due(models.TextChoices):
    """What the law sets a day for."""

    INVESTIGATION = "INVESTIGATION", "启动调查"
    CHECK = "CHECK", "核对结果"
    SURVEY = "SURVEY", "调查审核"
    RESURVEY = "RESURVEY", "重新调查"
    COUNTY = "COUNTY", "县级确认"
    REFUSAL = "REFUSAL", "送达不予确认通知书"
    WHOLE = "WHOLE", "全程办结"
    DEATH = "DEATH", "死亡结算"
    PAYMENT = "PAYMENT", "救助金到账"


class PauseReason(models.TextChoices):
    """Why no deadline of a case runs for a while."""

    PAPERS = "PAPERS", "等待补正材料"
    CHECK = "CHECK", "核对结果未回"
    APPLICANT = "APPLICANT", "申请人原因"
    DISASTER = "DISASTER", "疫情灾害"
    OTHER = "OTHER", "其他"
