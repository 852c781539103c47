"""Stored records: looked up for a purpose, and asked about by the centre (A8.6)."""

import re
from collections.abc import Iterator

import pytest

from tests.desk_builders import Desks, desks
from tests.faults.scenes import company, registration, registry
from tests.integration.lambdas import REGISTRY_KEY

pytestmark = pytest.mark.requirement("A8.6")
PATH = "/centre/records"


@pytest.fixture(scope="module")
def stored() -> Iterator[Desks]:
    with desks() as opened:
        opened.lambdas.upload(registry([registration(1)]).body, REGISTRY_KEY)
        opened.lambdas.run()
        yield opened


def record_page(stored: Desks) -> str:
    shown = stored.post(PATH, credit_code=company(1), purpose="核实异议")
    found = re.search(r'href="(/centre/records/[^"]+)"', shown.text)
    assert found is not None, shown.text
    return found[1]


class TestRecords:
    def test_are_found_for_a_purpose(self, stored: Desks) -> None:
        shown = stored.post(PATH, credit_code=company(1), purpose="核实异议")

        assert "宁波1号测试有限公司" in shown.text
        assert "法人登记" in shown.text

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"credit_code": company(1)}, "purpose"),
            ({"purpose": "核实异议"}, "credit_code"),
        ],
    )
    def test_say_what_is_missing(self, stored: Desks, fields: dict[str, str], field: str) -> None:
        answer = stored.post(PATH, **fields)

        assert answer.status == 400
        assert f'href="#{field}"' in answer.text

    def test_are_asked_about(self, stored: Desks) -> None:
        page = record_page(stored)

        nothing = stored.post(page, question="")
        asked = stored.post(page, question="请核对注册资本")
        shown = stored.get(str(asked.headers["Location"]))

        assert 'href="#question"' in nothing.text
        assert asked.status == 303
        assert "请核对注册资本" in shown.text

    def test_that_are_none_are_not_found(self, stored: Desks) -> None:
        unknown = stored.post(PATH, credit_code=company(7), purpose="核实异议")

        assert unknown.status == 400
        assert 'href="#credit_code"' in unknown.text
        assert stored.get(f"{PATH}/nothing").status == 400

    @pytest.mark.requirement("A18.1")
    @pytest.mark.parametrize("member", ["scjg", "county", "office", "security", "auditor"])
    def test_are_read_by_the_centres_handlers_alone(self, stored: Desks, member: str) -> None:
        assert stored.get(PATH, member).status == 403
