"""The audit pages: searched, exported with proof, proved whole, by the auditor alone (A20.1)."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pytest

from nbcredit.domain.periods import SHANGHAI
from nbcredit.runtime.clock import SystemClock
from tests.desk_builders import Desks, desks
from tests.faults.scenes import CITIZEN_ID, company, registration, registry
from tests.integration.lambdas import REGISTRY_KEY

pytestmark = pytest.mark.requirement("A20.1")


@pytest.fixture(scope="module")
def trailed() -> Iterator[Desks]:
    """Open the site where somebody was refused, and somebody looked at a company."""
    with desks() as opened:
        opened.lambdas.upload(registry([registration(1)]).body, REGISTRY_KEY)
        opened.lambdas.run()
        opened.lambdas.call("read-subject", credit_code=company(1))
        opened.get("/centre/cases", "scjg")
        yield opened


def just_now() -> dict[str, str]:
    """Return a span of time round the test, as it is typed."""
    now, step = SystemClock().now().astimezone(SHANGHAI), timedelta(minutes=10)
    return {"since": f"{now - step:%Y-%m-%dT%H:%M}", "until": f"{now + step:%Y-%m-%dT%H:%M}"}


class TestSearch:
    def test_is_offered_before_it_is_asked(self, trailed: Desks) -> None:
        shown = trailed.get("/audit", "auditor")

        assert 'name="since"' in shown.text
        assert "<table" not in shown.text

    def test_finds_what_was_refused(self, trailed: Desks) -> None:
        found = trailed.get("/audit", "auditor", **just_now(), outcome="refused")

        assert "scjg-wang" in found.text
        assert "查询信用记录" not in found.text

    def test_says_what_is_wrong_with_its_span(self, trailed: Desks) -> None:
        told = just_now()

        backwards = trailed.get("/audit", "auditor", since=told["until"], until=told["since"])
        nonsense = trailed.get("/audit", "auditor", since="昨天", until=told["until"])

        assert 'href="#since"' in backwards.text
        assert 'href="#since"' in nonsense.text

    @pytest.mark.fault("F59")
    def test_goes_on_in_the_same_search_alone(self, trailed: Desks) -> None:
        now = SystemClock().now().astimezone(SHANGHAI)
        told = {**just_now(), "since": f"{now - timedelta(days=9):%Y-%m-%dT%H:%M}"}
        found = re.search(
            r'[?&]cursor=([^&"]+)', unescape(trailed.get("/audit", "auditor", **told).text)
        )
        assert found is not None
        cursor = unquote(found[1])

        on = trailed.get("/audit", "auditor", **told, cursor=cursor)
        other = trailed.get("/audit", "auditor", **told, outcome="refused", cursor=cursor)
        forged = trailed.get("/audit", "auditor", **told, cursor=cursor[:-2])
        looks = trailed.post("/audit/looks", "auditor", credit_code=company(1), cursor=cursor)

        assert "翻页位置无效" not in on.text
        assert all("翻页位置无效" in each.text for each in (other, forged, looks))

    def test_is_exported_as_a_list_and_with_proof(self, trailed: Desks) -> None:
        listed = trailed.get("/audit", "auditor", **just_now(), export="csv")
        proved = trailed.get("/audit/export", "auditor", **just_now())

        assert listed.headers["Content-Type"].startswith("text/csv")
        assert all(json.loads(line) for line in b64decode(proved.body).splitlines())
        assert "attachment" in proved.headers["Content-Disposition"]

    @pytest.mark.requirement("A21.1")
    @pytest.mark.parametrize("path", ["/audit", "/audit/export", "/audit/verify", "/audit/looks"])
    @pytest.mark.parametrize("member", ["centre", "security", "office", "county", "scjg"])
    def test_is_the_auditors_alone(self, trailed: Desks, path: str, member: str) -> None:
        assert trailed.get(path, member).status == 403


class TestVerification:
    def test_says_that_the_trail_is_whole(self, trailed: Desks) -> None:
        answer = trailed.post("/audit/verify", "auditor", **just_now())

        assert "没有被改动、删除或插入" in answer.text


class TestLooks:
    def test_name_who_looked_at_a_company(self, trailed: Desks) -> None:
        answer = trailed.post("/audit/looks", "auditor", credit_code=company(1))

        assert "查询信用记录" in answer.text
        assert "市公共信用信息中心" in answer.text

    def test_of_nobody_are_none(self, trailed: Desks) -> None:
        assert (
            "没有单位查过"
            in trailed.post("/audit/looks", "auditor", document_number=CITIZEN_ID).text
        )
        assert 'href="#credit_code"' in trailed.post("/audit/looks", "auditor").text
