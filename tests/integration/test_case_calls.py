"""Cases through the handlers: a file with held rows, listed, shown and decided by calls."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.faults.scenes import (
    company,
    penalties,
    penalty,
    penalty_of_citizen,
    registration,
    registry,
)
from tests.integration.lambdas import PENALTY_KEY, REGISTRY_KEY, Lambdas, latest, on_lambda
from tests.integration.stage import a_stage

PROVIDER: Final = {"kind": "provider", "id": "wang", "organisation": "scjg"}
STRANGER: Final = {"kind": "provider", "id": "zhao", "organisation": "zjj"}
ROWS: Final = [
    penalty(1, of=1),
    penalty(2, of=1, 行政相对人名称="另一名称公司"),
    penalty(3, 行政相对人名称="宁波1号测试有限公司", 统一社会信用代码=""),
    penalty_of_citizen(4),
    penalty_of_citizen(5, 行政相对人名称="李别名"),
]


@pytest.fixture(scope="module")
def loaded() -> Iterator[Lambdas]:
    with (
        a_stage() as stage,
        pytest.MonkeyPatch.context() as environment,
        on_lambda(stage, environment) as lambdas,
    ):
        lambdas.upload(registry([registration(1)]).body, REGISTRY_KEY)
        lambdas.run()
        lambdas.upload(penalties(ROWS).body, PENALTY_KEY)
        lambdas.run()
        yield lambdas


def the_file(lambdas: Lambdas) -> dict[str, Any]:
    (file,) = [each for each in latest(lambdas) if each["outcomes"].get("held")]
    return file


def listed(lambdas: Lambdas) -> dict[int, dict[str, Any]]:
    answer = lambdas.call("list-cases", caller=PROVIDER)["answer"]
    return {case["row"]: case for case in answer["cases"]}


@pytest.mark.requirement("A8.4")
class TestCalls:
    def test_decide_what_a_file_left_open(self, loaded: Lambdas) -> None:
        file = the_file(loaded)
        cases = listed(loaded)

        shown = loaded.call("show-case", case=cases[3]["case"], caller=PROVIDER)["answer"]
        stored = loaded.call("decide-case", case=cases[3]["case"], decision="store",
                             candidate=company(1), reason="已核对营业执照",
                             caller=PROVIDER)  # fmt: skip
        person = loaded.call("decide-case", case=cases[6]["case"], decision="store",
                             reason="已核对证件")  # fmt: skip
        dropped = loaded.call("decide-case", case=cases[4]["case"], decision="store",
                              candidate=company(1), reason="已核对营业执照")  # fmt: skip
        loaded.run()

        assert file["outcomes"]["held"] == 3
        assert file["balanced"]
        assert sorted(cases) == [3, 4, 6]
        assert shown["values"]["行政相对人名称"] == "另一名称公司"
        assert shown["candidates"][0]["explanation"]
        assert stored["answer"]["stored_by"]["outcomes"]["new"] == 1
        assert stored["answer"]["stored_by"]["state"] == "settled"
        assert person["answer"]["case"]["state"] == "stored"
        assert dropped["answer"]["case"]["decision"]["under"] == company(1)
        assert listed(loaded) == {}

    def test_tell_a_stranger_nothing(self, loaded: Lambdas) -> None:
        file = the_file(loaded)
        case = f"{file['submission']}-3"

        answers = [
            loaded.call("show-case", case=case, caller=STRANGER),
            loaded.call("show-case", case=f"{file['submission']}-77"),
            loaded.call("decide-case", case=case, decision="drop", reason="看看", caller=STRANGER),
        ]

        assert {(each["ok"], each["code"], each["status"]) for each in answers} == {
            (False, "unknown-case", 404)
        }

    @pytest.mark.parametrize(
        ("told", "code"),
        [
            ({"decision": "store", "reason": "又来一次"}, "case-decided"),
            ({"decision": "drop", "reason": "身份证 330299199001010012"}, "reason-holds-number"),
            ({"decision": "drop", "reason": " "}, "reason-missing"),
            ({"decision": "keep", "reason": "不会"}, "call-not-understood"),
        ],
    )
    def test_are_refused_with_a_stable_code(
        self, loaded: Lambdas, told: dict[str, str], code: str
    ) -> None:
        file = the_file(loaded)
        loaded.call("decide-case", case=f"{file['submission']}-4", decision="store",
                    candidate=company(1), reason="已核对营业执照")  # fmt: skip

        answer = loaded.call("decide-case", case=f"{file['submission']}-4", **told)

        assert answer["code"] == code
