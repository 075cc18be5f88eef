"""The certificates a program may show, beside its secret and its token."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone

from apps.audit.history import history, kept
from apps.partners.enums import GrantState
from apps.partners.models.client import Client
from apps.partners.models.grant import ProposedQuerySet
from apps.partners.transitions import GRANT_MOVES

# A new one has to be made, handed over and approved before the old one ends.
SOON = timedelta(days=30)


class CertificateQuerySet(ProposedQuerySet["Certificate"]):
    """Certificates by whether they open."""

    def bound(self) -> "CertificateQuerySet":
        """Those that were ever approved: whoever has one of them never asks without one again."""
        return self.filter(state__in=[GrantState.APPROVED, GrantState.REVOKED])

    def running_out(self) -> "CertificateQuerySet":
        """Approved ones of open accounts that end soon, or did, and after which nothing else opens."""
        end = Now() + SOON
        later = Certificate.objects.filter(client=OuterRef("client"), state=GrantState.APPROVED, valid_until__gt=end)
        ending = self.filter(state=GrantState.APPROVED, client__closed_on=None, valid_until__lte=end)
        return ending.filter(~Exists(later))

    def opening(self) -> "CertificateQuerySet":
        """Those that open now, by the database's clock: a handshake knows no office date."""
        return self.filter(state=GrantState.APPROVED, valid_from__lte=Now(), valid_until__gt=Now())


class Certificate(models.Model):
    """One certificate bound to a program: proposed by one person and approved by another, as grants are.

    Several may open at once, so that a program changes over without a pause. One belongs to one program, and one that
    was taken back never returns.
    """

    client = models.ForeignKey(Client, verbose_name="接口账号", on_delete=models.PROTECT, related_name="certificates")
    fingerprint = models.CharField("SHA-256 指纹", max_length=64)
    subject = models.CharField("证书主体", max_length=300)
    valid_from = models.DateTimeField("有效期起")
    valid_until = models.DateTimeField("有效期止")
    basis = models.CharField("指纹核对方式", max_length=200)
    state = models.CharField("状态", max_length=10, choices=GrantState.choices, default=GrantState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField("提出日期")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    decided_on = models.DateField("批准日期", null=True)

    history = history()
    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "客户端证书"
        triggers = (*kept(), GRANT_MOVES.guard())
        constraints = (
            models.UniqueConstraint(
                name="one_program_a_certificate",
                fields=["fingerprint"],
                condition=~Q(state=GrantState.REJECTED),
                violation_error_message="这张证书已经登记过；收回的证书不能再用。",
            ),
            models.CheckConstraint(
                name="certificate_fingerprint_is_sha256", condition=Q(fingerprint__regex="^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="certificate_approved_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="客户端证书须由另一位同事批准。",
            ),
            models.CheckConstraint(
                name="certificate_decided_says_by_whom",
                condition=Q(state=GrantState.PROPOSED) | Q(decided_by__isnull=False, decided_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.client} 客户端证书"

    def get_absolute_url(self) -> str:
        """The page of its partner."""
        return self.client.get_absolute_url()

    @property
    def standing(self) -> tuple[str, str]:
        """How it stands today, in words and their tone."""
        now = timezone.now()
        if self.state != GrantState.APPROVED or self.valid_from > now:
            return self.get_state_display(), "warn" if self.state == GrantState.PROPOSED else "plain"
        if self.valid_until <= now:
            return "已到期", "bad"
        return ("即将到期", "warn") if self.valid_until <= now + SOON else ("在用", "good")

    @property
    def spaced(self) -> str:
        """The fingerprint in pairs, as openssl prints it, to be compared by eye or read out."""
        digits = self.fingerprint.upper()
        return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
