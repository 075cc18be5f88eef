"""Who receives what was still owed to the dead, with the papers that say so."""

from collections.abc import Mapping
from datetime import date

from apps.accounts.models import User
from apps.accounts.roles import require
from apps.applications.actions.documents import judged_paper, keep
from apps.applications.models import OF_AN_HEIR, DocumentKind
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.core.refusal import Refused
from apps.households.actions import enter_heir
from apps.households.family import HeirEntry
from apps.households.models import BankAccount, Household


def propose_heir(
    household: Household,
    *,
    entry: HeirEntry,
    papers: Mapping[DocumentKind, tuple[str, bytes]],
    acting_user: User,
    on: date,
) -> BankAccount:
    """Put down an heir of a family in which nobody is left, with all three papers; another person approves the account.

    Refused as ``enter_heir`` says, ("paper_missing") or ("document_…") beside the paper in question.
    """
    require(acting_user, Verb.PROPOSE_HEIR, on=on, area=household.township)
    for kind in OF_AN_HEIR:
        if kind not in papers:
            raise Refused("paper_missing", f"请附上{kind.label}。", field=kind.lower())
    judged = [(kind, name, judged_paper(name, content, field=kind.lower())) for kind, (name, content) in papers.items()]
    with act(Verb.PROPOSE_HEIR, acting_user=acting_user, on=on, subject=household, reason=entry.ground.strip()):
        account = enter_heir(household, entry=entry, acting_user=acting_user, on=on)
        for kind, name, paper in judged:
            keep(paper, name=name, account=account, kind=kind, member=entry.name, acting_user=acting_user, on=on)
        return account
