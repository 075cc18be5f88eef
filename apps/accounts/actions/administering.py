"""What every act on accounts and postings asks first."""

from datetime import date

from apps.accounts.models import SYSTEM, User
from apps.accounts.roles import require
from apps.audit.verbs import Verb
from apps.core.refusal import Refused


def administer(acting_user: User, verb: Verb, *, on: date, user: User | None = None) -> None:
    """Refused("not_permitted") without the post, Refused("oneself") for acts on one's own account or posts."""
    # The office system opens the first accounts, when there is nobody yet who could.
    if acting_user.username != SYSTEM:
        require(acting_user, verb, on=on)
    if user is not None and user.pk == acting_user.pk:
        raise Refused("oneself", f"“{verb.label}”不能对自己办理，请另一位管理员办理。")
