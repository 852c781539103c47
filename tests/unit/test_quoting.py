"""What a message repeats of a file can be shown, stored and sent, whatever the file holds."""

import json
import re
import unicodedata

import pytest
from hypothesis import given, strategies as st

from nbcredit.cleaning.engine import open_file
from nbcredit.cleaning.quoting import quoted
from nbcredit.cleaning.wording import shown
from nbcredit.domain.catalogue import Field, Sensitivity
from nbcredit.domain.identifiers import is_resident_id, resident_id_check_character
from nbcredit.domain.rows import Outcome
from nbcredit.domain.submissions import FileFormat
from tests.cleaning_builders import (
    CREDIT_CODE,
    ITEMS,
    PENALTY,
    REGISTRATION,
    RESIDENT,
    TODAY,
    a_credit_code,
    an_item,
    cleaned,
    csv_text,
)

REGISTRY = an_item("legal-registration")
OPEN_FIELDS = [
    field
    for code in ITEMS
    for field in an_item(code).fields.values()
    if field.sensitivity is Sensitivity.OPEN
]
RESIDENTS = st.tuples(
    st.sampled_from(["330201", "110101", "650102", "990000"]),
    st.dates().map(lambda day: f"{day:%Y%m%d}".rjust(8, "0")),
    st.integers(0, 999).map(lambda number: f"{number:03d}"),
).map(lambda parts: "".join(parts) + resident_id_check_character("".join(parts)))
BETWEEN = st.sampled_from(["", "", "", " ", "-", "\u200b", "\u3000", "\t", "－", "\ufe0f", "\x00"])
AROUND = st.text(alphabet="a1见号 2026-/.,年月日X\u200b", max_size=80)


@st.composite
def disguised(draw: st.DrawFn, number: str) -> str:
    """Write a number in other widths, with what separates its digits."""
    digits = [
        draw(st.sampled_from([each, each.lower(), chr(ord(each) + 0xFEE0)])) for each in number
    ]
    return "".join(f"{each}{draw(BETWEEN)}" for each in digits)


def first_with(form: str) -> Field:
    return next(field for field in OPEN_FIELDS if field.form == form)


def told(text: str) -> str:
    """Return the letters, digits and asterisks that a reader could put together."""
    return re.sub(r"[^0-9A-Z*]", "", unicodedata.normalize("NFKC", text).upper())


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

    @pytest.mark.fault("F62")
    @given(data=st.data(), number=RESIDENTS)
    def test_never_tells_the_number_of_a_resident(self, data: st.DataObject, number: str) -> None:
        assert is_resident_id(number)
        written = data.draw(disguised(number))
        text = f"{data.draw(AROUND)}{written}{data.draw(AROUND)}"
        field = data.draw(st.sampled_from(OPEN_FIELDS))

        for out in (shown(text, field), quoted(text)):
            assert not any(number[start : start + 15] in told(out) for start in range(4))

    @pytest.mark.fault("F62")
    @pytest.mark.parametrize(
        ("text", "out"),
        [
            ("见330201191105151736", "见3302**********1736"),
            ("330201 19110515 1736", "3302** ******** 1736"),
            ("a330201191105151736b", "a3302**********1736b"),
            ("330201191105151739", "3302**********1739"),
            ("33020119110515173", "3302*********5173"),
            ("330201110515173", "3302*******5173"),
            ("３３０２０１１９１１０５１５１７３６", "３３０２**********１７３６"),
            ("字" * 30 + "330201191105151736", "字" * 30 + "3302******"),
            ("电话13800138000转8", "电话138****8000转8"),
            ("+86 138-0013-8000", "+86 138-****-8000"),
            ("100 元，13800138000 15", "100 元，138****8000 15"),
            ("2026-01-05 2026-12-31", "2026-01-05 2026-12-31"),
            (f"见{CREDIT_CODE}", f"见{CREDIT_CODE}"),
            (a_credit_code("91330200144000000"), a_credit_code("91330200144000000")),
            ("甬市监处罚〔2026〕1234567号", "甬市监处罚〔2026〕1234567号"),
            ("0574-87654321", "0574-87654321"),
        ],
    )
    def test_hides_long_numbers(self, text: str, out: str) -> None:
        assert quoted(text) == out

    @pytest.mark.fault("F62")
    @pytest.mark.parametrize(
        ("form", "text", "out"),
        [
            ("credit-code", "913302001234567890", "913302001234567890"),
            ("credit-code", "330201191105151739", "3302**********1739"),
            ("credit-code", "330201110515173", "3302*******5173"),
            ("code", "330200000012345", "330200000012345"),
            ("code", "330201110515173", "3302*******5173"),
            ("code", "13800138000", "138****8000"),
            ("reference", "3302012026000123", "3302012026000123"),
            ("date", "20260105123000123", "20260105123000123"),
            ("amount", "123456789012345.5", "123456789012345.5"),
            ("text", "330200000012345", "3302*******2345"),
        ],
    )
    def test_leaves_a_field_its_own_numbers(self, form: str, text: str, out: str) -> None:
        assert shown(text, first_with(form)) == out


@pytest.mark.requirement("A8.5")
class TestMessages:
    @pytest.mark.fault("F62")
    def test_of_a_header_hide_the_number_of_a_resident(self) -> None:
        row = {**REGISTRATION, f"录入人{RESIDENT}": "x"}
        opened = open_file([csv_text([row]).encode()], item=REGISTRY, today=TODAY)

        (issue,) = opened.issues
        assert RESIDENT not in issue.message + issue.header

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
