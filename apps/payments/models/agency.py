"""Which bank pays out for the office, from which day, and in which format it wants its files."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from apps.audit.history import history, kept
from apps.audit.verbs import Verb
from apps.payments.bankformat import DEFAULT, Format, format_of
from apps.payments.enums import ProposalState
from apps.payments.models.proposal import Proposal, ProposalQuerySet, two_persons

# The bank the office began with.
FIRST_BANK = "JHNX"


class AgencyBankQuerySet(ProposalQuerySet):
    """Paying banks by the day."""

    def on(self, day: date) -> "AgencyBank":
        """The bank whose files are made on this day; the one the program came with until another is approved."""
        standing = self.approved().filter(since__lte=day).order_by("-since", "-pk").first()
        return standing or AgencyBank(bank=FIRST_BANK, name="蛟河农商银行", layout=DEFAULT)


class AgencyBank(Proposal):
    """A paying bank from a day on: proposed by one person, approved by another, followed by the next."""

    bank = models.CharField(
        "银行代号", max_length=12, validators=[RegexValidator(r"^[A-Z0-9]{2,12}$", "用大写字母和数字。")]
    )
    name = models.CharField("代发银行", max_length=60)
    layout = models.CharField("文件格式", max_length=20)
    since = models.DateField("启用日期")
    ground = models.CharField("依据", max_length=200)

    history = history()
    objects = AgencyBankQuerySet.as_manager()
    verbs = (Verb.PROPOSE_AGENCY, Verb.APPROVE_AGENCY, Verb.REJECT_AGENCY)

    class Meta(Proposal.Meta):
        verbose_name = "代发银行"
        triggers = (*kept(), *two_persons())
        constraints = (
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                name="one_agency_bank_a_day",
                fields=["since"],
                condition=Q(state__in=[ProposalState.PROPOSED, ProposalState.APPROVED]),
                violation_error_message="这一天启用的代发银行已有一条。",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def format(self) -> Format:
        """How its files are written and read."""
        return format_of(self.layout)
