"""Supervision on pages: queues, what is open, urging, records; a county sees its region (A4.1)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import unquote

import pytest

from nbcredit.domain.organisations import Organisation, OrganisationKind
from nbcredit.domain.working_days import DueDate
from nbcredit.runtime.wiring import Parts
from nbcredit.runtime.work_site import supervision
from nbcredit.usecases.obligations import Obligations
from tests.desk_builders import Desks, desks
from tests.faults.scenes import penalties, penalty
from tests.integration.lambdas import PENALTY_KEY
from tests.obligation_builders import ACT, an_obligation

pytestmark = pytest.mark.requirement("A4.1")
OVERDUE = DueDate(on=date(2026, 10, 16), rule="A8.6", start=date(2026, 10, 9))
IN_COUNTY = Organisation(
    code="yz-scjg",
    name="鄞州区市场监督管理局",
    kind=OrganisationKind.DEPARTMENT,
    credit_code="11330212MB1000077N",
    region="330212",
)
# One whom the catalogue lets report penalties.
REPORTING = replace(
    IN_COUNTY, code="zfj", name="鄞州区综合行政执法局", credit_code="11330212MB1000085H"
)


@pytest.fixture(scope="module")
def owing() -> Iterator[Desks]:
    """Open the site where one organisation of the city and one of a county are overdue."""
    with desks() as opened:
        parts = opened.lambdas.stage.parts
        parts.directory.save([IN_COUNTY, REPORTING], act=ACT)
        for debtor in ("scjg", "yz-scjg"):
            owed = an_obligation(debtor=debtor, reference=f"of-{debtor}", due=OVERDUE)
            owing_of(parts).open(replace(owed, title=f"{debtor} 的反馈"), act=ACT)
        yield opened


def owing_of(parts: Parts) -> Obligations:
    return Obligations(parts.obligations, parts.calendars)


def path_of(debtor: str) -> str:
    return f"/supervision/urge?obligation=feedback/of-{debtor}"


def urge_page(opened: Desks, debtor: str, member: str = "centre") -> tuple[int, str]:
    answer = opened.get("/supervision/urge", member, obligation=f"feedback/of-{debtor}")
    return answer.status, answer.text


class TestQueues:
    def test_say_what_is_overdue(self, owing: Desks) -> None:
        shown = owing.get("/supervision")

        assert "其中 2 件逾期" in shown.text
        assert 'href="/centre/feedback"' in shown.text
        assert "其中 1 件逾期" in owing.get("/supervision", "county").text
        assert "其中 2 件逾期" in owing.get("/supervision", "office").text

    def test_of_cases_leads_a_county_to_look_on(self, owing: Desks) -> None:
        held = penalties([penalty(1, 行政相对人名称="谁", 统一社会信用代码="")])
        for key in (PENALTY_KEY, PENALTY_KEY.replace("scjg", "zfj")):
            owing.lambdas.upload(held.body, key)
        owing.lambdas.run()
        told = owing.lambdas.call("list-cases")["answer"]["cases"]
        paths = {each["provider"]: f"/supervision/cases/{each['case']}" for each in told}

        listed = owing.get("/supervision/cases", "county").text
        shown = owing.get(paths["zfj"], "county")

        assert 'href="/supervision/cases"' in owing.get("/supervision", "county").text
        assert [paths[each] in listed for each in ("zfj", "scjg")] == [True, False]
        assert (shown.status, "处理决定" in shown.text) == (200, False)
        assert owing.get(paths["scjg"], "county").status == 404

    @pytest.mark.parametrize("member", ["scjg", "auditor", "security"])
    def test_are_for_supervisors(self, owing: Desks, member: str) -> None:
        assert owing.get("/supervision", member).status == 403


class TestOpenOnes:
    def test_have_their_lamp_in_words(self, owing: Desks) -> None:
        shown = owing.get("/supervision/open", kind="feedback")

        assert path_of("scjg") in shown.text
        assert "已逾期" in shown.text
        assert 'class="lamp red"' in shown.text

    @pytest.mark.requirement("A16.1")
    @pytest.mark.requirement("A18.1")
    def test_of_another_region_are_hidden_from_a_county(self, owing: Desks) -> None:
        shown = owing.get("/supervision/open", "county")

        assert path_of("yz-scjg") in shown.text
        assert path_of("scjg") not in shown.text
        assert urge_page(owing, "scjg", "county")[0] == 404
        assert urge_page(owing, "yz-scjg", "county")[0] == 200

    @pytest.mark.fault("F59")
    def test_go_on_for_whom_and_for_what_they_stopped_short(
        self, owing: Desks, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(supervision, "_MOST", 1)
        short = owing.get("/supervision/open", kind="feedback").text
        found = re.search(r'[?&]after=([^&"]+)', unescape(short))
        assert found is not None
        after = unquote(found[1])

        on = owing.get("/supervision/open", kind="feedback", after=after)

        assert "只显示前 1 条，请用筛选缩小范围" in short
        assert [path_of(each) in short for each in ("scjg", "yz-scjg")] != [
            path_of(each) in on.text for each in ("scjg", "yz-scjg")
        ]
        refused = [
            owing.get("/supervision/open", "office", kind="feedback", after=after),
            owing.get("/supervision/open", kind="submission", after=after),
            owing.get("/supervision/open", kind="feedback", after="2026-10-16"),
        ]
        assert [on.status, *(each.status for each in refused)] == [200, 400, 400, 400]

    def test_can_be_exported(self, owing: Desks) -> None:
        assert owing.get("/supervision/open", export="xlsx").status == 200


class TestUrging:
    def test_is_kept_in_the_record(self, owing: Desks) -> None:
        told = {"obligation": "feedback/of-scjg", "note": "请尽快答复"}

        done = owing.post("/supervision/urge", page=path_of("scjg"), **told)
        record = owing.get("/supervision/organisations/scjg")

        assert done.status == 303
        assert "请尽快答复" in record.text

    def test_says_what_is_wrong(self, owing: Desks) -> None:
        told = {"obligation": "feedback/of-scjg", "note": "太长" * 300}

        answer = owing.post("/supervision/urge", page=path_of("scjg"), **told)

        assert answer.status == 400
        assert 'href="#note"' in answer.text

    def test_by_a_county_ends_at_its_border(self, owing: Desks) -> None:
        told = {"obligation": "feedback/of-scjg", "note": ""}

        answer = owing.post("/supervision/urge", "county", page="/exchange", **told)

        assert answer.status == 404


@pytest.mark.requirement("A16.1")
class TestFigures:
    def test_are_shown_by_organisation_and_region(self, owing: Desks) -> None:
        listed = owing.get("/supervision/organisations", month="2026-11")
        regions = owing.get("/supervision/regions", month="2026-11")

        assert "鄞州区市场监督管理局" in listed.text
        assert "市市场监督管理局" in listed.text
        assert "市级" in regions.text

    def test_of_a_county_are_its_own(self, owing: Desks) -> None:
        listed = owing.get("/supervision/organisations", "county", month="2026-11")

        assert "鄞州区市场监督管理局" in listed.text
        assert "市住房和城乡建设局" not in listed.text
        assert owing.get("/supervision/organisations/scjg", "county").status == 403
