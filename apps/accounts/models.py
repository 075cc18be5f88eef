"""Users, areas, postings, and what a user may see."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse

from apps.accounts.guards import PostingGuard
from apps.accounts.roles import LEVELS, SEES_NO_FAMILY, Level, Role, may
from apps.audit.history import history, kept
from apps.audit.verbs import Verb
from apps.core import clock
from apps.core.month import day_label

# The office system itself, written by a migration: who acts when no person does.
SYSTEM, SYSTEM_PK = "system", 1
# How the names of accounts begin under which programs of partner bureaus act: nobody logs in with one.
TECHNICAL = "interface-"


class AreaQuerySet(models.QuerySet["Area"]):
    def townships(self) -> "AreaQuerySet":
        return self.filter(level=Level.TOWNSHIP, is_active=True).order_by("code")

    def visible_to(self, user: Any) -> "AreaQuerySet":
        """The areas whose families this user may see, and the villages in them."""
        scope = user.scope()
        if scope.whole_county:
            return self
        return self.filter(Q(pk__in=scope.township_ids) | Q(parent__in=scope.township_ids))


class Area(models.Model):
    """A county, township (street) or village (community)."""

    class Kind(models.TextChoices):
        """What the village level is; it proposes 城/乡, a person confirms it."""

        COUNTY = "COUNTY", "县（市）"
        STREET = "STREET", "街道"
        TOWN = "TOWN", "镇"
        TOWNSHIP = "TOWNSHIP", "乡"
        COMMUNITY = "COMMUNITY", "社区"
        VILLAGE = "VILLAGE", "村"

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    is_active = models.BooleanField("在用", default=True)

    history = history()
    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "区划"
        triggers = kept()

    def __str__(self) -> str:
        return self.name

    @property
    def township(self) -> "Area":
        """The township this area is, or lies in (a county is its own)."""
        return self.parent if self.level == Level.VILLAGE and self.parent else self


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> "UserQuerySet":
        """The colleagues this user may look up: who keeps the accounts all people, others themselves."""
        people = self.exclude(Q(username=SYSTEM) | Q(username__startswith=TECHNICAL))
        return people if user.may(Verb.VIEW_SYSTEM, on=clock.today()) else people.filter(pk=user.pk)


class UserManager(BaseUserManager["User"]):
    def visible_to(self, user: Any) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db).visible_to(user)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)

    def system(self) -> "User":
        """The office system itself, who acts when no person does."""
        return self.get(username=SYSTEM)


class User(AbstractBaseUser):
    """An official. What they may do comes from postings alone: there is no superuser."""

    last_login = None
    username = models.CharField("账号", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    password_is_one_time = models.BooleanField("须修改密码", default=False)

    history = history(excluded_fields=["password"])
    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "账号"
        triggers = kept(excluded=("password",))

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("user-detail", args=[self.pk])

    def postings_on(self, on: date) -> list["Posting"]:
        """The postings in force that day (read once a request)."""
        cache: dict[date, list[Posting]] = self.__dict__.setdefault("_postings", {})
        if on not in cache:
            cache[on] = list(
                self.postings.on(on).select_related("area", "area__parent", "deputy_for__user").order_by("since", "pk")
            )
        return cache[on]

    def scope(self) -> "Scope":
        """Whose families this user may see today."""
        postings = [p for p in self.postings_on(clock.today()) if p.role not in SEES_NO_FAMILY]
        return Scope(
            whole_county=any(p.area.level == Level.COUNTY for p in postings),
            township_ids=tuple(sorted({p.area.township.pk for p in postings if p.area.level != Level.COUNTY})),
        )

    def townships(self) -> set[int]:
        """Where this user's posts below the county lie; a village assistant's too, for what the village puts up."""
        return {p.area.township.pk for p in self.postings_on(clock.today()) if p.area.level != Level.COUNTY}

    def may(self, verb: Any, *, on: date, area: Any = None) -> bool:
        """Whether this user may do the act that day: how core, below accounts, asks the table."""
        return may(self, verb, on=on, area=area)

    def posting_line(self, on: date) -> str:
        """Area and post for the page head, e.g. 新站镇 · 经办人."""
        postings = self.postings_on(on)
        return "；".join(f"{p.line()}{p.deputy_note()}" for p in postings) or "没有岗位"


@dataclass(frozen=True)
class Scope:
    """The townships a user's postings open; everything that reaches a page starts from it."""

    whole_county: bool
    township_ids: tuple[int, ...]

    def rows(self, township: str = "township") -> Q:
        """The condition on a model whose township is under that name."""
        return Q() if self.whole_county else Q(**{f"{township}__in": self.township_ids})

    def covers(self, township: Area) -> bool:
        return self.whole_county or township.pk in self.township_ids


class PostingQuerySet(models.QuerySet["Posting"]):
    def visible_to(self, user: Any) -> "PostingQuerySet":
        """Postings of the colleagues this user may look up."""
        return self.filter(user__in=User.objects.visible_to(user))

    def on(self, day: date) -> "PostingQuerySet":
        """Those in force that day, whoever's account is switched off."""
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gt=day))

    def during(self, since: date, until: date | None) -> "PostingQuerySet":
        """Those in force on any day from ``since`` until (not including) ``until``."""
        begun = self if until is None else self.filter(since__lt=until)
        return begun.filter(Q(until=None) | Q(until__gt=since))


class Posting(models.Model):
    """A user's post in an area, from a day until (not including) another."""

    user = models.ForeignKey(User, verbose_name="人员", on_delete=models.PROTECT, related_name="postings")
    area = models.ForeignKey(Area, verbose_name="区域", on_delete=models.PROTECT, related_name="postings")
    role = models.CharField("岗位", max_length=20, choices=Role.choices)
    since = models.DateField("任职日期")
    until = models.DateField("离任日期", null=True, blank=True)
    # Written by the guard from the declared act; the default is never kept.
    appointed_by = models.ForeignKey(
        User, verbose_name="任命人", on_delete=models.PROTECT, related_name="+", editable=False, db_default=SYSTEM_PK
    )
    deputy_for = models.ForeignKey(
        "self", verbose_name="代理", on_delete=models.PROTECT, related_name="deputies", null=True, blank=True
    )

    history = history()
    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        triggers = (*kept(), PostingGuard())
        constraints = (
            models.CheckConstraint(
                name="posting_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gt=F("since")),
                violation_error_message="离任日期须晚于任职日期。",
            ),
            models.CheckConstraint(
                name="nobody_appoints_themself",
                condition=~Q(appointed_by=F("user")),
                violation_error_message="不能给自己任命岗位，请另一位安全管理员办理。",
            ),
            models.CheckConstraint(
                name="a_deputy_has_a_last_day",
                condition=Q(deputy_for=None) | Q(until__isnull=False),
                violation_error_message="代理须有结束日期。",
            ),
            ExclusionConstraint(
                name="one_posting_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("area", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (
                        Func(F("since"), F("until"), Value("[)"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="这位同事在同一区域的同一岗位上已有任期。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.area} {self.get_role_display()}"

    def covers(self, area: Area) -> bool:
        """Whether things of that area fall under this posting."""
        return self.area.level == Level.COUNTY or area.township.pk == self.area.township.pk

    @property
    def level_fits(self) -> bool:
        return LEVELS[Role(self.role)] == self.area.level

    def line(self) -> str:
        """Area and post, e.g. 新站镇 · 经办人; a village with its township."""
        township = self.area.township.name if self.area.level == Level.VILLAGE else ""
        return f"{township}{self.area.name} · {self.get_role_display()}"

    def deputy_note(self) -> str:
        """For whom and how long a deputy sits there; empty for a post of one's own."""
        if self.deputy_for is None or self.last_day is None:
            return ""
        return f"（代理{self.deputy_for.user.name}，至{day_label(self.last_day)}）"

    @property
    def last_day(self) -> date | None:
        """The last day on which the posting counts, when it has one."""
        return self.until - timedelta(days=1) if self.until else None
