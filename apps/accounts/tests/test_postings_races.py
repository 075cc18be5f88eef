"""Two appointments of one person at the same moment: the second sees the first."""

from functools import partial

import pytest

from apps.accounts.actions import appoint
from apps.accounts.models import Posting
from apps.accounts.roles import Role
from apps.applications.tests import factories as f
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.tests.test_races import at_once
from jiaohe_aid.testing.own import OwnDatabase


@pytest.mark.integration
def test_what_does_not_go_together_is_not_given_in_one_moment(own_database: OwnDatabase) -> None:
    o = f.office()
    with act(Verb.APPOINT, acting_user=o.admin, on=f.OPENED):
        second = f.awards.official("security2", Role.SECURITY_ADMIN, o.county)
        person = f.awards.official("xinren", Role.BUREAU_CHIEF, o.county)
        Posting.objects.filter(user=person).delete()
    making = partial(appoint, person, role=Role.PAYMENTS_MAKER, acting_user=o.security)
    checking = partial(appoint, person, role=Role.PAYMENTS_CHECKER, acting_user=second)
    done = at_once(*(partial(one, area=o.county, since=f.OPENED, on=f.OPENED) for one in (making, checking)))
    assert done.count("apart") == 1
    assert Posting.objects.filter(user=person).count() == 1
