"""What passes between this office and other bureaus."""

from apps.partners.models.alert import Alert, AlertKind, AlertResult
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
    "AlertResult",
    "AwardMemberTold",
    "Change",
    "ChangeKind",
    "Delivery",
    "HouseholdTold",
    "MonthRunTold",
    "RecognitionTold",
    "Referral",
    "ReferralResult",
    "Webhook",
]
