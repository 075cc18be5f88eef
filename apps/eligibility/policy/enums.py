"""The words of the rules, from which models and forms build their choices.

Values are those of the data contract; labels are what officials read.
"""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A StrEnum whose members carry a Chinese label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class AreaKind(Labelled):
    """城乡类别."""

    URBAN = "URBAN", "城市"
    RURAL = "RURAL", "农村"


class Relation(Labelled):
    """Relation to the head of the household."""

    HEAD = "HEAD", "户主"
    SPOUSE = "SPOUSE", "配偶"
    CHILD = "CHILD", "子女"
    PARENT = "PARENT", "父母"
    GRANDPARENT = "GRANDPARENT", "祖父母"
    GRANDCHILD = "GRANDCHILD", "孙子女"
    SIBLING = "SIBLING", "兄弟姐妹"
    OTHER = "OTHER", "其他亲属"


class Student(Labelled):
    """Full-time schooling."""

    COMPULSORY = "COMPULSORY", "义务教育"
    SENIOR_HIGH = "SENIOR_HIGH", "普通高中"
    SECONDARY_VOCATIONAL = "SECONDARY_VOCATIONAL", "中等职业教育"
    UNDERGRADUATE = "UNDERGRADUATE", "本专科"
    POSTGRADUATE = "POSTGRADUATE", "研究生"


class DisabilityCategory(Labelled):
    """Categories of the disability certificate."""

    VISUAL = "VISUAL", "视力"
    HEARING = "HEARING", "听力"
    SPEECH = "SPEECH", "言语"
    PHYSICAL = "PHYSICAL", "肢体"
    INTELLECTUAL = "INTELLECTUAL", "智力"
    MENTAL = "MENTAL", "精神"
    MULTIPLE = "MULTIPLE", "多重"


class MemberStatus(Labelled):
    """Reasons why a member is never counted (57号 第7条)."""

    IMPRISONED = "IMPRISONED", "服刑"
    COMPULSORY_REHAB = "COMPULSORY_REHAB", "强制隔离戒毒"
    DECLARED_MISSING = "DECLARED_MISSING", "宣告失踪"
    CLERGY_3_YEARS = "CLERGY_3_YEARS", "脱离家庭三年以上的宗教教职人员"


class IncomeKind(Labelled):
    """Kinds of income (57号第13条)."""

    WAGE = "WAGE", "工资性收入"
    BUSINESS = "BUSINESS", "经营净收入"
    PROPERTY = "PROPERTY", "财产净收入"
    TRANSFER = "TRANSFER", "转移净收入"
    SOCIAL_INSURANCE = "SOCIAL_INSURANCE", "社会保险待遇"
    OTHER = "OTHER", "其他收入"
    PREFERENTIAL_PENSION = "PREFERENTIAL_PENSION", "优待抚恤金"
    FAMILY_PLANNING_REWARD = "FAMILY_PLANNING_REWARD", "计划生育奖励扶助"
    SCHOLARSHIP = "SCHOLARSHIP", "奖学金"
    BRAVERY_AWARD = "BRAVERY_AWARD", "见义勇为奖励"
    SOCIAL_ASSISTANCE = "SOCIAL_ASSISTANCE", "政府救助款物"
    CENTRAL_BASIC_PENSION = "CENTRAL_BASIC_PENSION", "中央基础养老金"
    OLD_AGE_ALLOWANCE = "OLD_AGE_ALLOWANCE", "高龄津贴"
    DISABILITY_SUBSIDY = "DISABILITY_SUBSIDY", "残疾人两项补贴"


class DeductionKind(Labelled):
    """Approved deductions from income."""

    EMPLOYMENT_COST = "EMPLOYMENT_COST", "必要就业成本"
    DISABILITY = "DISABILITY", "残疾增加的刚性支出"
    ILLNESS = "ILLNESS", "重病增加的刚性支出"


class ExpenseKind(Labelled):
    """Kinds of expenses."""

    MEDICAL = "MEDICAL", "医疗"
    EDUCATION = "EDUCATION", "教育"
    CARE = "CARE", "照护"
    REHABILITATION = "REHABILITATION", "残疾康复"
    LIVING = "LIVING", "生活"
    OTHER = "OTHER", "其他"


class AssetKind(Labelled):
    """Financial assets under the 24-month limit (§4)."""

    CASH = "CASH", "现金"
    DEPOSIT = "DEPOSIT", "存款"
    SECURITIES = "SECURITIES", "有价证券（含基金、保单现金价值）"
    RECEIVABLE = "RECEIVABLE", "债权"


class OtherAssetKind(Labelled):
    """Other property."""

    MOTOR_VEHICLE = "MOTOR_VEHICLE", "机动车"
    SECOND_HOME = "SECOND_HOME", "第二套住房"
    NON_RESIDENTIAL_PROPERTY = "NON_RESIDENTIAL_PROPERTY", "非居住用房"
    HOME = "HOME", "自住房"
    SCOOTER = "SCOOTER", "电动车、摩托车"
    OTHER = "OTHER", "其他"


class Support(Labelled):
    """How a 特困 person is provided for (§3)."""

    DISPERSED = "DISPERSED", "分散供养"
    INSTITUTION = "INSTITUTION", "集中供养"


class ObligorStatus(Labelled):
    """Why a legal supporter cannot act."""

    NO_CIVIL_CAPACITY = "NO_CIVIL_CAPACITY", "无民事行为能力"
    DECLARED_MISSING = "DECLARED_MISSING", "宣告失踪"
    IMPRISONED = "IMPRISONED", "服刑"


class Category(Labelled):
    """What the household is (§1, §2)."""

    TEKUN = "TEKUN", "特困"
    DIBAO = "DIBAO", "低保"
    LOW_INCOME = "LOW_INCOME", "低收入"
    EXPENDITURE = "EXPENDITURE", "支出型"
    NONE = "NONE", "不符合"
    INCOMPLETE = "INCOMPLETE", "材料未齐"


class ReviewClass(Labelled):
    """How often a family on benefit is examined again (57号第31条)."""

    PRIORITY = "PRIORITY", "重点"
    GENERAL = "GENERAL", "一般"


class Scheme(Labelled):
    """Monthly benefits."""

    TEKUN = "TEKUN", "特困供养"
    DIBAO = "DIBAO", "低保"
    DIBAO_SINGLE = "DIBAO_SINGLE", "单人户低保"
    DIBAO_PHASE_OUT = "DIBAO_PHASE_OUT", "低保渐退"


class PartKind(Labelled):
    """Parts of an amount."""

    GAP = "GAP", "差额"
    SEVERE_DISABILITY = "SEVERE_DISABILITY", "重残增发"
    SERIOUS_ILLNESS = "SERIOUS_ILLNESS", "重病增发"
    ELDERLY_DISABLED = "ELDERLY_DISABLED", "老残一体增发"
    MULTI_DISABLED = "MULTI_DISABLED", "一户多残增发"
    ELDERLY = "ELDERLY", "老年增发"
    MINOR = "MINOR", "未成年增发"
    SINGLE = "SINGLE", "单人户"
    BASIC = "BASIC", "基本生活"
    CARE_SELF = "CARE_SELF", "照料护理（自理）"
    CARE_PARTIAL = "CARE_PARTIAL", "照料护理（半护理）"
    CARE_FULL = "CARE_FULL", "照料护理（全护理）"
    PHASE_OUT = "PHASE_OUT", "渐退"
