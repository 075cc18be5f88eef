"""Lists at ten rows and at a thousand: the same number of queries, never more than thirty."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.applications.models import Application
from apps.applications.tests import factories as f
from apps.applications.transitions import State
from apps.households.models import Household
from apps.office.tests.many import take_in_many

APPLIED = f.OPENED
TODAY = f.PAY_DAY
MOST = 30
STATES = (State.PUBLICISED, State.PUBLICISED, State.PROPOSED, State.ACCEPTED, State.INVESTIGATED)

S = Callable[[Client], Any]
PAGES: dict[str, tuple[str, S]] = {
    "the caseworker's worklist": ("caseworker", lambda c: c.get(reverse("worklist"))),
    "the leader's": ("leader", lambda c: c.get(reverse("worklist"), {"show": "open"})),
    "the reviewer's": ("reviewer", lambda c: c.get(reverse("worklist"), {"show": "open", "flag": "overdue"})),
    "the chief's": ("chief", lambda c: c.get(reverse("worklist"), {"show": "open", "due": "overdue"})),
    "households": ("caseworker", lambda c: c.get(reverse("household-list"))),
    "households on benefit": ("reviewer", lambda c: c.get(reverse("household-list"), {"standing": "off"})),
    "households by name": ("caseworker", lambda c: c.get(reverse("household-list"), {"q": "赵一"})),
    "households by initials": ("reviewer", lambda c: c.get(reverse("household-list"), {"q": "zyy"})),
    "the search box, a name": ("caseworker", lambda c: c.post(reverse("search"), {"q": "赵一"})),
    "the search box, initials": ("reviewer", lambda c: c.post(reverse("search"), {"q": "zyy"})),
    "the search box, a number": ("reviewer", lambda c: c.post(reverse("search"), {"q": "220281"})),
    "plain cases": ("reviewer", lambda c: c.get(reverse("plain-confirm"))),
    "notices to post": ("caseworker", lambda c: c.get(reverse("notices-post"))),
}


@pytest.mark.django_db
def test_no_list_asks_more_the_longer_it_is() -> None:
    o = f.office(TODAY)
    # Two with the same initials, so that no search leads straight to one family's page.
    f.submitted(o, f.the_zhaos(o, name="赵一甲"))
    f.submitted(o, f.the_zhaos(o, name="赵一乙"))
    take_in_many(o, 10, applied_on=APPLIED, states=STATES)
    few = {page: asked(o, *how) for page, how in PAGES.items()}
    take_in_many(o, 990, applied_on=APPLIED, states=STATES, begin=10)
    assert (Application.objects.count(), Household.objects.count()) == (1002, 1002)
    many = {page: asked(o, *how) for page, how in PAGES.items()}
    assert many == few
    assert max(many.values()) <= MOST, many


@pytest.mark.django_db
def test_a_case_stands_in_the_list_once_however_many_object() -> None:
    o = f.office(TODAY)
    case = f.publicised(o)
    for _ in range(3):
        f.objected(o, case)
    client = Client()
    client.force_login(User.objects.get(pk=o.leader.pk), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("worklist")).content.decode()
    assert page.count("赵甲") == 1
    assert '<span class="n">1<span class="visually-hidden">件轮到您' in page


def asked(o: f.Office, desk: str, ask: S) -> int:
    client = Client()
    user = User.objects.get(pk=getattr(o, desk).pk)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = ask(client)
    assert response.status_code == 200, response
    return len(queries)
