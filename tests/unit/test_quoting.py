"""What a message repeats of a file can be shown, stored and sent, whatever the file holds."""

import json

import pytest

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.quoting import quoted
from nbcredit.domain.catalogue import Sensitivity
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import FileFormat
from tests.cleaning_builders import (
    PENALTY,
    REGISTRATION,
    RESIDENT,
    TODAY,
    an_item,
    cleaned,
    csv_text,
)

REGISTRY = an_item("legal-registration")


class TestQuoted:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("统一社会信用代码", "统一社会信用代码"),
            ("统一社会\n信用代码", "统一社会 信用代码"),
            ("a\x00b\u202ec\ud800d\ue000", "a b c d "),
            ("列" * 50, "列" * 40),
        ],
    )
    def test_is_short_and_printable(self, text: str, shown: str) -> None:
        assert quoted(text) == shown


@pytest.mark.requirement("A8.5")
class TestMessages:
    @pytest.mark.fault("F35")
    @pytest.mark.parametrize("bad", ["\x00", "\x1b", "\ue000"])
    def test_of_a_header_hide_what_cannot_be_shown(self, bad: str) -> None:
        row = {**REGISTRATION, f"录{bad}入": "x"}
        opened = open_file([csv_text([row]).encode()], item=REGISTRY, today=TODAY)

        (issue,) = opened.issues
        assert "“录 入”不在目录项中" in issue.message
        assert issue.header == "录 入"

    @pytest.mark.fault("F35")
    def test_of_half_a_character_can_be_stored(self) -> None:
        names = [*REGISTRATION, "录\ud800入"]
        good = json.dumps(dict.fromkeys(names, "x"))
        twice = '{"a\\ud800": "1", "a\\ud800": "2"}'
        opened = open_file(
            [f"{good}\n{twice}\n".encode()],
            item=REGISTRY,
            today=TODAY,
            form=FileFormat.JSON_LINES,
        )

        told = [*opened.issues, *(issue for row in opened for issue in row.issues)]

        assert "字段“a ”重复" in told[-1].message
        for issue in told:
            "".join((issue.message, issue.header, issue.value)).encode()

    @pytest.mark.fault("F62")
    @pytest.mark.parametrize(
        ("title", "cell"),
        [
            ("处罚有效期", RESIDENT),
            ("处罚有效期", f"见{RESIDENT}号档案"),
            ("处罚机关统一社会信用代码", RESIDENT.lower()),
        ],
    )
    def test_hide_the_number_of_a_resident_in_any_column(self, title: str, cell: str) -> None:
        field = next(
            f for f in an_item("administrative-penalty").fields.values() if f.title == title
        )

        (done,) = cleaned("administrative-penalty", {**PENALTY, title: cell})

        assert field.sensitivity is Sensitivity.OPEN
        assert done.outcome is Outcome.REJECTED
        assert [issue.value for issue in done.issues] == [cell.replace(RESIDENT[4:14], "*" * 10)]

    def test_of_a_credit_code_names_a_character_that_cannot_be_shown(self) -> None:
        code = REGISTRATION["统一社会信用代码"]
        (done,) = cleaned(
            REGISTRY.code, {**REGISTRATION, "统一社会信用代码": f"{code[:4]}\ue000{code[5:]}"}
        )

        assert "第 5 位的（U+E000）不会出现在统一社会信用代码中" in done.issues[0].message
