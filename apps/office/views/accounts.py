"""Opening and closing accounts, one-time passwords, lockouts; and everybody's own password."""

from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy

from apps.accounts import actions
from apps.accounts.models import User
from apps.audit.verbs import Verb
from apps.core.pages import ActPage
from apps.core.refusal import Refused
from apps.office.facts.postings import losses
from apps.office.forms.accounts import (
    NewUserForm,
    OneTimePasswordForm,
    PasswordForm,
    SwitchOffForm,
    suggested_password,
)

USERS = ("用户与岗位", reverse_lazy("user-list"))


class NewUser(ActPage):
    """An account for somebody new; posts come from the security administrator."""

    form_class, act, nav, crumbs = NewUserForm, Verb.CREATE_USER, "user-list", (USERS,)
    title, button, done = "开设账号", "开设账号", "账号已开设。请通知安全管理员任命岗位。"
    consequences = (
        "本人首次登录须先改成自己的密码，之前什么也不能办",
        "账号开设后没有任何岗位，由安全管理员任命",
    )

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"password": suggested_password()}}

    def perform(self, form: forms.Form) -> User:
        return actions.create_user(**form.cleaned_data, acting_user=self.request.user, on=self.today)


class OfUser(ActPage):
    """An act on somebody's account."""

    model, nav = User, "user-list"
    act: Verb
    heading: str

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"{self.heading}：{self.subject.name}"

    @property
    def crumbs(self) -> list[tuple[str, Any]]:  # type: ignore[override]
        return [USERS, (self.subject.name, self.subject.get_absolute_url())]

    def rows(self) -> QuerySet[User]:
        return super().rows().exclude(pk=self.request.user.pk)

    def perform(self, form: forms.Form) -> User:
        return self.action(self.subject, acting_user=self.request.user, on=self.today, **form.cleaned_data)


class SwitchOff(OfUser):
    act, heading, button, tone = Verb.SWITCH_USER, "停用账号", "停用这个账号", "danger"
    form_class, done, action = SwitchOffForm, "账号已停用，本人正在用的页面也已退出。", staticmethod(actions.switch_off)
    template_name = "office/posting.html"
    consequences = (
        "本人立即退出，不能再登录；原密码作废，重新启用时另设一次性密码",
        "岗位不会自动免去：请安全管理员免去岗位或安排代理",
        "以前的办理记录都保留",
    )

    def precheck(self) -> None:
        if not self.subject.is_active:
            raise Refused("already_off", "这个账号已经停用。")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = self.subject.postings.on(self.today).select_related("area__parent", "user")
        lost = [line for posting in held for line in losses(posting, from_day=self.today)]
        return super().get_context_data(**({"lost": lost} | kwargs))


class _GivesPassword(OfUser):
    form_class = OneTimePasswordForm

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"password": suggested_password()}}


class SwitchOn(_GivesPassword):
    act, heading, button = Verb.SWITCH_USER, "启用账号", "启用这个账号"
    done, action = "账号已启用，请把一次性密码告诉本人。", staticmethod(actions.switch_on)
    consequences = ("本人可以登录，先改成自己的密码", "仍在任期内的岗位随之恢复")

    def precheck(self) -> None:
        if self.subject.is_active:
            raise Refused("already_on", "这个账号已经启用。")


class ResetPassword(_GivesPassword):
    act, heading, button = Verb.RESET_PASSWORD, "重置密码", "设为一次性密码"
    done, action = "已设一次性密码，请告诉本人。", staticmethod(actions.reset_password)
    consequences = (
        "原密码立即作废，本人正在用的页面退出；登录锁定同时解除",
        "本人用一次性密码登录后，须先改成自己的密码",
        "请先核实是本人要求：记录中会写明由您重置",
    )

    def precheck(self) -> None:
        if not self.subject.is_active:
            raise Refused("switched_off", "这个账号已经停用，请先启用。")


class ResetLockout(OfUser):
    act, heading, button = Verb.RESET_LOCKOUT, "解除登录锁定", "解除锁定"
    done, action = "已解除锁定，本人可以用原密码登录。", staticmethod(actions.reset_lockout)
    consequences = ("本人可以立即用原密码登录；忘了密码的请改用“重置密码”", "请先核实输错的是本人，不是别人在试密码")


class PasswordPage(ActPage):
    """Everybody changes their own password; the session goes on."""

    form_class, template_name = PasswordForm, "office/password.html"
    title, button, done = "修改密码", "修改密码", "密码已修改，下次登录请用新密码。"

    def perform(self, form: forms.Form) -> User:
        typed = form.cleaned_data
        user = self.request.user
        changed = actions.change_password(user, old=typed["old"], new=typed["new"], acting_user=user, on=self.today)
        # Every other session of this user ends; this one is given the new key.
        update_session_auth_hash(self.request, changed)
        return changed

    def done_url(self, result: User) -> str:
        return reverse("worklist" if self.request.user.password_is_one_time else "password-change")
