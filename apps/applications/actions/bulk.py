"""The same step for many cases: each by itself, with its own record; one that cannot be done stops no other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from apps.accounts.models import User
from apps.applications.actions.decide import confirm
from apps.applications.actions.plain import NAMES, after_the_notice, candidates
from apps.applications.actions.progress import post_notice
from apps.applications.models import Application
from apps.core.refusal import Refused


@dataclass(frozen=True)
class Outcome:
    """What became of one case: done, or why not."""

    case: Application
    refused: Refused | None = None


def confirm_plain(application: Application, *, seen: str, acting_user: User, on: date) -> Application:
    """Confirm a case that is plain by every criterion today, as ``confirm`` does; the record names the criteria.

    Refused("not_plain") saying which one it fails; Refused("case_moved") when it waits for no confirmation any more.
    """
    with transaction.atomic():
        # The lock comes first: what the criteria look at does not change until the decision stands.
        Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        found = candidates(after_the_notice(Application.objects.filter(pk=application.pk), on), on=on)
        if not found:
            raise Refused("case_moved", "这件申请已由别人办理，或不在待确认的环节。")
        if doubts := found[0].doubts:
            raise Refused("not_plain", f"不再符合批量确认的条件：{'、'.join(doubts)}。请打开逐件审阅。")
        return confirm(application, seen=seen, acting_user=acting_user, on=on, criteria=NAMES)


def confirm_selected(
    cases: Iterable[Application], *, seen: Mapping[str, str], acting_user: User, on: date
) -> list[Outcome]:
    """Confirm plain cases one after the other, each bound to what was seen of it (by its uuid)."""
    return _each(cases, lambda case: confirm_plain(case, seen=seen[str(case.uuid)], acting_user=acting_user, on=on))


def post_notices(cases: Iterable[Application], *, place: str, acting_user: User, on: date) -> list[Outcome]:
    """Post the notices of several cases at one place."""
    return _each(cases, lambda case: post_notice(case, place=place, acting_user=acting_user, on=on))


def _each(cases: Iterable[Application], step: Callable[[Application], Application]) -> list[Outcome]:
    outcomes = []
    for case in cases:
        try:
            outcomes.append(Outcome(step(case)))
        except Refused as refused:
            outcomes.append(Outcome(case, refused))
    return outcomes
