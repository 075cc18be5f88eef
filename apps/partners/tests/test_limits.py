"""T52: however many ask at once, no more than the limit get through."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import requests

from apps.applications.tests import factories as f
from apps.partners.enums import Dataset
from apps.partners.tests import factories as p
from jiaohe_aid.testing.own import OwnDatabase
from jiaohe_aid.testing.processes import Office

CALLS, LIMIT = 500, 60


def test_of_five_hundred_at_once_no_more_than_sixty_pass(own_database: OwnDatabase, live_office: Office) -> None:
    o = f.office(f.PAY_DAY)
    asking = p.program(o, per_minute=LIMIT)
    p.granted(o, asking, Dataset.POLICY)

    headers = {"Authorization": f"Bearer {asking.token}", "Content-Type": "application/json"}

    def ask(_: int) -> tuple[int, str, bool]:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(f"{live_office.url}/api/v1/partners/assessments/", "{}", headers=headers, timeout=30)
            wait = int(answer.headers.get("Retry-After", "0"))
            said = f"请过 {wait} 秒再试" in answer.json().get("message", "")
            return answer.status_code, answer.json().get("code", ""), said and 1 <= wait <= 60

    with ThreadPoolExecutor(25) as pool:
        counts = Counter(pool.map(ask, range(CALLS)))
    assert counts == {(200, "", False): LIMIT, (429, "too_often", True): CALLS - LIMIT}
