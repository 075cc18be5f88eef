"""What the household may own (§4)."""

from collections.abc import Iterable

from apps.core.money import Fen

from .clause import clause
from .enums import OtherAssetKind, Relation
from .exact import Exact
from .facts import FinancialAsset, Member, OtherAsset

_EXCLUDING = (OtherAssetKind.MOTOR_VEHICLE, OtherAssetKind.SECOND_HOME, OtherAssetKind.NON_RESIDENTIAL_PROPERTY)


def owned_by(counted: tuple[Member, ...], assets: Iterable[FinancialAsset]) -> dict[str, Fen]:
    """Financial assets of each counted member; what names nobody is the head's, or else the first counted member's."""
    heads = [member.ref for member in counted if member.relation is Relation.HEAD]
    fallback = (heads or [counted[0].ref])[0]
    owned = dict.fromkeys([member.ref for member in counted], 0)
    for asset in assets:
        owner = asset.member or fallback
        if owner in owned and is_counted_asset(owner, asset):
            owned[owner] += asset.value
    return owned


@clause("§4", "{owner} 的{asset.kind} {asset.value:yuan} 元", quiet=True)
def is_counted_asset(owner: str, asset: FinancialAsset) -> bool:
    """计入人员的现金、存款、有价证券和债权按市值计算。"""
    return bool(asset)


@clause(
    "§4",
    "{total:yuan} 元，上限 {months} 个月 × {standard:yuan} 元 × {people} 人，未超过：{result}",
    uses=("dibao_standard", "asset_months"),
)
def are_financial_assets_within(total: Fen, people: int, standard: Exact, months: Exact) -> bool:
    """人均金融资产不得超过二十四个月低保标准，正好相等不算超过。"""
    return total <= months * standard * people


def do_other_assets_exclude(assets: Iterable[OtherAsset]) -> bool:
    """Whether a vehicle or a house stands in the way."""
    # A list: every one is looked at, so that the explanation names them all.
    return any([excludes(asset) for asset in assets if asset.kind in _EXCLUDING])  # noqa: C419


@clause("§4", "{asset.kind}，已豁免：{asset.exempted}（{asset.ground}），超出规定：{result}", pending=True)
def excludes(asset: OtherAsset) -> bool:
    """机动车、第二套住房和非居住用房未经说明理由予以豁免的，不符合财产规定。"""
    return not asset.exempted
