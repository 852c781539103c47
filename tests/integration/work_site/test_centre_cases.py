"""The centre's cases on pages: listed, compared side by side, decided with a reason (A8.4)."""

from collections.abc import Iterator

import pytest

from tests.desk_builders import Desks, desks
from tests.faults.scenes import (
    company,
    penalties,
    penalty,
    penalty_of_citizen,
    registration,
    registry,
)
from tests.integration.lambdas import PENALTY_KEY, REGISTRY_KEY

ROWS = [
    penalty(1, of=1),
    penalty(2, of=1, 行政相对人名称="另一名称公司"),
    penalty(3, 行政相对人名称="宁波1号测试有限公司", 统一社会信用代码=""),
    penalty_of_citizen(4),
    penalty_of_citizen(5, 行政相对人名称="李别名"),
]


@pytest.fixture(scope="module")
def loaded() -> Iterator[Desks]:
    with desks() as opened:
        opened.lambdas.upload(registry([registration(1)]).body, REGISTRY_KEY)
        opened.lambdas.run()
        opened.lambdas.upload(penalties(ROWS).body, PENALTY_KEY)
        opened.lambdas.run()
        yield opened


def cases(loaded: Desks) -> dict[int, str]:
    """Return the pages of the open cases, by row."""
    told = loaded.lambdas.call("list-cases")["answer"]["cases"]
    return {each["row"]: f"/centre/cases/{each['case']}" for each in told}


@pytest.mark.requirement("A8.4")
class TestCases:
    def test_are_listed_and_exported(self, loaded: Desks) -> None:
        listed = loaded.get("/centre/cases")
        exported = loaded.get("/centre/cases", export="csv")

        assert listed.status == 200
        assert "代码登记的是另一名称" in listed.text
        assert "市市场监督管理局" in listed.text
        assert all(path in listed.text for path in cases(loaded).values())
        assert exported.headers["Content-Type"].startswith("text/csv")

    def test_show_row_and_candidate_side_by_side(self, loaded: Desks) -> None:
        shown = loaded.get(cases(loaded)[3])

        assert "另一名称公司" in shown.text
        assert "库中：宁波1号测试有限公司" in shown.text

    def test_compare_with_one_more(self, loaded: Desks) -> None:
        path = cases(loaded)[4]

        known = loaded.get(path, beside=company(1))
        unknown = loaded.get(path, beside=company(7))
        wrong = loaded.get(path, beside="12345")

        assert known.status == 200
        assert "库中没有这个代码的主体" in unknown.text
        assert wrong.status == 400
        assert 'href="#beside"' in wrong.text

    def test_of_a_person_name_no_candidate(self, loaded: Desks) -> None:
        shown = loaded.get(cases(loaded)[6])

        assert "自然人的登记姓名不显示" in shown.text
        assert "名下" not in shown.text

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"choice": "", "reason": "已核对"}, 'href="#choice"'),
            ({"choice": "drop", "reason": ""}, 'href="#reason"'),
            ({"choice": "drop", "reason": "身份证 330299199001010012"}, 'href="#reason"'),
        ],
    )
    def test_say_what_is_wrong_with_a_decision(
        self, loaded: Desks, fields: dict[str, str], said: str
    ) -> None:
        answer = loaded.post(cases(loaded)[3], **fields)

        assert answer.status == 400
        assert said in answer.text

    def test_are_decided_once(self, loaded: Desks) -> None:
        path = cases(loaded)[4]

        decided = loaded.post(path, choice=company(1), reason="已核对营业执照")
        again = loaded.get(path)

        assert (decided.status, decided.headers["Location"]) == (303, "/centre/cases")
        assert "已核对营业执照" in again.text
        assert 'name="choice"' not in again.text

    @pytest.mark.requirement("A18.1")
    @pytest.mark.parametrize("member", ["scjg", "zjj", "county", "office", "auditor"])
    def test_are_nobody_elses(self, loaded: Desks, member: str) -> None:
        assert loaded.get("/centre/cases", member).status == 403
        assert loaded.get(cases(loaded)[3], member).status == 403

    def test_that_are_none_are_not_found(self, loaded: Desks) -> None:
        assert loaded.get("/centre/cases/nothing").status == 404
        assert loaded.get("/centre/cases/" + "9" * 70).status == 404
