"""Handing out to a partner what is on its way: changes by cursor, and the referrals sent to its bureau."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.partners.actions.disclosing import Why, disclose
from apps.partners.actions.referrals import fetch_referral
from apps.partners.facts.access import Access
from apps.partners.facts.telling import change_told, changes_for, referral_told, referrals_after
from apps.partners.transitions import ReferralState


def tell_changes(access: Access, *, after: int, limit: int, why: Why, acting_user: User, on: date) -> dict[str, Any]:
    """The changes after a place in the line, in the fields granted where each person lives, and where to go on.

    Asked again with the same place, the same answer: nothing is used up.
    """
    access = access.for_purpose(why.purpose)
    rows = list(changes_for(access, after)[: limit + 1])
    shown = [(one, change_told(one, access.fields(one.township_id))) for one in rows[:limit]]
    told = [said for _, said in shown if said is not None]
    people = dict.fromkeys(one.person_id for one, said in shown if said is not None)
    fields = {key.upper() for said in told for key in said["person"]}
    disclose(access, why=why, people=people, fields=fields, acting_user=acting_user, on=on)
    last = rows[:limit][-1].position if rows else after
    return {"changes": told, "next": last, "more": len(rows) > limit}


def hand_over_referrals(
    access: Access, *, after: int, limit: int, why: Why, acting_user: User, on: date
) -> dict[str, Any]:
    """The referrals to this bureau after a place, with what may be passed on; those not fetched yet now are."""
    access = access.for_purpose(why.purpose)
    rows = list(referrals_after(access, after)[: limit + 1])
    shown = rows[:limit]
    for one in shown:
        if one.state == ReferralState.SENT:
            one.state = fetch_referral(one, acting_user=acting_user, on=on, partner=str(access.client.partner)).state
    told = [referral_told(one, access.fields(one.household.township_id), on) for one in shown]
    people = dict.fromkeys(one.whom.pk for one, said in zip(shown, told, strict=True) if said["person"])
    fields = {key.upper() for said in told for key in said["person"]}
    disclose(access, why=why, people=people, fields=fields, acting_user=acting_user, on=on)
    last = shown[-1].pk if shown else after
    return {"referrals": told, "next": last, "more": len(rows) > limit}
