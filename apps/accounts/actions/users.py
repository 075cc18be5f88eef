"""Accounts and passwords: the system administrator's work, and everybody's own password."""

from datetime import date

from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.accounts.actions.administering import administer
from apps.accounts.models import User
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused, said

# Django says some of these in English only.
WEAKNESSES = {
    "password_too_short": "密码太短，至少 12 个字符。",
    "password_too_similar": "密码与账号或姓名太像，请换一个。",
    "password_too_common": "这是常见密码，请换一个。",
    "password_entirely_numeric": "密码不能全是数字。",
}


def create_user(username: str, *, name: str, password: str, one_time: bool = True, acting_user: User, on: date) -> User:
    """Open an account; it may do nothing before it is appointed, and its first login asks for a password of its own.

    Refused("username_taken"), Refused("weak_password") with what is wrong with the password.
    """
    administer(acting_user, Verb.CREATE_USER, on=on)
    if User.objects.filter(username=username).exists():
        raise Refused("username_taken", "这个账号已经有人使用，请换一个。", field="username")
    user = User(username=username, name=name)
    _set_password(user, password, one_time=one_time)
    with act(Verb.CREATE_USER, acting_user=acting_user, on=on, username=username):
        user.save()
    return user


def switch_off(user: User, *, reason: str, acting_user: User, on: date) -> User:
    """Close an account: its sessions end at the next click and its password is gone; postings stay as they are.

    Refused("oneself"), Refused("already_off"), Refused("reason_needed").
    """
    administer(acting_user, Verb.SWITCH_USER, on=on, user=user)
    reason = said(reason, field="reason", ask="请写明停用的理由。")
    with act(Verb.SWITCH_USER, acting_user=acting_user, on=on, subject=user, reason=reason, active=False):
        user = _locked(user)
        if not user.is_active:
            raise Refused("already_off", "这个账号已经停用。")
        user.is_active = False
        # Without this, sessions of before would come back to life with the account.
        user.set_unusable_password()
        user.save()
        return user


def switch_on(user: User, *, password: str, acting_user: User, on: date) -> User:
    """Open a closed account again, with a password for one login; Refused("already_on")."""
    administer(acting_user, Verb.SWITCH_USER, on=on, user=user)
    with act(Verb.SWITCH_USER, acting_user=acting_user, on=on, subject=user, active=True):
        user = _locked(user)
        if user.is_active:
            raise Refused("already_on", "这个账号已经启用。")
        user.is_active = True
        _set_password(user, password, one_time=True)
        user.save()
        return user


def reset_password(user: User, *, password: str, acting_user: User, on: date) -> User:
    """Give a password for one login to somebody who forgot theirs; ends their sessions and lifts a lockout.

    Refused("oneself"), Refused("switched_off") for a closed account, Refused("weak_password").
    """
    administer(acting_user, Verb.RESET_PASSWORD, on=on, user=user)
    with act(Verb.RESET_PASSWORD, acting_user=acting_user, on=on, subject=user):
        user = _locked(user)
        if not user.is_active:
            raise Refused("switched_off", "这个账号已经停用，请先启用。")
        _set_password(user, password, one_time=True)
        user.save()
        AccessAttempt.objects.filter(username=user.username).delete()
        return user


def reset_lockout(user: User, *, acting_user: User, on: date) -> User:
    """Let somebody in again who typed too many wrong passwords; Refused("not_locked") when nothing is counted."""
    administer(acting_user, Verb.RESET_LOCKOUT, on=on, user=user)
    with act(Verb.RESET_LOCKOUT, acting_user=acting_user, on=on, subject=user):
        forgotten, _ = AccessAttempt.objects.filter(username=user.username).delete()
        if not forgotten:
            raise Refused("not_locked", "这个账号现在没有被锁定。")
    return user


def change_password(user: User, *, old: str, new: str, acting_user: User, on: date) -> User:
    """Change one's own password.

    Refused("wrong_password") when the old one is not right, Refused("weak_password") with what is wrong with the new.
    """
    if acting_user.pk != user.pk:
        raise Refused("not_permitted", "只能修改自己的密码。")
    with act(Verb.CHANGE_PASSWORD, acting_user=acting_user, on=on, subject=user):
        user = _locked(user)
        if not user.check_password(old):
            raise Refused("wrong_password", "原密码不对，请重新输入。", field="old")
        if old == new:
            raise Refused("same_password", "新密码与原密码相同，请换一个。", field="new")
        _set_password(user, new, field="new", one_time=False)
        user.save()
        return user


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)


def _set_password(user: User, password: str, *, field: str = "password", one_time: bool) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        said = "".join(WEAKNESSES.get(one.code or "", one.messages[0]) for one in error.error_list)
        raise Refused("weak_password", said, field=field) from error
    user.set_password(password)
    user.password_is_one_time = one_time
