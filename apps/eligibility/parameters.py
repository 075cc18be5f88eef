"""What the dated parameters are, as officials read and write them: names, units, to whom, and what is a value."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from apps.core.money import fen
from apps.core.refusal import Refused
from apps.eligibility.policy.enums import AreaKind, PartKind, Support
from apps.eligibility.policy.standards import Law, Row, shipped_parameters

KEYS = {
    **{kind.value: kind.label for kind in (*AreaKind, *PartKind, *Support)},
    "CPI": "居民消费价格",
    "FOOD": "食品价格",
    "ORDINARY": "一般家庭",
    "DISABLED": "残疾人家庭",
    "PRIORITY": "重点对象",
    "GENERAL": "一般对象",
}
# Read as one whole: a later start replaces all its rows, so all are given together.
WHOLE = frozenset({"phase_out_schedule"})
# In force and switched off is a value only of these.
CAN_BE_OFF = frozenset({"assessment_index", "minimum_top_up"})

Place = tuple[str, str]
_RATE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?%?")
_COUNT = re.compile(r"[1-9][0-9]{0,3}")


class Kind(StrEnum):
    """What the values of a parameter are."""

    MONEY = "MONEY"
    RATE = "RATE"
    COUNT = "COUNT"
    SWITCH = "SWITCH"

    @property
    def help(self) -> str:
        """How a value is written."""
        return {
            Kind.MONEY: "元，最多两位小数，例如 600 或 600.50",
            Kind.RATE: "例如 0.6 或 60%",
            Kind.COUNT: "整数，例如 18",
            Kind.SWITCH: "填 1 启用",
        }[self]


def kind_of(parameter: str) -> Kind:
    """What is a value of this parameter, by its unit."""
    unit = shipped_parameters()[parameter].unit
    if unit.startswith("元"):
        return Kind.MONEY
    if unit == "开关":
        return Kind.SWITCH
    return Kind.RATE if unit.startswith(("比例", "倍", "同比")) else Kind.COUNT


def places_of(parameter: str, law: Law) -> list[Place]:
    """To whom the parameter applies: the pairs of area and key it has values for, in the order of the law."""
    pairs = [(row.area.value if row.area else "", row.key) for row in law.rows if row.parameter == parameter]
    order = {area.value: number for number, area in enumerate(AreaKind)}
    return sorted(dict.fromkeys(pairs), key=lambda place: (order.get(place[0], -1), place[1].zfill(3)))


def applies_to(area: str, key: str) -> str:
    """To whom a value applies, in words; empty for everybody."""
    keyed = f"第 {key} 个月起" if key.isdigit() else KEYS.get(key, key)
    return " ".join(filter(None, (KEYS.get(area, area), keyed)))


def read_value(parameter: str, text: str) -> str:
    """A value as the law keeps it; ValueError says in Chinese what is wrong."""
    kind, text = kind_of(parameter), text.strip()
    if kind is Kind.MONEY:
        if fen(text) == 0:
            raise ValueError("金额应大于 0")
        return text
    if kind is Kind.SWITCH:
        if text != "1":
            raise ValueError("填 1 启用，或勾选停用")
        return text
    if kind is Kind.COUNT:
        if not _COUNT.fullmatch(text):
            raise ValueError("应为正整数")
        return text
    return _rate(text, whole=shipped_parameters()[parameter].unit.startswith("倍"))


def _rate(text: str, *, whole: bool) -> str:
    if not _RATE.fullmatch(text):
        raise ValueError("应写成 0.6 或 60% 的样子")
    rate = Decimal(text.removesuffix("%")).scaleb(-2 if text.endswith("%") else 0)
    if not rate or rate > (10 if whole else 1):
        raise ValueError("倍数应大于 0、不超过 10" if whole else "比例应大于 0、不超过 1")
    return f"{rate.normalize():f}"


def check_content(content: list[dict[str, Any]], *, start: date, law: Law) -> list[dict[str, Any]]:
    """Proposed values as they are kept; Refused("bad_value", "nothing_new") with the field ``value_AREA_KEY``."""
    checked = [_checked(value, law) for value in content]
    places = {(value["parameter"], value["area"], value["key"]) for value in checked}
    if len(places) != len(checked):
        raise Refused("bad_value", "同一适用对象写了两个值，请只留一个。")
    for parameter in {value["parameter"] for value in checked} & WHOLE:
        if any((parameter, *place) not in places for place in places_of(parameter, law)):
            raise Refused("bad_value", "这项参数须整体提出：每一档都要填写。")
    if all(_holds_already(value, start, law) for value in checked):
        raise Refused("nothing_new", "这些数值与届时已有的标准完全相同，不需要提出；请修改数值或起始月份。")
    return checked


def _checked(value: dict[str, Any], law: Law) -> dict[str, Any]:
    parameter, area, key, months = value["parameter"], value["area"], value["key"], value["months"]
    if parameter not in shipped_parameters() or (area, key) not in places_of(parameter, law):
        raise Refused("bad_value", "没有这项参数，请从“政策与标准”页选择。")
    if months not in {1, 12} or (months == 12 and kind_of(parameter) is not Kind.MONEY):
        raise Refused("bad_value", "数值按每月或每年（12 个月）计，请重新选择。")
    return {"parameter": parameter, "area": area, "key": key, "value": _value(value), "months": months}


def _value(value: dict[str, Any]) -> str | None:
    if value["value"] is None and value["parameter"] in CAN_BE_OFF:
        return None
    try:
        return read_value(value["parameter"], value["value"] or "")
    except ValueError as error:
        raise Refused("bad_value", f"{error}。", field=field_of(value["area"], value["key"])) from None


def field_of(area: str, key: str) -> str:
    """The name of the form's field for a value."""
    return f"value_{area}_{key}"


def _holds_already(value: dict[str, Any], start: date, law: Law) -> bool:
    standing = standing_row(law, value["parameter"], (value["area"], value["key"]), start)
    return standing is not None and (standing.value, standing.months) == (value["value"], value["months"])


def standing_row(law: Law, parameter: str, place: Place, day: date) -> Row | None:
    """The row of a place in force on a day."""
    area, key = place
    rows = [r for r in law.rows if (r.parameter, r.area or "", r.key) == (parameter, area, key) and r.start <= day]
    return max(rows, key=lambda row: row.start, default=None)


def proposed_rows(content: list[dict[str, Any]], *, start: date, source: str, confirmed: bool) -> list[Row]:
    """Proposed values as the rules read them."""
    return [
        Row(
            parameter=value["parameter"],
            start=start,
            value=value["value"],
            source=source,
            confirmed=confirmed,
            area=AreaKind(value["area"]) if value["area"] else None,
            key=value["key"],
            months=value["months"],
        )
        for value in content
    ]
