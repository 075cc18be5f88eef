"""The words of a case: what falls due, why its clock stands still, why it is refused, studied or takes longer."""

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


class RefusalGround(models.TextChoices):
    """Why help is refused (facts of 57号; printed in the letter)."""

    INCOME = "INCOME", "家庭人均收入不低于低保标准"
    ASSETS = "ASSETS", "金融资产超过 24 个月低保标准"
    PROPERTY = "PROPERTY", "车辆、房产等财产状况不符合规定"
    NOT_COOPERATING = "NOT_COOPERATING", "拒不配合家庭经济状况调查"
    UNTRUE = "UNTRUE", "虚报、隐瞒家庭情况"
    OTHER_PROTECTION = "OTHER_PROTECTION", "已享受特困或孤儿等保障"
    OTHER = "OTHER", "其他（见说明）"


class SpecialGround(models.TextChoices):
    """Why a case may take 45 working days instead of 30 (57号第22条)."""

    OBJECTION = "OBJECTION", "公示有异议"
    SEPARATED = "SEPARATED", "人户分离"
    ELSEWHERE = "ELSEWHERE", "异地申办"
    HARD = "HARD", "家庭经济状况调查难度较大"


class CollectiveGround(models.TextChoices):
    """Why the township's leaders must study a case together (28号 §4)."""

    PROMISE = "PROMISE", "事实以本人承诺为据"
    CONTACT_LOST = "CONTACT_LOST", "成员或义务人失去联系"
    DOCUMENTS = "DOCUMENTS", "要件不全"
    OWNERSHIP = "OWNERSHIP", "财产权属不清"
    GRADE = "GRADE", "残疾等级无法鉴定"
    OTHER = "OTHER", "其他疑难"


class DecidedLevel(models.TextChoices):
    """Who decided: the bureau, or the township it delegated to (28号 §19)."""

    COUNTY = "COUNTY", "民政局"
    TOWNSHIP = "TOWNSHIP", "乡镇（街道）"
