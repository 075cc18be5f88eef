"""A caseworker's desk for the tests of intake: the office, its villages, and a browser that fills in the page."""

import re
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Area
from apps.accounts.roles import Level
from apps.applications.models import Application
from apps.audit.actions import act
from apps.audit.verbs import Verb
from apps.awards.tests.factories import Office, number_of, office, office_date
from apps.households.idnumber import check_digit

TODAY = date(2022, 3, 15)
CARD = "6228480402564890018"
_SEEN = re.compile(r'name="(seen-[a-z]+|desk)" value="([^"]*)"')


class Desk:
    """One browser at one desk."""

    def __init__(self, office: Office, user: Any) -> None:
        self.office, self.client = office, Client()
        self.client.force_login(user)

    def open(self) -> Application:
        """Begin a new application and look at its page."""
        self.client.post(reverse("application-new"), {"scheme": "DIBAO"})
        self.case = Application.objects.order_by("-pk").first()
        return self.look(self.case)

    def look(self, case: Application) -> Application:
        """Open a draft's page."""
        self.case = case
        self.page = self.client.get(reverse("application-draft", args=[case.uuid]))
        self.given = dict(_SEEN.findall(self.page.content.decode()))
        return case

    def send(self, typed: dict[str, str], *, live: bool = False, **buttons: str) -> HttpResponse:
        """Press a button (or, live, leave a field) with this on the page."""
        headers = {"HX-Request": "true", "HX-Target": "precheck"} if live else {}
        address = reverse("application-draft", args=[self.case.uuid])
        return self.client.post(address, self.given | typed | buttons, headers=headers)

    def save(self, typed: dict[str, str], *, live: bool = False, **buttons: str) -> str:
        """The page after saving."""
        answer = self.send(typed, live=live, **({} if live else {"do": "save"} | buttons))
        if live:
            return answer.content.decode()
        assert answer.status_code == 302, answer.content.decode()[:3000]
        self.look(self.case)
        return self.page.content.decode()

    def draft(self) -> dict[str, Any]:
        """What is kept now."""
        self.case.refresh_from_db()
        return self.case.draft()


def furnished() -> Office:
    """The office with a community and a village in each township, on the day of these tests."""
    made = office()
    with act(Verb.LOAD_AREAS, acting_user=made.chief, on=TODAY):
        for town, stem in ((made.town, "220281100"), (made.other_town, "220281101")):
            Area.objects.create(
                code=f"{stem}001", name="站前社区", level=Level.VILLAGE, kind=Area.Kind.COMMUNITY, parent=town
            )
            Area.objects.create(
                code=f"{stem}200", name="六家子村", level=Level.VILLAGE, kind=Area.Kind.VILLAGE, parent=town
            )
    office_date(TODAY)
    return made


def certificate_of(number: str, category: int, grade: int) -> str:
    """The disability certificate of the bearer of an identity number."""
    return f"{number}{category}{grade}"


def other_number(number: str) -> str:
    """The same stem with the next serial: a valid number of somebody else."""
    stem = f"{number[:14]}{(int(number[14:17]) + 499) % 1000:03d}"
    return stem + check_digit(stem)


def village(made: Office, kind: str = Area.Kind.COMMUNITY) -> str:
    """The id of a village of the township as a form sends it."""
    return str(Area.objects.get(parent=made.town, kind=kind).pk)


def home(made: Office) -> dict[str, str]:
    """户籍与住址 of an urban family."""
    return {
        "family-village": village(made),
        "family-area_kind": "URBAN",
        "family-address": "站前路 3 号",
        "family-phone": "13804320000",
    }


def members(*rows: tuple[str, str, str], **extra: str) -> dict[str, str]:
    """Members as (number, name, relation); ``m3_certificate=…`` adds to a row."""
    typed = {}
    for place, (number, name, relation) in enumerate(rows, start=1):
        typed |= {f"members-m{place}-number": number, f"members-m{place}-name": name}
        typed |= {f"members-m{place}-relation": relation, f"members-m{place}-residence": "TOGETHER"}
    return typed | {f"members-{name.replace('_', '-', 1)}": value for name, value in extra.items()}


def three_of_them() -> dict[str, str]:
    """A couple with a child, the wife severely disabled: D1 of the worked examples."""
    head, child, wife = (number_of(born) for born in (date(1985, 1, 1), date(2012, 5, 1), date(1986, 1, 1)))
    return members(
        (head, "赵一", "HEAD"),
        (child, "赵小", "CHILD"),
        (wife, "钱二", "SPOUSE"),
        m3_certificate=certificate_of(wife, 4, 2),
    )


def income(amount: str = "10800", kind: str = "WAGE", member: str = "m1") -> dict[str, str]:
    """Income of one member."""
    return {
        "incomes-answer": "SOME",
        "incomes-i1-member": member,
        "incomes-i1-kind": kind,
        "incomes-i1-amount": amount,
        "incomes-i1-evidence": "工资流水 2 页",
    }


def nothing_owned() -> dict[str, str]:
    """没有, twice."""
    return {"property-financial": "NONE", "property-other": "NONE"}


def papers() -> dict[str, str]:
    """Account of the head, nobody's near relative, the authorisation signed by head and wife."""
    return {
        "consent-near": "NONE",
        "signers-m3-signed": "on",
        "account-payee": "HEAD",
        "account-bank": "吉林蛟河农村商业银行",
        "account-number": CARD,
        "consent-signed_on": "2022-03-15",
        "consent-promise": "on",
    }


def whole(made: Office) -> dict[str, str]:
    """A page with everything filled in."""
    return home(made) | three_of_them() | income() | nothing_owned() | papers()
