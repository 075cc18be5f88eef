"""Partner bureaus, what they may ask, and what passes between them and this office."""

from apps.partners.models.alert import Alert, AlertKind, AlertReference, AlertResult
from apps.partners.models.call import KeptAnswer, Nonce
from apps.partners.models.certificate import Certificate
from apps.partners.models.client import Client, Partner
from apps.partners.models.disclosure import DisclosedPerson, Disclosure
from apps.partners.models.grant import Grant
from apps.partners.models.outbox import (
    AwardMemberTold,
    Change,
    ChangeKind,
    HouseholdTold,
    MonthRunTold,
    RecognitionTold,
)
from apps.partners.models.referral import Referral, ReferralResult
from apps.partners.models.webhook import Delivery, Webhook

__all__ = [
    "Alert",
    "AlertKind",
    "AlertReference",
    "AlertResult",
    "AwardMemberTold",
    "Certificate",
    "Change",
    "ChangeKind",
    "Client",
    "Delivery",
    "DisclosedPerson",
    "Disclosure",
    "Grant",
    "HouseholdTold",
    "KeptAnswer",
    "MonthRunTold",
    "Nonce",
    "Partner",
    "RecognitionTold",
    "Referral",
    "ReferralResult",
    "Webhook",
]
