"""The compiled check and the jsonschema library come to the same verdict on generated rows."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from nbcredit.cleaning.checking import (
    FORMATS,
    UncompilableSchemaError,
    compile_cell,
)
from nbcredit.cleaning.normalising import is_null, normaliser_of, tidy
from nbcredit.cleaning.row_checking import RowChecker
from nbcredit.domain.catalogue import Item
from tests.cleaning_builders import CREDIT_CODE, GOOD_ROWS, RESIDENT, SHIPPED, a_schema

FORMAT_CHECKER = FormatChecker(formats=())
for _name, _test in FORMATS.items():
    FORMAT_CHECKER.checks(_name)(lambda text, test=_test: not isinstance(text, str) or test(text))

WORDS = [
    "2026-10-12", "2099-12-31", "2026-02-30", "2026-10", "2026-13", "长期", CREDIT_CODE,
    CREDIT_CODE[:-1] + "0", RESIDENT, RESIDENT[:-1] + "Y", "330299900101001", "3302**12",
    "9.1E+17", "0.2", "1,000.50", "-1", "0.1234567", "1000000000000", "身份证", "居民身份证",
    "护照", "330206", "330204", "110000", "存续", "不明", "罚款;警告", "罚款；罚金", "警告",
    "自然人", "法人及非法人组织", "个体工商户", "x" * 37, "x" * 60, "x" * 201, "x" * 4001, "无", "",
]  # fmt: skip


# Every keyword that the meta-schema allows, also those that no shipped item uses.
ALL_KEYWORDS: dict[str, Any] = {
    "x-item": {"code": "all-keywords", "subjects": []},
    "properties": {
        "a": {"title": "甲", "type": "string", "x-form": "text", "maxLength": 3, "minLength": 2},
        "b": {"title": "乙", "type": "string", "x-form": "choice", "enum": ["身份证", "警告", "x"]},
        "c": {"title": "丙", "type": "string", "x-form": "code", "pattern": "^[0-9]"},
        "d": {"title": "丁", "type": "string", "x-form": "text"},
    },
    "required": ["d"],
    "allOf": [
        {"if": {"properties": {"b": {"const": "警告"}}}, "then": {"required": ["a"]}},
        {
            "if": {"properties": {"b": {"enum": ["x", "警告"]}}, "required": ["a", "b"]},
            "then": {"properties": {"d": {"pattern": "0", "maxLength": 8}}},
        },
        {
            "if": {"not": {"required": ["c"]}, "properties": {"d": {"minLength": 4}}},
            "then": {"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]},
        },
        {
            "if": {"required": ["c"]},
            "then": {"properties": {"d": {"enum": ["警告", "自然人", "2026-10-12"]}}},
        },
    ],
}
SCHEMAS: dict[str, Mapping[str, Any]] = {
    **{code: a_schema(code) for code in SHIPPED},
    "all-keywords": ALL_KEYWORDS,
}


def values_of(item: Item, cells: Mapping[str, str]) -> dict[str, str]:
    values = {}
    for name, cell in cells.items():
        text = tidy(cell)
        value = "" if is_null(text, soft=True) else normaliser_of(item.fields[name].schema)(text)
        if value:
            values[name] = value
    return values


def instance_of(item: Item, values: Mapping[str, str]) -> dict[str, Any]:
    """Spell a clean row as the schema sees it: a list is an array."""
    return {
        name: value.split(";") if item.fields[name].schema["type"] == "array" else value
        for name, value in values.items()
    }


def rows_of(item: Item) -> st.SearchStrategy[dict[str, str]]:
    titles = {field.title: name for name, field in item.fields.items()}
    good = {titles[title]: cell for title, cell in GOOD_ROWS.get(item.code, {}).items()}
    cells = {}
    for name, field in item.fields.items():
        longest = field.schema.get("maxLength", 18)
        cells[name] = st.one_of(
            st.just(good.get(name, "")),
            st.sampled_from(WORDS),
            st.sampled_from([*field.schema.get("enum", []), "x" * longest, "x" * (longest + 1)]),
            st.text(max_size=8),
        )
    few = st.lists(st.sampled_from(sorted(cells)), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: cells[name] for name in names})
    )
    return st.one_of(st.fixed_dictionaries(cells), few.map(lambda changes: {**good, **changes}))


@pytest.mark.requirement("A8.3")
@pytest.mark.parametrize("code", SCHEMAS)
class TestCompiledCheck:
    @settings(max_examples=100, deadline=None)
    @given(data=st.data())
    def test_agrees_with_the_oracle(self, code: str, data: st.DataObject) -> None:
        schema = SCHEMAS[code]
        item = Item(version="2026-1", schema=schema)
        cells = {name: compile_cell(field, field.schema) for name, field in item.fields.items()}
        judge = RowChecker(item).faults
        oracle = Draft202012Validator(schema, format_checker=FORMAT_CHECKER)

        values = values_of(item, data.draw(rows_of(item)))

        bad_cells = {name for name, value in values.items() if cells[name](value) is not None}
        bad_rows = {fault.field for fault in judge(values)}
        errors = list(oracle.iter_errors(instance_of(item, values)))
        oracle_cells = {
            str(error.absolute_path[0])
            for error in errors
            if error.absolute_path and error.absolute_schema_path[0] == "properties"
        }
        assert (bad_cells | bad_rows == set()) == (not errors)
        assert bad_cells == oracle_cells


class TestUnknownKeyword:
    @pytest.mark.parametrize("part", [{"multipleOf": 2}, {"format": "date", "contains": {}}])
    def test_of_a_cell_is_not_passed_over(self, part: Mapping[str, Any]) -> None:
        schema = {"title": "x", "x-form": "text", "type": "string", **part}
        item = Item(version="1", schema={"x-item": {"subjects": []}, "properties": {"x": schema}})

        with pytest.raises(UncompilableSchemaError):
            compile_cell(item.fields["x"], schema)

    @pytest.mark.parametrize(
        "condition",
        [
            {"if": {}, "then": {}, "else": {}},
            {"if": {"oneOf": []}, "then": {}},
            {"if": {}, "then": {"oneOf": []}},
        ],
    )
    def test_of_a_row_is_not_passed_over(self, condition: Mapping[str, Any]) -> None:
        item = Item(
            version="1", schema={"x-item": {"subjects": []}, "properties": {}, "allOf": [condition]}
        )

        with pytest.raises(UncompilableSchemaError):
            RowChecker(item)
