"""Postings: the security administrator's work. Nobody touches a post of their own; the database refuses it too."""

from datetime import date

from apps.accounts.actions.administering import administer
from apps.accounts.apart import apart
from apps.accounts.models import Area, Posting, User
from apps.accounts.roles import LEVELS, Role
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused


def appoint(
    user: User, *, area: Area, role: Role, since: date, until: date | None = None, acting_user: User, on: date
) -> Posting:
    """Give a user a post in an area from a day on, until (not including) another when it is known.

    Refused("oneself"), Refused("switched_off"), Refused("in_the_past") for a day before today, Refused("wrong_level")
    when the post belongs to another level, Refused("already_posted") when it is held then, Refused("apart") when it
    does not go together with a post held then.
    """
    administer(acting_user, Verb.APPOINT, on=on, user=user)
    given = Posting(user=user, area=area, role=role, since=since, until=until)
    with act(Verb.APPOINT, acting_user=acting_user, on=on, subject=user, area=area.township, post=given.line()):
        return _seat(given, on=on)


def end_posting(posting: Posting, *, until: date, acting_user: User, on: date) -> Posting:
    """End a post; the holder may act for the last time on the day before ``until``.

    Refused("oneself"), Refused("too_early") for a day not after the appointment or before today,
    Refused("already_ended") for a post that has ended.
    """
    administer(acting_user, Verb.END_POSTING, on=on, user=posting.user)
    told = {"area": posting.area.township, "post": posting.line()}
    with act(Verb.END_POSTING, acting_user=acting_user, on=on, subject=posting.user, **told):
        return _end(posting, until, field="until", on=on)


def move_posting(posting: Posting, *, area: Area, role: Role, since: date, acting_user: User, on: date) -> Posting:
    """End a post and begin another on the same day, as one act; the new posting.

    Refused("same_post") for the place where they sit already, Refused("is_a_deputy") for a post that is lent;
    otherwise what ``end_posting`` and ``appoint`` refuse.
    """
    administer(acting_user, Verb.MOVE_POSTING, on=on, user=posting.user)
    if posting.deputy_for_id:
        raise Refused("is_a_deputy", "代理岗位不能调动，请免去后另行任命。")
    if (posting.area_id, posting.role) == (area.pk, role):
        raise Refused("same_post", "新旧岗位相同，不需要调动。", field="area")
    given = Posting(user=posting.user, area=area, role=role, since=since)
    told = {"area": area.township, "post": f"{posting.line()} → {given.line()}"}
    with act(Verb.MOVE_POSTING, acting_user=acting_user, on=on, subject=posting.user, **told):
        _end(posting, since, field="since", on=on)
        return _seat(given, on=on)


def deputise(posting: Posting, *, deputy: User, since: date, until: date, acting_user: User, on: date) -> Posting:
    """Give the same post in the same place to a second user while the holder is away; the deputy acts as themself.

    Refused("oneself") for making oneself deputy, Refused("outside_posting") for days on which the holder does not hold
    the post, Refused("is_a_deputy") for the post of a deputy; otherwise what ``appoint`` refuses.
    """
    administer(acting_user, Verb.DEPUTISE, on=on, user=deputy)
    told = {"area": posting.area.township, "post": posting.line(), "holder": posting.user_id}
    with act(Verb.DEPUTISE, acting_user=acting_user, on=on, subject=deputy, **told):
        held = _fresh(posting)
        if held.deputy_for_id:
            raise Refused("is_a_deputy", "代理岗位不能再请人代理，请在本人的岗位上安排。")
        if until <= since:
            raise Refused("too_early", "结束日期须晚于开始日期。", field="until")
        if since < held.since or (held.until is not None and until > held.until):
            raise Refused("outside_posting", "代理期须在本人任期之内。", field="until")
        given = Posting(user=deputy, area=held.area, role=held.role, since=since, until=until, deputy_for=held)
        return _seat(given, on=on)


def _fresh(posting: Posting) -> Posting:
    related = Posting.objects.select_for_update(of=("self",)).select_related("user", "area__parent")
    return related.get(pk=posting.pk)


def _end(posting: Posting, until: date, *, field: str, on: date) -> Posting:
    posting = _fresh(posting)
    if posting.until is not None and posting.until <= on:
        raise Refused("already_ended", "这个岗位已经免去。")
    if until <= posting.since:
        raise Refused("too_early", "离任日期须晚于任职日期。", field=field)
    if until < on:
        raise Refused("too_early", "离任日期不能早于今天：过去办的事仍算在任时所办。", field=field)
    posting.until = until
    posting.save()
    return posting


def _seat(posting: Posting, *, on: date) -> Posting:
    """Write a new posting down after asking everything a new posting is asked."""
    role, level = Role(posting.role), LEVELS[Role(posting.role)]
    # The row of the person is the lock: two appointments at once see each other.
    user = User.objects.select_for_update().get(pk=posting.user_id)
    if not user.is_active:
        raise Refused("switched_off", f"{user.name}的账号已经停用，请先由系统管理员启用。", field="deputy")
    if not posting.level_fits:
        raise Refused("wrong_level", f"“{role.label}”是{level.label}岗位，请选择相应的区域。", field="area")
    if posting.since < on:
        raise Refused("in_the_past", "任职日期不能早于今天：岗位不能追溯。", field="since")
    if posting.until is not None and posting.until <= posting.since:
        raise Refused("too_early", "离任日期须晚于任职日期。", field="until")
    held = user.postings.during(posting.since, posting.until).select_related("area__parent").order_by("since", "pk")
    if any((other.area_id, other.role) == (posting.area_id, role) for other in held):
        if posting.deputy_for_id:
            raise Refused("already_posted", f"{user.name}本来就在这个岗位上，不必代理，请另选一位。", field="deputy")
        raise Refused("already_posted", f"{user.name}在同一区域的同一岗位上已有任期，请先免去原任职。", field="since")
    for other in held:
        if why := apart(role, Role(other.role)):
            raise Refused("apart", f"{user.name}同期任{other.line()}：{why}。请先免去或另选一位同事。", field="role")
    posting.save()
    return posting
