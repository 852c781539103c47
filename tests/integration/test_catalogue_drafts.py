"""A proposed catalogue by calls: compared with the one in force, an item drafted (A6.1, A5.2)."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.integration.lambdas import Lambdas, on_lambda
from tests.integration.stage import a_stage, shipped_schemas
from tests.integration.test_off_catalogue import OFFICE, PROVIDER, report


@pytest.fixture(scope="module")
def lambdas() -> Iterator[Lambdas]:
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        a_stage() as stage,
        on_lambda(stage, monkeypatch) as made,
    ):
        yield made


@pytest.mark.requirement("A6.1")
class TestComparison:
    def test_is_with_the_version_in_force(self, lambdas: Lambdas) -> None:
        schemas = deepcopy(shipped_schemas())
        schemas["red-list"]["required"].append("remarks")
        del schemas["blacklist"]

        told = lambdas.call("compare-catalogue", caller=OFFICE, schemas=schemas)["answer"]

        assert (told["against"], told["items"], told["unchanged"]) == ("2026-1", 16, 15)
        assert [(each["item"], each["kind_text"], each["breaks"]) for each in told["changes"]] == [
            ("blacklist", "删除", True),
            ("red-list", "修改", True),
        ]
        assert [each["field"] for each in told["changes"][1]["fields"]] == ["remarks"]

    def test_needs_a_catalogue_without_faults(self, lambdas: Lambdas) -> None:
        schemas: dict[str, Any] = {"red-list": {"title": "红名单"}}

        answer = lambdas.call("compare-catalogue", caller=OFFICE, schemas=schemas)

        assert (answer["code"], bool(answer["faults"])) == ("catalogue-refused", True)


@pytest.mark.requirement("A5.2")
class TestDraft:
    def test_of_an_item_leads_from_the_piece_to_the_catalogue(self, lambdas: Lambdas) -> None:
        piece = report(lambdas)["answer"]["information"]

        drafted = lambdas.call("draft-item", caller=OFFICE, information=piece, item="prepaid-card")
        schemas = {**shipped_schemas(), "prepaid-card": drafted["answer"]["item_schema"]}
        compared = lambdas.call("compare-catalogue", caller=OFFICE, schemas=schemas)["answer"]

        assert drafted["answer"]["to_complete"]
        [change] = compared["changes"]
        assert (change["item"], change["kind"], change["name"]) == (
            "prepaid-card",
            "added",
            "预付卡兑付风险提示",
        )

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"caller": PROVIDER}, "not-for-providers"),
            ({"item": "red-list"}, "item-known"),
            ({"information": "scjg.ABCDEFGHIJKLMNOP"}, "unknown-off-catalogue"),
        ],
    )
    def test_is_refused(self, lambdas: Lambdas, changes: dict[str, Any], code: str) -> None:
        piece = report(lambdas)["answer"]["information"]
        told = {"caller": OFFICE, "information": piece, "item": "prepaid-card", **changes}

        assert lambdas.call("draft-item", **told)["code"] == code
