"""The words of the interface for partner bureaus."""

from django.db import models


class Bureau(models.TextChoices):
    """What kind of office a partner is."""

    MEDICAL_INSURANCE = "MEDICAL_INSURANCE", "医疗保障"
    EDUCATION = "EDUCATION", "教育"
    HOUSING = "HOUSING", "住房和城乡建设"
    EMPLOYMENT = "EMPLOYMENT", "人力资源和社会保障"
    DISABLED = "DISABLED", "残疾人联合会"
    EMERGENCY = "EMERGENCY", "应急管理"
    POLICE = "POLICE", "公安"
    JUSTICE = "JUSTICE", "司法行政（法律援助）"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", "民政（殡葬、婚姻等）"
    HEALTH = "HEALTH", "卫生健康"
    TAX = "TAX", "税务"
    REAL_ESTATE = "REAL_ESTATE", "不动产登记"
    VEHICLES = "VEHICLES", "车辆管理"
    MARKET = "MARKET", "市场监督管理"
    BANK = "BANK", "银行"
    UTILITY = "UTILITY", "供电、供热等公用单位"
    TRADE_UNION = "TRADE_UNION", "总工会"
    OTHER = "OTHER", "其他"


class Dataset(models.TextChoices):
    """What a grant opens."""

    STATUS = "STATUS", "查询个人待遇状态"
    RECIPIENTS = "RECIPIENTS", "按月名单"
    CHECKS = "CHECKS", "经济状况核对"
    POLICY = "POLICY", "政策测算"
    CHANGES = "CHANGES", "待遇变化"
    REFERRALS = "REFERRALS", "转办"
    LEADS = "LEADS", "上报线索"
    ALERTS = "ALERTS", "提示情况"


class Field(models.TextChoices):
    """What may be told of a person, each granted by itself. In an answer the names are in small letters."""

    NAME = "NAME", "姓名"
    ID_NUMBER = "ID_NUMBER", "身份证号"
    SCHEME = "SCHEME", "待遇"
    CATEGORY = "CATEGORY", "类别"
    SINCE = "SINCE", "起始月份"
    UNTIL = "UNTIL", "截止月份"
    AREA = "AREA", "乡镇（街道）"
    AMOUNT = "AMOUNT", "月金额"
    PHONE = "PHONE", "联系电话"
    ADDRESS = "ADDRESS", "住址"
    NEED = "NEED", "所需帮助"
    STUDENT = "STUDENT", "在读阶段"
    DISABILITY = "DISABILITY", "残疾类别和等级"


# What each dataset can tell at most; a grant chooses among these.
FIELDS: dict[str, tuple[Field, ...]] = {
    Dataset.STATUS: (Field.SCHEME, Field.CATEGORY, Field.SINCE, Field.UNTIL, Field.AREA),
    Dataset.RECIPIENTS: (Field.NAME, Field.ID_NUMBER, Field.SCHEME, Field.CATEGORY, Field.AREA),
    Dataset.CHECKS: (Field.NAME, Field.ID_NUMBER),
    Dataset.POLICY: (),
    Dataset.CHANGES: (
        Field.NAME,
        Field.ID_NUMBER,
        Field.SCHEME,
        Field.CATEGORY,
        Field.SINCE,
        Field.UNTIL,
        Field.AREA,
        Field.AMOUNT,
    ),
    Dataset.REFERRALS: (
        Field.NAME,
        Field.ID_NUMBER,
        Field.PHONE,
        Field.AREA,
        Field.ADDRESS,
        Field.SCHEME,
        Field.NEED,
        Field.STUDENT,
        Field.DISABILITY,
    ),
    Dataset.LEADS: (),
    Dataset.ALERTS: (),
}


# What is about particular people: asked for with a purpose, and every answer written down.
PERSONAL = frozenset({Dataset.STATUS, Dataset.RECIPIENTS, Dataset.CHECKS, Dataset.CHANGES, Dataset.REFERRALS})


class Purpose(models.TextChoices):
    """Why somebody's data is asked for; said with every personal query and among the granted ones."""

    MEDICAL_SUBSIDY = "MEDICAL_SUBSIDY", "资助参加基本医疗保险、医疗救助"
    EDUCATION_AID = "EDUCATION_AID", "教育救助"
    HOUSING_AID = "HOUSING_AID", "住房救助"
    EMPLOYMENT_AID = "EMPLOYMENT_AID", "就业救助"
    DISASTER_RELIEF = "DISASTER_RELIEF", "受灾人员救助"
    LEGAL_AID = "LEGAL_AID", "法律援助"
    UTILITY_RELIEF = "UTILITY_RELIEF", "取暖、用电等费用减免"
    DISABILITY_SERVICE = "DISABILITY_SERVICE", "残疾人服务"
    ECONOMIC_CHECK = "ECONOMIC_CHECK", "家庭经济状况核对"
    OTHER = "OTHER", "其他法定职责"


class GrantState(models.TextChoices):
    """How far a grant is."""

    PROPOSED = "PROPOSED", "待批准"
    APPROVED = "APPROVED", "已批准"
    REJECTED = "REJECTED", "未批准"
    REVOKED = "REVOKED", "已收回"


class Kind(models.TextChoices):
    """The category a partner is told: how the benefit is given."""

    INSTITUTION = "INSTITUTION", "集中供养"
    DISPERSED = "DISPERSED", "分散供养"
    FAMILY = "FAMILY", "按户保障"
    SINGLE = "SINGLE", "单人户"
    PHASE_OUT = "PHASE_OUT", "渐退"


class Benefit(models.TextChoices):
    """The scheme a partner is told."""

    TEKUN = "TEKUN", "特困人员救助供养"
    DIBAO = "DIBAO", "最低生活保障"
