from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from nbcredit.domain.catalogue_diff import ChangeKind, compare
from tests.integration.stage import shipped_schemas

SCHEMAS = shipped_schemas()
PENALTY = SCHEMAS["administrative-penalty"]
Schema = dict[str, Any]


def changed(change: Callable[[Schema], object]) -> list[tuple[str, str, bool]]:
    """Return the field, the meaning and whether it breaks, of one change to the penalties."""
    new = deepcopy(PENALTY)
    change(new)
    [item] = compare({"p": PENALTY}, {"p": new})
    assert item.kind is ChangeKind.CHANGED
    return [
        *(("", each.text, each.breaks) for each in item.meanings),
        *(
            (field.field, each.text, each.breaks)
            for field in item.fields
            for each in field.meanings
        ),
    ]


def field(name: str, **told: Any) -> Callable[[Schema], object]:
    return lambda schema: schema["properties"][name].update(told)


def own(**told: Any) -> Callable[[Schema], object]:
    return lambda schema: schema["x-item"].update(told)


def without(name: str) -> Callable[[Schema], object]:
    def drop(schema: Schema) -> None:
        del schema["properties"][name]

    return drop


@pytest.mark.requirement("A6.1")
class TestCompare:
    def test_finds_nothing_in_the_same(self) -> None:
        assert compare(SCHEMAS, deepcopy(SCHEMAS)) == []

    def test_tells_items_that_come_and_go(self) -> None:
        rest = {code: each for code, each in SCHEMAS.items() if code != "red-list"}

        [gone], [come] = compare(SCHEMAS, rest), compare(rest, SCHEMAS)

        assert (gone.kind, gone.item, gone.name, gone.breaks) == (
            ChangeKind.REMOVED, "red-list", "红名单", True,
        )  # fmt: skip
        assert (come.kind, come.item) == (ChangeKind.ADDED, "red-list")
        assert "scjg" in come.meanings[0].text

    @pytest.mark.parametrize(
        ("change", "where", "said", "breaks"),
        [
            (own(updateFrequency="quarterly"), "", "由 每月 改为 每季度", True),
            (own(disclosure="authorised"), "", "公开属性由 公开 改为 依授权", False),
            (own(naturalKey=["decision_number"]), "", "区分记录的字段", True),
            (own(providers=[*PENALTY["x-item"]["providers"], "mzj"]), "", "新增报送单位 mzj", True),
            (own(providers=PENALTY["x-item"]["providers"][1:]), "", "scjg 不再报送", True),
            (own(rules=[]), "", "校验规则有变化", True),
            (lambda s: s.update(allOf=[]), "", "按情况必填", True),
            (lambda s: s["required"].append("remarks"), "remarks", "由选填改为必填", True),
            (lambda s: s["required"].remove("facts"), "facts", "由必填改为选填", False),
            (without("remarks"), "remarks", "不再接收", False),
            (field("facts", title="事实"), "facts", "原表头不再识别", True),
            (field("facts", maxLength=10), "facts", "改为 10", True),
            (field("party_kind", enum=["自然人"]), "party_kind", "取消", True),
            (field("facts", description="另写"), "facts", "填写说明有变化", False),
            (field("region", **{"x-aliases": ["DFBM"]}), "region", "不再识别", True),
        ],
    )
    def test_tells_what_a_change_means(
        self,
        change: Callable[[Schema], object],
        where: str,
        said: str,
        breaks: bool,  # noqa: FBT001
    ) -> None:
        told = changed(change)

        assert [each for each in told if each[0] == where and said in each[1]]
        assert any(each[2] for each in told) is breaks

    @pytest.mark.parametrize("needed", [True, False])
    def test_tells_whether_a_new_column_is_needed(self, needed: bool) -> None:  # noqa: FBT001
        def add(schema: Schema) -> None:
            schema["properties"]["extra"] = {"title": "新列", "type": "string", "x-form": "text"}
            schema["required"] += ["extra"] if needed else []

        [(where, said, breaks)] = changed(add)

        assert (where, "必填" in said, breaks) == ("extra", needed, needed)

    def test_lets_an_option_go_that_is_still_understood(self) -> None:
        def rename(schema: Schema) -> None:
            options = schema["properties"]["party_kind"]
            options["enum"] = ["组织", *options["enum"][1:]]
            options["x-synonyms"] = {"法人及非法人组织": "组织"}

        assert not any(breaks for _, _, breaks in changed(rename))
