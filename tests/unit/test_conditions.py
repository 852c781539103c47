from collections.abc import Mapping
from typing import Any

import pytest

from nbcredit.documents.guides import guides
from nbcredit.domain.conditions import condition_in_words
from tests.cleaning_builders import GOOD_ROWS, an_item, cleaned

PENALTY = an_item("administrative-penalty")


@pytest.mark.requirement("A8.3")
@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            {"properties": {"party_kind": {"const": "自然人"}}, "required": ["party_kind"]},
            "行政相对人类别为“自然人”",
        ),
        (
            {"properties": {"party_kind": {"enum": ["自然人", "个体工商户"]}}},
            "行政相对人类别为“自然人”或“个体工商户”",
        ),
        ({"not": {"required": ["party_kind"]}}, "没填行政相对人类别"),
        (
            {
                "properties": {"party_kind": {"const": "自然人"}},
                "not": {"required": ["document_type"]},
            },
            "行政相对人类别为“自然人”且没填证件类型",
        ),
        ({"required": ["party_kind"]}, "填了行政相对人类别"),
    ],
)
def test_a_condition_is_said_in_words(condition: Mapping[str, Any], words: str) -> None:
    assert condition_in_words(condition, PENALTY.fields) == words


@pytest.mark.requirement("A8.5")
def test_a_row_without_a_kind_is_told_so_as_the_template_tells_it() -> None:
    code = "red-list"
    fields = an_item(code).fields
    kind, number, credit_code = (
        fields[name].title for name in ("party_kind", "document_number", "credit_code")
    )

    (row,) = cleaned(code, {**GOOD_ROWS[code], kind: "", number: "", credit_code: ""})

    (message,) = [issue.message for issue in row.issues if issue.code == "E503"]
    assert message.startswith(f"没填{kind}时，")
    assert any(f"没填{kind}时，" in guide.need for guide in guides(an_item(code)))
