"""Partner bureaus, what they may ask and what they were told."""

from apps.partners.models.call import KeptAnswer, Nonce
from apps.partners.models.client import Client, Partner
from apps.partners.models.disclosure import DisclosedPerson, Disclosure
from apps.partners.models.grant import Grant

__all__ = ["Client", "DisclosedPerson", "Disclosure", "Grant", "KeptAnswer", "Nonce", "Partner"]
