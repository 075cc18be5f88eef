"""Which bank pays out for the office, from which day, and in which format it wants its files."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from apps.audit.history import history, kept
from apps.payments.bankformat import DEFAULT, Format, format_of
from apps.payments.enums import Proposal
from apps.payments.transitions import PROPOSAL_MOVES

# The bank the office began with.
FIRST_BANK = "JHNX"


class AgencyBankQuerySet(models.QuerySet["AgencyBank"]):
    def visible_to(self, user: Any) -> "AgencyBankQuerySet":
        """The paying bank is the county's."""
        return self if user.scope().whole_county else self.none()

    def on(self, day: date) -> "AgencyBank":
        """The bank whose files are made on this day; the one the program came with until another is approved."""
        standing = self.filter(state=Proposal.APPROVED, since__lte=day).order_by("-since", "-pk").first()
        return standing or AgencyBank(bank=FIRST_BANK, name="蛟河农商银行", layout=DEFAULT)


class AgencyBank(models.Model):
    """A paying bank from a day on: proposed by one person, approved by another, followed by the next."""

    bank = models.CharField(
        "银行代号", max_length=12, validators=[RegexValidator(r"^[A-Z0-9]{2,12}$", "用大写字母和数字。")]
    )
    name = models.CharField("代发银行", max_length=60)
    layout = models.CharField("文件格式", max_length=20)
    since = models.DateField("启用日期")
    ground = models.CharField("依据", max_length=200)
    state = models.CharField("状态", max_length=10, choices=Proposal.choices, default=Proposal.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    proposed_on = models.DateField("提出日期")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="核准人", on_delete=models.PROTECT, related_name="+", null=True
    )
    decided_on = models.DateField("核准日期", null=True)

    history = history()
    objects = AgencyBankQuerySet.as_manager()

    class Meta:
        verbose_name = "代发银行"
        triggers = (*kept(), PROPOSAL_MOVES.guard())
        constraints = (
            models.UniqueConstraint(
                name="one_agency_bank_a_day",
                fields=["since"],
                condition=Q(state__in=[Proposal.PROPOSED, Proposal.APPROVED]),
                violation_error_message="这一天启用的代发银行已有一条。",
            ),
            models.CheckConstraint(
                name="agency_bank_decided_by_another",
                condition=(Q(state=Proposal.PROPOSED) & Q(decided_by=None))
                | (Q(decided_by__isnull=False, decided_on__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def format(self) -> Format:
        """How its files are written and read."""
        return format_of(self.layout)
