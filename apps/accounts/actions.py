"""What can be done to areas, accounts and postings."""

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.accounts.divisions import AreaEntry
from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import LEVELS, Level, Role, require
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused

SYSTEM = "system"


def load_areas(entries: Sequence[AreaEntry], *, acting_user: User, on: date) -> int:
    """Add the areas that are missing and correct names and kinds; the number of areas written, 0 when all was there.

    Entries come with parents before children. Areas not named stay as they are: offices may have added their own.
    """
    with act(Verb.LOAD_AREAS, acting_user=acting_user, on=on, areas=len(entries)):
        known = {area.code: area for area in Area.objects.select_for_update(of=("self",))}
        return sum(_load_level([e for e in entries if e.level == level], known) for level in Level)


def _load_level(entries: Sequence[AreaEntry], known: dict[str, Area]) -> int:
    """One level at a time, so that parents have their ids."""
    missing, changed = [], []
    for entry in entries:
        area = known.get(entry.code)
        if area is None:
            missing.append(Area(code=entry.code, name=entry.name, level=entry.level, kind=entry.kind))
            missing[-1].parent = known.get(entry.parent)
        elif (area.name, area.kind) != (entry.name, entry.kind):
            area.name, area.kind = entry.name, entry.kind
            changed.append(area)
    known |= {area.code: area for area in Area.objects.bulk_create(missing)}
    Area.objects.bulk_update(changed, ["name", "kind"])
    return len(missing) + len(changed)


def create_user(username: str, *, name: str, password: str, acting_user: User, on: date) -> User:
    """Open an account; it may do nothing before it is appointed.

    Refused("username_taken"), Refused("weak_password") with what is wrong with the password.
    """
    _administer(acting_user, Verb.CREATE_USER, on)
    if User.objects.filter(username=username).exists():
        raise Refused("username_taken", "这个账号已经有人使用，请换一个。", field="username")
    user = User(username=username, name=name)
    _set_password(user, password, field="password")
    with act(Verb.CREATE_USER, acting_user=acting_user, on=on, username=username):
        user.save()
    return user


def appoint(user: User, *, area: Area, role: Role, since: date, acting_user: User, on: date) -> Posting:
    """Give a user a post in an area from a day on.

    Refused("wrong_level") when the post belongs to another level, Refused("already_posted") when it is held then.
    """
    _administer(acting_user, Verb.APPOINT, on)
    if LEVELS[role] != area.level:
        raise Refused("wrong_level", f"“{role.label}”是{LEVELS[role].label}岗位，请选择相应的区域。", field="area")
    with act(Verb.APPOINT, acting_user=acting_user, on=on, subject=user, area=area.township, role=str(role)):
        user = User.objects.select_for_update().get(pk=user.pk)
        same = user.postings.filter(area=area, role=role)
        if same.filter(until=None).exists() or same.filter(until__gt=since).exists():
            raise Refused("already_posted", "这位同事在同一区域的同一岗位上已有任期，请先免去原任职。", field="since")
        return Posting.objects.create(user=user, area=area, role=role, since=since)


def end_posting(posting: Posting, *, until: date, acting_user: User, on: date) -> Posting:
    """End a post; the holder may act for the last time on the day before ``until``.

    Refused("too_early") for a day not after the appointment, Refused("already_ended") for a post that has ended.
    """
    _administer(acting_user, Verb.END_POSTING, on)
    with act(Verb.END_POSTING, acting_user=acting_user, on=on, subject=posting.user, area=posting.area.township):
        posting = Posting.objects.select_for_update(of=("self",)).select_related("user", "area").get(pk=posting.pk)
        if posting.until is not None and posting.until <= on:
            raise Refused("already_ended", "这个岗位已经免去。")
        if until <= posting.since:
            raise Refused("too_early", "离任日期须晚于任职日期。", field="until")
        posting.until = until
        posting.save()
        return posting


def change_password(user: User, *, old: str, new: str, acting_user: User, on: date) -> User:
    """Change one's own password.

    Refused("wrong_password") when the old one is not right, Refused("weak_password") with what is wrong with the new.
    """
    if acting_user.pk != user.pk:
        raise Refused("not_permitted", "只能修改自己的密码。")
    with act(Verb.CHANGE_PASSWORD, acting_user=acting_user, on=on, subject=user):
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.check_password(old):
            raise Refused("wrong_password", "原密码不对，请重新输入。", field="old")
        if old == new:
            raise Refused("same_password", "新密码与原密码相同，请换一个。", field="new")
        _set_password(user, new, field="new")
        user.save(update_fields=["password"])
        return user


def _administer(acting_user: User, verb: Verb, on: date) -> None:
    # The office system opens the first accounts, when there is nobody yet who could.
    if acting_user.username != SYSTEM:
        require(acting_user, verb, on=on)


def _set_password(user: User, password: str, *, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused("weak_password", "".join(error.messages), field=field) from error
    user.set_password(password)
