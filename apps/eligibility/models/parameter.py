"""The dated parameters as the office keeps them: proposed by one, approved by another, never edited."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Max, Q
from django.urls import reverse

from apps.audit.history import added, history, kept
from apps.eligibility.enums import ChangeState
from apps.eligibility.models.guards import as_proposed, only_when_approved
from apps.eligibility.parameters import proposed_rows
from apps.eligibility.policy.enums import AreaKind
from apps.eligibility.policy.standards import Row
from apps.eligibility.transitions import CHANGE_MOVES

PLACE = ("parameter", "area", "key", "start")
# Any number that no other lock of the office uses.
_LAW_LOCK = 202_128


class ParameterChangeQuerySet(models.QuerySet["ParameterChange"]):
    def visible_to(self, user: Any) -> "ParameterChangeQuerySet":
        """Standards are public: whoever is logged in sees all."""
        return self

    def waiting(self) -> "ParameterChangeQuerySet":
        """Proposals that nobody has decided."""
        return self.filter(state=ChangeState.DRAFT)


class ParameterChange(models.Model):
    """Values of one parameter from one day on, resting on a document; law once a second person approves.

    ``content`` lists {parameter, area, key, value, months}: yuan, rate or count as text, null for switched off.
    """

    shipped = models.BooleanField("随系统发布", default=False)
    content = models.JSONField(default=list)
    start = models.DateField("起始日期", null=True)
    confirmed = models.BooleanField("已确认口径", default=True)
    document_number = models.CharField("依据文号", max_length=60, blank=True)
    document_date = models.DateField("印发日期", null=True)
    note = models.CharField("依据说明", max_length=120, blank=True)
    ground = models.CharField("追溯理由", max_length=200, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    proposed_on = models.DateField("提出日期")
    state = models.CharField("状态", max_length=10, choices=ChangeState.choices, default=ChangeState.DRAFT)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="核准人", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_on = models.DateField("核准日期", null=True)
    reason = models.CharField("退回理由", max_length=200, blank=True)

    history = history()
    objects = ParameterChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "标准草案"
        triggers = (*kept(), CHANGE_MOVES.guard(), as_proposed())
        constraints = (
            models.CheckConstraint(
                name="change_rests_on_a_document",
                condition=Q(shipped=True)
                | (~Q(document_number="") & Q(document_date__isnull=False, start__isnull=False) & ~Q(content=[])),
                violation_error_message="请写明依据文件的文号和印发日期。",
            ),
            models.CheckConstraint(
                name="change_approved_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="标准须由另一位同事核准。",
            ),
            models.CheckConstraint(
                name="decided_change_says_by_whom",
                condition=Q(shipped=True)
                | Q(state=ChangeState.DRAFT, decided_by=None, decided_on=None)
                | (~Q(state=ChangeState.DRAFT) & Q(decided_by__isnull=False, decided_on__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return "随系统发布的标准" if self.shipped else f"{self.document_number} 自{self.start:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The proposal's page."""
        return reverse("standard-detail", kwargs={"pk": self.pk})

    @property
    def source(self) -> str:
        """The document in one line."""
        dated = f"{self.document_number}（{self.document_date:%Y-%m-%d}）"
        return f"{dated}{self.note}"

    def rows(self) -> list[Row]:
        """The proposed values as the rules read them; TypeError for what came with the program."""
        if self.start is None:
            raise TypeError("only a person's proposal has rows of its own")
        return proposed_rows(self.content, start=self.start, source=self.source, confirmed=self.confirmed)


class ParameterValueQuerySet(models.QuerySet["ParameterValue"]):
    def visible_to(self, user: Any) -> "ParameterValueQuerySet":
        """Standards are public: whoever is logged in sees all."""
        return self

    def of_version(self, version: int | None = None) -> "ParameterValueQuerySet":
        """The values of the law of today, or of an earlier version: of equal place and start the last adopted."""
        rows = self if version is None else self.filter(version__lte=version)
        return rows.order_by(*PLACE, "-version").distinct(*PLACE)

    def next_version(self) -> int:
        """The number of the law about to be made; held against others until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LAW_LOCK])
        return (self.aggregate(last=Max("version"))["last"] or 0) + 1


class ParameterValue(models.Model):
    """One value of the law. Never changed: a wrong one is superseded by a later version with the same start.

    There is never a gap: a parameter once begun keeps its value until a later start; and never two values at once: a
    version has one value for each parameter, area, key and start, and the last version holds.
    """

    append_only = True

    change = models.ForeignKey(ParameterChange, on_delete=models.PROTECT, related_name="values")
    version = models.PositiveIntegerField("版本")
    parameter = models.CharField("参数", max_length=40)
    area = models.CharField("城乡", max_length=10, blank=True)
    key = models.CharField("适用", max_length=30, blank=True)
    start = models.DateField("起始日期")
    value = models.CharField("数值", max_length=30, null=True)  # noqa: DJ001 - null says: in force and switched off
    months = models.PositiveSmallIntegerField("折算月数", default=1)
    source = models.CharField("来源", max_length=300)
    confirmed = models.BooleanField("已确认口径")

    objects = ParameterValueQuerySet.as_manager()

    class Meta:
        verbose_name = "政策参数"
        triggers = (*added(), only_when_approved())
        constraints = (
            models.UniqueConstraint(
                name="one_value_at_a_time",
                fields=[*PLACE, "version"],
                violation_error_message="同一参数在同一天只能有一个值。",
            ),
            models.CheckConstraint(name="value_has_a_source", condition=~Q(source="") & Q(months__gt=0, version__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.parameter} {self.area}{self.key} {self.start}"

    @property
    def row(self) -> Row:
        """The value as the rules read it."""
        return row_of((*(getattr(self, name) for name in ROW_FIELDS),))


ROW_FIELDS = ("parameter", "area", "key", "start", "value", "months", "source", "confirmed")


def row_of(fields: Iterable[Any]) -> Row:
    """A row of the law from its columns in the order of ``ROW_FIELDS``."""
    parameter, area, key, start, value, months, source, confirmed = fields
    return Row(parameter, start, value, source, confirmed, AreaKind(area) if area else None, key, months)
