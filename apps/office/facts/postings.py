"""Who sits where, what they may do there, and what would be left undone without them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from apps.accounts.apart import apart
from apps.accounts.facts import stays_empty
from apps.accounts.models import Posting, User
from apps.accounts.roles import SEES_NO_FAMILY, Role, duties
from apps.applications.facts.handing_over import open_cases_of
from apps.audit.models import Record
from apps.core.month import day_label

SHOWN = 50


@dataclass(frozen=True)
class Seat:
    """A posting as it stands on a day: in words and colour; ``acts``: whether it can still be changed."""

    posting: Posting
    label: str
    tone: str
    acts: bool

    @property
    def lent(self) -> list[str]:
        """Who sits there besides, and how long."""
        return [f"由{p.user.name}代理，{day_label(p.since)}至{day_label(p.last_day)}" for p in self.posting.lent_now]


@dataclass(frozen=True)
class Offer:
    """A post that could be given: what it may do, or why not to this person."""

    role: Role
    duties: str
    why_not: str


def seats_of(person: User, *, on: date) -> list[Seat]:
    """Every posting of a person, the newest first."""
    lent = Prefetch("deputies", Posting.objects.during(on, None).select_related("user"), to_attr="lent_now")
    held = person.postings.select_related("area__parent", "appointed_by", "deputy_for__user").prefetch_related(lent)
    return [_seat(posting, on) for posting in held.order_by("-since", "-pk")]


def _seat(posting: Posting, on: date) -> Seat:
    if posting.until is not None and posting.until <= on:
        return Seat(posting, "已离任", "plain", acts=False)
    if posting.since > on:
        return Seat(posting, f"{day_label(posting.since)}起", "info", acts=True)
    if posting.deputy_for_id:
        return Seat(posting, "代理中", "warn", acts=True)
    return Seat(posting, "在任", "good", acts=True)


@dataclass(frozen=True)
class Told:
    """One act on an account or a post, as the page's timeline tells it."""

    title: str
    on: date
    who: str
    note: str


def told_about(person: User) -> list[Told]:
    """What was done to the account and the posts of this person, newest first."""
    records = Record.objects.about(person).filter(within=None).select_related("user").order_by("-pk")[:SHOWN]
    return [Told(r.get_verb_display(), r.on, r.user.name, r.reason or r.payload.get("post", "")) for r in records]


def offers(person: User, *, on: date, besides: Posting | None = None) -> list[Offer]:
    """All posts, with the reason where this person holds one that does not go together with it."""
    held = [
        p
        for p in person.postings.during(on, None).select_related("area__parent")
        if besides is None or p.pk != besides.pk
    ]
    return [Offer(role, telling_first(role), next(_reasons(role, held), "")) for role in Role]


def _reasons(role: Role, held: list[Posting]) -> Iterator[str]:
    for posting in held:
        if why := apart(role, Role(posting.role)):
            yield f"现任{posting.line()}：{why}"


def duties_line(role: Role) -> str:
    """What a post may do, in one line."""
    return "、".join(verb.label for verb in duties(role)) or "暂无可办事项"


def telling_first(role: Role) -> str:
    """The same, what it may merely look at last: by its acts a post is told from another."""
    looks = [verb for verb in duties(role) if verb.name.startswith("VIEW_")]
    return "、".join(verb.label for verb in (*(v for v in duties(role) if v not in looks), *looks)) or "暂无可办事项"


def lends(posting: Posting, *, since: date, until: date | None) -> str:
    """What a deputy may do meanwhile: all the holder may."""
    last = f"至{day_label(until - timedelta(days=1))}" if until else "起"
    role = Role(posting.role)
    return f"自{day_label(since)}{last}可办理{posting.area.name}{role.label}的全部 {len(duties(role))} 项业务"


def gains(role: Role, *, since: date, until: date | None) -> list[str]:
    """What an appointment brings, in words."""
    last = f"至{day_label(until - timedelta(days=1))}" if until else "起"
    lines = [f"自{day_label(since)}{last}可办理：{duties_line(role)}"]
    if role in SEES_NO_FAMILY:
        lines.append("这个岗位看不到任何家庭的资料")
    return lines


def losses(posting: Posting, *, from_day: date) -> list[str]:
    """What would be left undone without this posting from that day: empty when somebody else is there for all of it."""
    lines = []
    if stays_empty(posting, from_day=from_day):
        lines.append(f"{day_label(from_day)}起{posting.area.name}再没有{posting.get_role_display()}，相关事项无人可办")
    if posting.role == Role.CASEWORKER and (count := open_cases_of(posting.user, posting.area)):
        lines.append(f"本人名下还有 {count} 件在办申请，请{posting.area.name}负责人在“移交”里交给同事")
    deputies = posting.deputies.during(from_day, None).select_related("user")
    lines += [f"{p.user.name}的代理仍到{day_label(p.last_day)}为止" for p in deputies if p.last_day]
    return lines
