"""What one call may see: the grants in force that fit it, and nothing without them."""

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from apps.accounts.models import Area
from apps.accounts.roles import Level
from apps.core.refusal import Refused
from apps.partners.enums import Dataset
from apps.partners.models import Client, Grant


@dataclass(frozen=True)
class Access:
    """One call of a program: whose, from where, and the grants that carry it."""

    client: Client
    dataset: Dataset
    address: str
    grants: tuple[Grant, ...]

    def rows(self, township: str) -> Q:
        """The condition on rows whose township is under that name; without a grant no row fits."""
        if any(grant.whole_county for grant in self.grants):
            return Q()
        return Q(**{f"{township}__in": [grant.area_id for grant in self.grants]})

    def covers(self, township: Area) -> bool:
        """Whether something of this township may be told of."""
        return any(_covers(grant, township.pk) for grant in self.grants)

    def fields(self, township_id: int) -> frozenset[str]:
        """The fields that may be told of somebody in this township."""
        return frozenset(name for grant in self.grants if _covers(grant, township_id) for name in grant.fields)

    @property
    def all_fields(self) -> list[str]:
        """The fields told at most, in a fixed order."""
        return sorted({name for grant in self.grants for name in grant.fields})

    def for_purpose(self, purpose: str) -> "Access":
        """The same call, carried only by grants for this purpose; Refused("purpose_not_granted") without any."""
        fitting = tuple(grant for grant in self.grants if purpose in grant.purposes)
        if not fitting:
            granted = "、".join(sorted({one for grant in self.grants for one in grant.purposes}))
            said = f"授权中没有这项用途（现有：{granted}），请向民政局申请后再查询。"
            raise Refused("purpose_not_granted", said, field="purpose")
        return replace(self, grants=fitting)


def access_of(client: Client, dataset: Dataset, *, address: str, on: date) -> Access:
    """What this call may see; Refused("not_granted") when nothing in force carries it."""
    grants = client.grants.in_force(on).filter(dataset=dataset).select_related("area").order_by("pk")
    fitting = tuple(grant for grant in grants if grant.admits(address))
    if not fitting:
        raise Refused("not_granted", "没有这项授权，或授权不含这个来源地址、已到期或已收回。")
    return Access(client, dataset, address, fitting)


def known_place(address: str, *, on: date) -> bool:
    """Whether some program may ask from this address today."""
    return any(grant.admits(address) for grant in Grant.objects.in_force(on).only("networks"))


def _covers(grant: Grant, township_id: int) -> bool:
    return grant.area.level == Level.COUNTY or grant.area_id == township_id
