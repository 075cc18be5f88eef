"""What stands in which column: one description for the template handed out and the reader that takes it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from apps.eligibility.policy.enums import (
    AreaKind,
    AssetKind,
    DeductionKind,
    DisabilityCategory,
    IncomeKind,
    OtherAssetKind,
    PartKind,
    Relation,
    Scheme,
    Student,
    Support,
)
from apps.eligibility.policy.standards import SUPPLEMENTS

EXAMPLE = "示例"


class Kind(Enum):
    """How a cell is read."""

    TEXT = auto()
    # Digits that are a name, not a number: 007 must not become 7, nor 220281199001011234 lose its last digits.
    DIGITS = auto()
    DAY = auto()
    MONTH = auto()
    MONEY = auto()
    COUNT = auto()
    YES = auto()
    WORD = auto()


@dataclass(frozen=True)
class Column:
    """One column: its key in the program, heading, kind, whether it must be filled, what to write in it."""

    key: str
    heading: str
    kind: Kind
    help: str
    required: bool = False
    words: Mapping[str, Any] | None = None
    longest: int = 100


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook with an example row."""

    name: str
    columns: tuple[Column, ...]
    example: tuple[Any, ...]


def words(*enums: Any) -> dict[str, Any]:
    """Labels as people write them → the words of the rules."""
    return {item.label: item for enum in enums for item in enum}


def _family(help_text: str = "与“家庭”表的编号一致。") -> Column:
    return Column("family", "家庭编号", Kind.DIGITS, help_text, required=True, longest=40)


def _person(key: str, heading: str, help_text: str, *, required: bool = False) -> Column:
    return Column(key, heading, Kind.DIGITS, help_text, required=required, longest=30)


# Nobody can bear it: the county code 220299 was never assigned.
HEAD = "220299198501010013"
EXAMPLE_FAMILY = f"{EXAMPLE}1"
PARTS = {kind.label: kind for kind in (PartKind.GAP, *SUPPLEMENTS)}

FAMILIES = Sheet(
    "家庭",
    (
        _family("原系统中的编号，全册唯一；按文本填写。"),
        Column("village", "村（社区）", Kind.DIGITS, "12位区划代码，或“乡镇/村”的名称。", required=True),
        Column("area", "城乡类别", Kind.WORD, "按户籍和居住认定。", required=True, words=words(AreaKind)),
        Column("address", "住址", Kind.TEXT, "村组、门牌。", longest=200),
        Column("phone", "联系电话", Kind.DIGITS, "户主的电话；按文本填写。", longest=20),
    ),
    (EXAMPLE_FAMILY, "新站镇/站前社区", "城市", "和平街1号", ""),
)
MEMBERS = Sheet(
    "成员",
    (
        _family(),
        _person("number", "身份证号", "18位；按文本填写。", required=True),
        Column("name", "姓名", Kind.TEXT, "与身份证一致。", required=True, longest=60),
        Column("relation", "与户主关系", Kind.WORD, "每户一名户主。", required=True, words=words(Relation)),
        Column("coresident", "长期共同居住", Kind.YES, "是／否；不填为“是”。"),
        Column("student", "在读", Kind.WORD, "全日制在读才填。", words=words(Student)),
        Column("certificate", "残疾证号", Kind.DIGITS, "20位；填了它就不必填类别和等级。", longest=30),
        Column("disability", "残疾类别", Kind.WORD, "没有残疾证号时填。", words=words(DisabilityCategory)),
        Column("grade", "残疾等级", Kind.COUNT, "1至4。"),
        Column("ill", "重病", Kind.YES, "经认定的重病填“是”。"),
        Column("dependent", "不能独立生活", Kind.YES, "成年子女不能独立生活的填“是”。"),
    ),
    (EXAMPLE_FAMILY, HEAD, "赵甲", "户主", "是", "", "", "", "", "", ""),
)
INCOMES = Sheet(
    "收入",
    (
        _family(),
        _person("number", "身份证号", "谁的收入；扣减项不填。"),
        Column(
            "kind", "种类", Kind.WORD, "收入，或经认可的扣减。", required=True, words=words(IncomeKind, DeductionKind)
        ),
        Column("amount", "十二个月金额", Kind.MONEY, "元，最多两位小数。", required=True),
        Column("ground", "凭据", Kind.TEXT, "扣减必须写明依据。", longest=200),
    ),
    (EXAMPLE_FAMILY, HEAD, "工资性收入", 10800, "工资流水"),
)
PROPERTY = Sheet(
    "财产",
    (
        _family(),
        _person("number", "身份证号", "谁的；不填为户主的。"),
        Column("kind", "种类", Kind.WORD, "金融资产，或车房。", required=True, words=words(AssetKind, OtherAssetKind)),
        Column("amount", "金额", Kind.MONEY, "金融资产的元数；车房不填。"),
        Column("exempted", "豁免", Kind.YES, "一事一议豁免的车房填“是”，并写理由。"),
        Column("ground", "豁免理由", Kind.TEXT, "", longest=200),
    ),
    (EXAMPLE_FAMILY, "", "存款", 2000, "", ""),
)
GRANTS = Sheet(
    "待遇",
    (
        _family(),
        Column("scheme", "待遇", Kind.WORD, "每户至少一行。", required=True, words=words(Scheme)),
        _person("number", "身份证号", "特困、单人户必填：发给谁。"),
        Column("decided_on", "决定日期", Kind.DAY, "最近一次决定或复核的日期，不早于 2021-11-01。", required=True),
        Column("support", "供养方式", Kind.WORD, "特困必填。", words=words(Support)),
        Column("failures", "不能自理项数", Kind.COUNT, "特困：六项中不能的项数，0至6；没评估不填。"),
        Column("start", "渐退首月", Kind.MONTH, "渐退：第一个渐退月份，如 2023-09。"),
        Column("months", "渐退月数", Kind.COUNT, "渐退：共准予多少个月。"),
        Column("used", "已用月数", Kind.COUNT, "渐退：到接管前已发多少个月；中断过的必填。"),
    ),
    (EXAMPLE_FAMILY, "低保", "", "2024-03-15", "", "", "", "", ""),
)
BASES = Sheet(
    "渐退基数",
    (
        _family(),
        Column("kind", "项目", Kind.WORD, "差额，或每人的增发。", required=True, words=PARTS),
        _person("number", "身份证号", "增发是谁的；差额不填。"),
        Column("amount", "月金额", Kind.MONEY, "进入渐退前最后一个月的金额。", required=True),
    ),
    (EXAMPLE_FAMILY, "差额", "", 780),
)
ACCOUNTS = Sheet(
    "账户",
    (
        _family(),
        _person("number", "身份证号", "户名是谁：须为本户成员；不填为户主。"),
        Column("bank", "开户行", Kind.TEXT, "", required=True, longest=80),
        Column("account", "账号", Kind.DIGITS, "按文本填写，12至19位。", required=True, longest=30),
    ),
    (EXAMPLE_FAMILY, "", "蛟河农商银行", "043200000001234"),
)
REGISTER = (FAMILIES, MEMBERS, INCOMES, PROPERTY, GRANTS, BASES, ACCOUNTS)

PAID = Sheet(
    "发放名册",
    (
        _family("原系统中的家庭编号，或本系统的家庭编号；按文本填写。"),
        _person("number", "享受人身份证号", "特困、单人户填：发给谁；整户的不填。"),
        Column("name", "姓名", Kind.TEXT, "户主，或享受人。", longest=60),
        Column("amount", "实发金额", Kind.MONEY, "当月发放的元数。", required=True),
    ),
    (EXAMPLE_FAMILY, "", "赵甲", 1396),
)
ROLL = (PAID,)
